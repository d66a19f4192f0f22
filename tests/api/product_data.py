"""Reads what the pages of products say to search engines with a processor of JSON-LD, and holds it
against the types of schema.org and what Google asks of a merchant's listing."""

import json
import re

from pyld import jsonld
from shop import URL, patch, post, upload
from window import Browser

SCHEMA = "https://schema.org/"
# The part of schema.org's context that tells texts from addresses.
CONTEXT = {"@vocab": SCHEMA} | {
    name: {"@type": "@id"} for name in ("availability", "image", "url")
}
AVAILABILITY = {
    "BackOrder", "Discontinued", "InStock", "InStoreOnly", "LimitedAvailability", "MadeToOrder",
    "OnlineOnly", "OutOfStock", "PreOrder", "PreSale", "Reserved", "SoldOut",
}
OUTSIDE = "https://tea.example.org/shop"
# Digits of the price of a shop in euro.
PRICE = re.compile(r"(0|[1-9]\d*)\.\d\d")
ODD_TEXT = "</script><script>alert(\"1\")</script> <!-- 'quotes' \\ & ü \U0001F375\nsecond line"


def text(value):
    assert set(value) == {"@value"} and isinstance(value["@value"], str), value
    assert value["@value"].strip(), value
    return value["@value"]


def address(value):
    assert set(value) == {"@id"}, value
    # A processor leaves out what it cannot complete.
    assert re.fullmatch(r"https?://[^/\s\"<>]+(/[^\s\"<>]*)?", value["@id"]), value
    return value["@id"]


def price(value):
    assert PRICE.fullmatch(text(value)), value


def truth(value):
    assert set(value) == {"@value"} and isinstance(value["@value"], bool), value


def currency(value):
    assert text(value) == "EUR", value


def gtin(value):
    code = text(value)
    assert code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14), code
    # The last digit makes the sum a full ten (GS1 General Specifications, 7.9).
    digits = [int(digit) for digit in reversed(code)]
    assert (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0, code


def one_of(names):
    def check(value):
        assert address(value).removeprefix(SCHEMA) in names, value
    return check


def node(kind):
    return lambda value: check_node(value, kind)


# The properties that the types of schema.org have, as far as a shop says them, and of which type
# they are.
PROPERTIES = {
    "Product": {
        "name": text, "description": text, "sku": text, "gtin": gtin, "image": address,
        "url": address, "brand": node("Brand"), "offers": node("Offer"),
    },
    "Offer": {
        "name": text, "sku": text, "gtin": gtin, "url": address, "price": price,
        "priceCurrency": currency, "availability": one_of(AVAILABILITY),
        "seller": node("Organization"), "priceSpecification": node("UnitPriceSpecification"),
    },
    "UnitPriceSpecification": {
        "price": price, "priceCurrency": currency, "valueAddedTaxIncluded": truth,
    },
    "Brand": {"name": text},
    "Organization": {"name": text},
}
# What Google asks for (Search Central, "Merchant listing structured data"); a picture, where the
# product has one.
REQUIRED = {
    "Product": {"name", "offers"},
    "Offer": {"price", "priceCurrency", "availability"},
    "UnitPriceSpecification": {"price", "priceCurrency", "valueAddedTaxIncluded"},
    "Brand": {"name"},
    "Organization": {"name"},
}
SEVERAL = {"image", "offers"}


def check_node(value, kind):
    assert value["@type"] == [SCHEMA + kind], value
    # Nothing is said of anything but what it is written in.
    assert "@id" not in value and "@index" not in value, value
    said = {name.removeprefix(SCHEMA): values for name, values in value.items() if name != "@type"}
    assert REQUIRED[kind] <= set(said), (kind, said)
    for name, values in said.items():
        assert len(values) == 1 or name in SEVERAL, (name, values)
        for each in values:
            PROPERTIES[kind][name](each)


def data_of(path):
    """The one product that a page tells of, as it is written and as it is understood."""
    page = Browser().get(path)
    assert page.status == 200, path
    [written] = [text for kind, text in page.scripts if kind == "application/ld+json"]
    written = json.loads(written)
    options = {"base": URL + path, "documentLoader": load, "processingMode": "json-ld-1.1"}
    [product] = jsonld.expand(written, options)
    check_node(product, "Product")
    # Nothing of it was passed over as meaning nothing.
    assert names(written) == names(product), (written, product)
    return written, product


def load(address, _):
    assert address.rstrip("/") == SCHEMA.rstrip("/"), address
    return {"contextUrl": None, "documentUrl": address, "document": {"@context": CONTEXT}}


def names(value):
    """The properties of all nodes, sorted."""
    if isinstance(value, list):
        return sorted(name for each in value for name in names(each))
    if not isinstance(value, dict):
        return []
    own = [name.removeprefix(SCHEMA) for name in value if not name.startswith("@")]
    return sorted(own + [name for each in value.values() for name in names(each)])


def made(**fields):
    return post("/products", {"price": "9.95"} | fields)[0]


def path_of(product):
    return "/p/" + product["handle"]


def what_is_known_is_said():
    full = made(
        name="Mug", description=ODD_TEXT, vendor="Quay \"Pottery\" & Söhne", sku="MUG-1",
        barcode="4006381333931", compare_at_price="12.00", stock=3,
    )
    for _ in range(2):
        upload(f"/products/{full['id']}/images")
    written, product = data_of(path_of(full))
    assert written["description"] == ODD_TEXT and written["sku"] == "MUG-1", written
    assert written["gtin"] == "4006381333931"
    assert written["brand"]["name"] == "Quay \"Pottery\" & Söhne"
    pictures = [picture["@id"] for picture in product[SCHEMA + "image"]]
    assert len(pictures) == 2
    # Without an address of its own a shop tells them from its page.
    assert all(picture.startswith(f"{URL}/images/") for picture in pictures), pictures
    [offer] = written["offers"]
    assert (offer["price"], availability(offer)) == ("9.95", "InStock"), offer
    bare = made(name=ODD_TEXT.splitlines()[0], price="0.00", handle="bare")
    written, _ = data_of(path_of(bare))
    assert written["name"] == ODD_TEXT.splitlines()[0], written
    assert not {"image", "description", "sku", "gtin", "brand"} & set(written), written


def a_barcode_is_told_where_it_is_one_of_gs1():
    codes = {
        "96385074": True, "036000291452": True, "4006381333931": True, "10614141000415": True,
        "4006381333932": False, "12345678": False, "400638133393": False, "MUG-4006381333931": False,
        "٤٠٠٦٣٨١٣٣٣٩٣١": False,
    }
    for at, (code, is_told) in enumerate(codes.items()):
        written, _ = data_of(path_of(made(name=f"Code {at}", barcode=code)))
        assert (written.get("gtin") == code) == is_told, (code, written)
        assert is_told or "gtin" not in written, (code, written)


def what_can_be_had_is_told_of_each_variant():
    kinds = {
        "Endless": ({}, "InStock"),
        "There": ({"stock": 1}, "InStock"),
        "Gone": ({"stock": 0}, "OutOfStock"),
        "Later": ({"stock": 0, "allow_backorder": True}, "BackOrder"),
        "Owed": ({"stock": -2, "allow_backorder": True}, "BackOrder"),
    }
    for name, (fields, wanted) in kinds.items():
        [offer] = data_of(path_of(made(name=name, **fields)))[0]["offers"]
        assert availability(offer) == wanted, (name, offer)
    variants = [
        {"options": {"Size": name}, "price": f"{at + 1}.50", "sku": f"S-{at}"} | fields
        for at, (name, (fields, _)) in enumerate(kinds.items())
    ]
    variants[0]["barcode"], variants[1]["barcode"] = "96385074", "S-1"
    sizes = [{"name": "Size", "values": list(kinds)}]
    shirt = post("/products", {"name": "Shirt", "options": sizes, "variants": variants})[0]
    written, _ = data_of(path_of(shirt))
    told = [(offer["name"], availability(offer), offer["price"]) for offer in written["offers"]]
    wanted = [(name, wanted, f"{at + 1}.50") for at, (name, (_, wanted)) in enumerate(kinds.items())]
    assert told == wanted, told
    # What is true of one variant alone is not said of the product.
    assert not {"sku", "gtin"} & set(written), written
    assert [offer["sku"] for offer in written["offers"]] == [f"S-{at}" for at in range(5)]
    assert [offer.get("gtin") for offer in written["offers"]] == ["96385074", *[None] * 4]


def a_price_to_which_tax_is_added_says_so():
    told = {}
    for includes_tax in (True, False, True):
        patch("/settings", {"prices_include_tax": includes_tax})
        [offer] = data_of(path_of(made(name="Net", price="8.40")))[0]["offers"]
        assert offer["price"] == "8.40", offer
        told[includes_tax] = offer.get("priceSpecification")
    assert told[True] is None and told[False]["valueAddedTaxIncluded"] is False, told
    assert told[False]["price"] == "8.40", told


def addresses_are_those_from_outside():
    patch("/settings", {"public_url": OUTSIDE, "name": "Tea & \"Co\" </script>"})
    mug = made(name="Größe & Co", handle="größe-co", stock=1)
    upload(f"/products/{mug['id']}/images")
    written, _ = data_of("/p/gr%C3%B6%C3%9Fe-co")
    [offer] = written["offers"]
    assert written["url"] == offer["url"] == f"{OUTSIDE}/p/gr%C3%B6%C3%9Fe-co", written
    assert written["image"][0].startswith(f"{OUTSIDE}/images/"), written
    assert offer["seller"]["name"] == "Tea & \"Co\" </script>", offer


def availability(offer):
    return offer["availability"].removeprefix(SCHEMA)


if __name__ == "__main__":
    what_is_known_is_said()
    a_barcode_is_told_where_it_is_one_of_gs1()
    what_can_be_had_is_told_of_each_variant()
    a_price_to_which_tax_is_added_says_so()
    addresses_are_those_from_outside()
