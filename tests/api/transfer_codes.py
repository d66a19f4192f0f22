"""Reads the codes on the pages of orders as the app of a bank does, and holds what they say against
the guidelines of the European Payments Council (EPC069-12, version 2.1). The argument is the
currency of the shop."""

import re
import sys

import zxingcpp
from shop import get, patch, post
from window import Browser

IBAN = "DE89370400440532013000"
# The width of a module in pixels, and the light modules around a code (ISO/IEC 18004, 9.1).
MODULE = 8
QUIET = 4
# A code is of version 13 at most, which holds so many bytes (EPC069-12, 3.2).
VERSION_MAX = 13
BYTES_MAX = 331
UMLAUTS = {
    "account_holder": "Bäckerei Görß & Söhne, Öhringen", "iban": IBAN, "bic": "COBADEFFXXX",
}
ACCOUNTS = [
    # The shortest code there is, with the number of the first order.
    {"account_holder": "A", "iban": "NO9386011117947"},
    {"account_holder": "Tea & Co", "iban": IBAN},
    UMLAUTS,
    {"account_holder": "Ωμέγα Łódź s.r.o.", "iban": "NO9386011117947", "bic": "DNBANOKK"},
    {"account_holder": "A", "iban": "MT84MALT011000012345MTLCAST001S"},
    # As long as a name can be, in letters of two bytes.
    {"account_holder": "Ä" * 70, "iban": "MT84MALT011000012345MTLCAST001S", "bic": "MALTMTMTXXX"},
]
# Prices and units; the last one is as much as a code can hold.
AMOUNTS = [("0.01", 1), ("0.10", 1), ("9.95", 2), ("1.00", 1), ("333333333.33", 3), ("0.99", 999)]
LARGEST = "999999999.99"
TOO_LARGE = "1000000000.00"


def main():
    if sys.argv[1:] == ["EUR"]:
        codes_say_what_is_to_be_paid()
        codes_end_with_what_they_are_for()
    else:
        other_money_has_no_code()


def codes_say_what_is_to_be_paid():
    patch("/settings", {"order_number_start": 1})
    products = [(product(price), units) for price, units in AMOUNTS]
    largest = product(LARGEST)
    levels = set()
    for account in ACCOUNTS:
        pay_to(account)
        for bought, units in [*products, (largest, 1)]:
            page = Browser().order([(bought, units)])
            order = get(f"/orders/{id_of(page)}")
            # Cents, so that no fraction is rounded on the way.
            cents = int(bought["price"].replace(".", "")) * units
            levels.add(check(page, account, f"{cents // 100}.{cents % 100:02}", order["number"]))
    assert levels == {"M"}, levels
    assert_none(Browser().order([(product(TOO_LARGE), 1)]))
    # Of letters of four bytes there is no room for a name of that length.
    pay_to({"account_holder": "\U00010330" * 70, "iban": IBAN})
    assert_none(Browser().order([(largest, 1)]))


def codes_end_with_what_they_are_for():
    """A part that is paid is not asked for again, and with the rest of it the code goes."""
    pay_to(UMLAUTS)
    browser = Browser()
    page = browser.order([(product("9.90"), 2)])
    order = get(f"/orders/{id_of(page)}")
    path = f"/orders/{order['id']}/payments"
    post(path, {"amount": "9.85", "method": "bank_transfer"})
    check(browser.get(page.path), UMLAUTS, "9.95", order["number"])
    post(path, {"amount": "9.95", "method": "bank_transfer"})
    assert_none(browser.get(page.path))
    # Nobody is asked to pay what was cancelled.
    cancelled = Browser()
    page = cancelled.order([(product("3.00"), 1)])
    post(f"/orders/{id_of(page)}/cancellation", {"reason": "Sold out."})
    assert_none(cancelled.get(page.path))
    # Without an account there is nothing to say.
    pay_to(None)
    assert_none(Browser().order([(product("3.00"), 1)]))


def other_money_has_no_code():
    pay_to(UMLAUTS)
    page = Browser().order([(product("9.95"), 1)])
    assert "DE89 3704 0044 0532 0130 00" in page.text
    assert_none(page)


def pay_to(account):
    # What a change leaves out stays as it was.
    patch("/settings", {"bank_account": account and {"bic": None} | account})


def product(price):
    return post("/products", {"name": f"Mug at {price}", "price": price})[0]


def id_of(page):
    return page.path.removeprefix("/o/")


def assert_none(page):
    assert page.status == 200, page.path
    assert not page.attributes("svg"), f"a code on {page.path}"


def check(page, account, amount, number):
    """Holds the code of a page against what it has to say, and returns its level of correction."""
    wanted = "\n".join([
        "BCD",
        "002",  # The version in which the BIC may be missing.
        "1",  # UTF-8.
        "SCT",
        account.get("bic", ""),
        account["account_holder"],
        account["iban"],
        f"EUR{amount}",
        "",
        "",
        number,
    ]).encode()
    assert len(wanted) <= BYTES_MAX
    code = read(page)
    assert code.bytes == wanted, (code.bytes, wanted)
    # The guess of a reader that is not told the encoding.
    assert code.text.encode() == wanted, code.text
    return code.ec_level


def read(page):
    [svg] = page.attributes("svg")
    assert svg["class"] == "qr" and svg["aria-label"], svg
    [paper, drawn] = [path["d"] for path in page.attributes("path")]
    side = int(svg["viewbox"].split()[-1])
    assert svg["viewbox"] == f"0 0 {side} {side}", svg
    assert paper == f"M0,0h{side}v{side}h-{side}z", paper
    version, odd = divmod(side - 2 * QUIET - 17, 4)
    assert odd == 0 and 1 <= version <= VERSION_MAX, side
    assert re.fullmatch(r"(M\d+,\d+h1v1h-1z)+", drawn), drawn
    dark = [(int(x), int(y)) for x, y in re.findall(r"M(\d+),(\d+)", drawn)]
    within = range(QUIET, side - QUIET)
    assert all(x in within and y in within for x, y in dark), "the margin is not light"
    width = side * MODULE
    picture = bytearray(b"\xff" * width * width)
    for x, y in dark:
        for line in range(y * MODULE, (y + 1) * MODULE):
            at = line * width + x * MODULE
            picture[at:at + MODULE] = bytes(MODULE)
    seen = memoryview(picture).cast("B", (width, width))
    [code] = zxingcpp.read_barcodes(seen, formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.valid and code.format == zxingcpp.BarcodeFormat.QRCode
    return code


if __name__ == "__main__":
    main()
