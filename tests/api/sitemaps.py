"""Reads the sitemap as a search engine does, and holds it against its protocol (sitemaps.org, 0.9);
then visits all that it lists."""

import datetime
import re
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

from shop import URL, get, patch, post

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ADDRESSES_MAX = 50_000
BYTES_MAX = 50 * 1024 * 1024
LOC_CHARS_MAX = 2_048
# Characters of an address (RFC 3986), of which XML has two of its own.
ADDRESS = re.compile(r"https?://[\w.:\[\]-]+(/([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*)?")


def read(address, kind):
    """The entries of a file: address and day."""
    with urllib.request.urlopen(address) as answer:
        content, media_type = answer.read(), answer.headers["Content-Type"]
    assert media_type == "application/xml; charset=utf-8", media_type
    assert len(content) <= BYTES_MAX
    content.decode("utf-8")
    root = ElementTree.fromstring(content)
    assert root.tag == NAMESPACE + kind and not root.attrib, root
    row = {"urlset": "url", "sitemapindex": "sitemap"}[kind]
    entries = [entry(each, row) for each in root]
    assert 1 <= len(entries) <= ADDRESSES_MAX, (address, len(entries))
    return entries


def entry(element, kind):
    assert element.tag == NAMESPACE + kind and not element.attrib, element
    fields = [(each.tag.removeprefix(NAMESPACE), each.text) for each in element]
    names = [name for name, _ in fields]
    assert names in (["loc"], ["loc", "lastmod"]), names
    fields = dict(fields)
    assert len(fields["loc"]) < LOC_CHARS_MAX and ADDRESS.fullmatch(fields["loc"]), fields
    if "lastmod" in fields:
        # A day (W3C Date and Time Formats), and none that is to come.
        day = datetime.date.fromisoformat(fields["lastmod"])
        assert day <= datetime.date.today() + datetime.timedelta(days=1), fields
    return fields["loc"], fields.get("lastmod")


def everything(base):
    """All addresses that a shop lists under its own."""
    parts = [part for part, _ in read(f"{URL}/sitemap.xml", "sitemapindex")]
    assert len(set(parts)) == len(parts)
    found = []
    for part in parts:
        assert part.startswith(f"{base}/"), part
        found += [address for address, _ in read(part.replace(base, URL, 1), "urlset")]
    assert all(address.startswith(f"{base}/") for address in found), found
    # Each once.
    assert len(set(found)) == len(found), sorted(found)
    return found


def check(base, paths):
    found, wanted = set(everything(base)), {base + path for path in paths}
    assert found == wanted, found ^ wanted
    return found


def fill():
    """A shop with goods of all kinds; returns the paths that are to be listed."""
    paths = ["/", "/i/terms", "/i/privacy"]
    patch("/settings", {"window": {"pages": {"terms": "Pay.", "privacy": "We keep **nothing**."}}})
    whole, _ = post("/collections", {"name": "Für Tee & Kaffee"})
    part, _ = post("/collections", {"name": "Kännchen", "parent_id": whole["id"]})
    post("/collections", {"name": "Empty"})
    names = ["Mug", "Tasse & Untertasse", "Größe <M>", "Κούπα", "茶碗", "O'Neill's \"cup\"", "x" * 255]
    for at, name in enumerate(names):
        fields = {"name": name, "price": "4.00", "collection_ids": [whole["id"], part["id"]]}
        made, _ = post("/products", fields | {"stock": at})
        paths.append(path("p", made))
    # The handle of this one is a word of another script.
    made, _ = post("/products", {"name": "Cup", "price": "1.00", "handle": "чашка"})
    paths.append(path("p", made))
    for status in ("draft", "archived"):
        post("/products", {"name": f"Hidden {status}", "price": "1.00", "status": status})
    return paths + [path("c", whole), path("c", part)]


def path(kind, thing):
    return f"/{kind}/{urllib.parse.quote(thing['handle'], safe='')}"


def main():
    paths = fill()
    # Without an address of its own a shop can list none.
    assert status(f"{URL}/sitemap.xml") == 404
    # All that an address can have which is a mark of XML.
    base = "https://shop.example.org/o'neill&co"
    patch("/settings", {"public_url": f"{base}/"})
    check(base, paths)
    assert f"Sitemap: {base}/sitemap.xml\n" in robots()
    patch("/settings", {"public_url": URL})
    found = check(URL, paths)
    closed = [line.removeprefix("Disallow: ") for line in robots().splitlines()[1:-1]]
    for address in found:
        assert status(address) == 200, address
        assert not address.removeprefix(URL).startswith(tuple(closed)), (address, closed)
    # A file that the index does not name is none.
    for number in (1, 7, 4_000_000_000):
        assert status(f"{URL}/sitemap/{number}.xml") == 404, number
    # What is not sold any more is listed no more.
    patch(f"/products/{get('/products/mug')['id']}", {"status": "archived"})
    check(URL, [path for path in paths if path != "/p/mug"])


def robots():
    with urllib.request.urlopen(f"{URL}/robots.txt") as answer:
        return answer.read().decode()


def status(address):
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


if __name__ == "__main__":
    main()
