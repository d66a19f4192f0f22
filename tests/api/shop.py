"""A small client of the shop, and what the tests need in it: `python3 shop.py` puts it there and
prints the credentials as lines for a shell."""

import base64
import json
import os
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ["URL"]
ADMIN_KEY = os.environ["ADMIN_KEY"]
PASSWORD = "a loaf of rye, sliced"
# What the requests of the tests themselves rest on: their ids, which nobody changes or deletes.
KEPT = {"products": 1, "customers": 1, "customer_accounts": 1, "discounts": 1, "api_keys": 1}
KEPT |= {"collections": 1}
NOT_KEPT = 2
# Of the discount that is kept.
CODE = "KEPT10"
# Who sells, without which no invoice is issued.
SELLER = {
    "address": {"name": "Tea House", "line1": "Rua 1", "city": "Porto", "country": "PT"},
    "tax_number": "PT 123",
}
# A PNG of two by two pixels.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEklEQVR42mPQCFhgk7ePAUIBACAqBQGX+2akAAAAAElF"
    "TkSuQmCC"
)


def get(path):
    """What is there, or an empty object."""
    try:
        return send(path)[0]
    except urllib.error.HTTPError:
        return {}


def post(path, body, key=ADMIN_KEY):
    """What was made, and where it is."""
    return send(path, json.dumps(body).encode(), key)


def patch(path, body):
    """What it is by now."""
    return send(path, json.dumps(body).encode(), method="PATCH")[0]


def upload(path):
    """What is said of a new picture, and where."""
    return send(path, PICTURE, media_type="image/png")


def send(path, body=None, key=ADMIN_KEY, media_type="application/json", method=None):
    request = urllib.request.Request(URL + path, body, method=method)
    request.add_header("Content-Type", media_type)
    request.add_header("Authorization", f"Bearer {key}")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer), answer.headers["Location"]


def sign_in(name):
    return post("/sessions", {"username": name, "password": PASSWORD})[0]["token"]


def sign_in_staff(name):
    return post("/staff/sessions", {"email": f"{name}@example.org", "password": PASSWORD})[0]["token"]


def declare(*numbers):
    """Declares withdrawals from orders by the form of a page, as there is no other way to do it."""
    for number in numbers:
        fields = {"number": number, "name": "Ana", "email": "ana@example.org", "step": "confirm"}
        body = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(URL + "/withdrawal", body)
        request.add_header("Sec-Fetch-Site", "same-origin")
        urllib.request.urlopen(request).close()


def main():
    patch("/settings", SELLER)
    for name in ("ana", "ben"):
        person = {"name": name.title(), "email": f"{name}@example.org"}
        post("/customer_accounts", {"username": name, "password": PASSWORD, "customer": person})
        post("/products", {"name": f"Mug of {name.title()}", "price": "9.95"})
    for name in ("Mugs", "Cups"):
        post("/collections", {"name": name})
    post("/discounts", {"code": CODE, "type": "percent", "value": "10"})
    post("/discounts", {"code": "SHIPFREE", "type": "free_shipping"})
    declare("1001", "1002")
    print(f"export CUSTOMER_SESSION={sign_in('ana')}")
    print(f"export STAFF_SESSION={sign_in_staff('till')}")
    print(f"export OWNER_SESSION={sign_in_staff('owner')}")


if __name__ == "__main__":
    main()
