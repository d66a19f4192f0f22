"""What Schemathesis cannot read in openapi.json: what there is in this shop.

Requests about products, orders and their steps are given one that they can be about. A body that
fits its schema can still be wrong in this shop: it names a product that is not there, an amount
with more digits than the currency has, a password that everybody tries first. The shop answers it
with a 422 whose faults are of the kinds below; any other 422 to such a body is a failure.
"""

import ast
import datetime
import functools
import json
import os
import re
import threading
import unicodedata
import urllib.parse
from itertools import count

import schemathesis
from shop import CODE, KEPT, NOT_KEPT, PASSWORD, PICTURE, SELLER
from shop import get, post, sign_in, sign_in_staff, upload

# Kinds of faults that depend on what is in the shop, or on several fields at once.
BEYOND_SCHEMAS = {
    "address_required",
    "amount_too_large",
    # Those of `CONTROL`.
    "control_character",
    "given_twice",
    "in_the_future",
    "not_allowed",
    "not_available",
    "not_a_url",
    "not_found",
    "options_mismatch",
    "set_on_variant",
    "too_common",
    "too_many_digits",
    "too_many_units",
    "unknown_time_zone",
    "unknown_image",
    "unknown_variant",
    "variant_required",
    "withdrawal_exempt",
}
# The same, at some places alone.
BEYOND_SCHEMAS_AT = {
    # A variant without a price, in a product without one; half an address or account where there
    # was none; an order that is not for anybody; a discount that does not say how much.
    # A text of blanks, where one is needed.
    "required": r"/variants/\d+/price|/((shipping|billing)_)?address/\w+|/customer|/value|/reason"
    r"|/username|/password|/code|/bank_account/\w+"
    # Neither an e-mail nor a phone number; what was agreed to, without how much or why.
    r"|(/customer)?/email|/items/\d+/reason|(/items/\d+)?/discount/(amount|reason)",
    # A day before the order's; a payment of nothing; units and stock that add up to too much; a
    # discount of nothing, of more than all, or that is over before it begins.
    "out_of_range": r"/expected_delivery_date|/amount|/items/\d+/quantity|/value|/ends_at|"
    r"|(/items/\d+)?/discount/percent|/pickup_at",
    # The first and the last day of the calendar, which are not days everywhere.
    "not_a_time": r"/starts_at|/ends_at|/paid_at|/pickup_at|updated_after",
    "not_a_handle": r"/handle",
    # A handle of signs alone.
    "not_an_id": "collection",
    # The name of an entry of metadata.
    "empty": r"/metadata/",
    # Two letters that are no country, where `*` is one more.
    "unknown_country": r".*/countries/\d+|/tax_rates/\d+/country",
    # A category that the settings do not know.
    "unknown_value": r"(/shipping_methods/\d+|/items/\d+)?/tax_category",
    # Signs that cannot be seen are taken out of it.
    "not_an_email": r"(/customer)?/email",
    # Check digits, and blanks that may stand anywhere.
    "not_an_iban": "/bank_account/iban",
    "not_a_bic": "/bank_account/bic",
    # A colour on which white cannot be read.
    "low_contrast": "/window/accent",
}
STEPS = {
    "payments": {"method": "cash"},
    "packing": {},
    "shipments": {"carrier": "DHL", "tracking_number": "1"},
    "delivery": {},
    "cancellation": {"reason": "Ordered twice."},
    "refunds": {"amount": "1", "reason": "Chipped."},
    "returns": {},
    "withdrawal": {},
    "invoices": {},
}
# What must have happened to an order before.
BEFORE = {
    "delivery": ["shipments"],
    "refunds": ["payments"],
    "returns": ["payments", "shipments"],
}
# Settings that the requests of the tests rest on, or that can be had only once: of zones there is a
# list, the currency is fixed, numbers that were given are gone, and orders must find a way.
FIXED_SETTINGS = {
    # Half of what a mail server needs is nothing.
    "mail": None,
    "time_zone": "Europe/Lisbon",
    "currency": "EUR",
    "order_number_start": 1001,
    "invoice_number_start": 1,
    "credit_note_number_start": 1,
    "tax_rates": [{"rate": "19"}, {"category": "books", "country": "PT", "rate": 6}],
    "closed_dates": ["2026-12-25"],
    "shipping_methods": [
        {"code": "standard", "price": "4.90", "free_from": "50", "needs_address": False},
        {"code": "pickup", "pickup": True, "delivery_days_max": 1},
    ],
    "guest_units_max": 1_000_000,
}
PERSON = {"name": "Ana", "email": "ana@example.org"}
# What is an amount, an id or a time by its name, for `is_read_anyway`.
AMOUNTS = {"amount", "compare_at_price", "expected_total", "free_from", "min_subtotal", "price"}
AMOUNTS |= {"rate", "value", "unit_price", "percent"}
IDS = re.compile(r"id|\w+_id")
TIMES = re.compile(r"\w+_at|order_date")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
# Of the upper half of Latin-1, or half a line break. PHP holds bytes against patterns, and would
# take the first for parts of letters.
CONTROL = re.compile(r"[\x80-\x9f]|\r(?!\n)")
known_steps = {}
numbers = count(1)


def one_at_a_time(function):
    lock = threading.RLock()

    @functools.wraps(function)
    def alone(*args, **kwargs):
        with lock:
            return function(*args, **kwargs)

    return alone


# Threads that parse at once count each other's depth in a Python before 3.11.8, and now and then one
# fails for it (python/cpython#106905). Hypothesis parses in each of them.
ast.parse = one_at_a_time(ast.parse)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether it is one: ST201 is what was taken though it does not fit, ST202 the other way round,
    ST301 what can be read after its DELETE."""
    if failure.code == "ST201":
        dropped = any(map(is_dropped, case.headers.values()))
        # Any bytes fit what is said of a picture, so the wrong ones are as good as the right ones.
        dropped = dropped or str(case.media_type).startswith("image/")
        # A link that nobody has is refused as gone, which is not among the answers that are expected.
        dropped = dropped or response.status_code == 410
        # What of a text of mails is only read is passed over, and both of its languages fit.
        dropped = dropped or case.path.startswith("/mail_templates")
        return not (dropped or is_trimmed(case.body) or is_read_anyway(case.body))
    if failure.code == "ST301":
        return not is_ended(response)
    if failure.code != "ST202" or response.status_code != 422:
        return True
    faults = json.loads(response.content).get("errors", [])
    return not (faults and all(map(is_beyond_schemas, faults)))


def is_beyond_schemas(fault):
    at = BEYOND_SCHEMAS_AT.get(fault["code"])
    return fault["code"] in BEYOND_SCHEMAS or (at and re.fullmatch(at, fault.get("pointer", fault.get("parameter", "-"))))


def is_ended(response):
    """A revoked key and a voided step stay to be read, with the time at which they ended."""
    read = json.loads(response.content)
    return response.status_code == 200 and bool(read.get("revoked_at") or read.get("voided_at"))


def is_dropped(value):
    """Rocket drops a header that is not UTF-8 before the shop sees it."""
    try:
        value.encode("latin-1").decode()
    except UnicodeError:
        return True
    return False


def is_trimmed(value):
    """Text is measured without the blanks around it, a line break is one character, what cannot be
    seen is taken out, and nothing at all is as good as left out."""
    if isinstance(value, (dict, list)):
        return any(map(is_trimmed, value.values() if isinstance(value, dict) else value))
    if not isinstance(value, str):
        return False
    return not value or value != value.strip() or "\r\n" in value or any(map(is_invisible, value))


def is_read_anyway(value, name=""):
    """The description says what a generated client sends. The shop also takes an amount that is a
    number, an id that is a string, and a date for a time."""
    if isinstance(value, list):
        return any(is_read_anyway(inner, name) for inner in value)
    if isinstance(value, dict):
        return any(is_read_anyway(inner, name) for name, inner in value.items())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return name in AMOUNTS
    if isinstance(value, str):
        is_id = IDS.fullmatch(name) and value.isdigit()
        return bool(is_id or TIMES.fullmatch(name) and DATE.fullmatch(value))
    return False


def is_invisible(character):
    return unicodedata.category(character) == "Cf"


@schemathesis.hook
def filter_case(context, case):
    """The shop reads both media types of a PATCH alike, so the many cases of one phase are enough."""
    coverage = case.meta is not None and case.meta.phase.name.value == "coverage"
    return not (coverage and case.method == "PATCH" and case.media_type == "application/json")


@schemathesis.hook
def before_call(context, case, kwargs):
    request_anew(case)
    # A product with fewer fields fits no schema.
    case.query.pop("fields", None)
    if case.meta is None or case.meta.generation.mode.is_negative:
        return
    if isinstance(case.body, dict):
        case.body.update(plain(case.body))
    if case.media_type and case.media_type.startswith("image/"):
        # No schema says which bytes are a picture.
        case.body = PICTURE
    if case.query.get("after"):
        take_cursor(case)
    fit_body(case)
    if case.meta.phase.name.value != "stateful":
        # In that phase the links say what a request is about.
        choose_object(case)


def request_anew(case):
    """Makes every request a new one, about the object as it is now; none ends what others need."""
    key = case.headers.get("Idempotency-Key", "")
    if re.fullmatch(r'(?!""$)("[!-~]{1,255}"|[!-~]{1,255})', key):
        end = '"' if re.fullmatch('".+"', key) else ""
        case.headers["Idempotency-Key"] = f"{key.removesuffix(end)[:200]}-{next(numbers)}{end}"
    if "If-Match" in case.headers:
        case.headers["If-Match"] = "*"
    if case.path == "/staff/{id}" and case.method != "GET":
        # Those who signed in go on as they are.
        case.path_parameters["id"] = someone()["id"]
    kept = KEPT.get(case.path.split("/")[1])
    if case.method != "GET" and str(case.path_parameters.get("id")) == str(kept):
        case.path_parameters["id"] = NOT_KEPT
    if case.method == "DELETE" and case.path.endswith("sessions/current"):
        name, new = ("STAFF_SESSION", "till") if "staff" in case.path else ("CUSTOMER_SESSION", "ana")
        if case.headers.get("Authorization") == f"Bearer {os.environ[name]}":
            token = sign_in_staff(new) if "staff" in case.path else sign_in(new)
            case.headers["Authorization"] = f"Bearer {token}"


def plain(value):
    """To a schema 2.0 is an integer and 1e-7 a number. The shop takes numbers from their text, so
    that no amount ever goes through a float, and wants them written plainly. Texts lose what their
    patterns leave to the shop to refuse."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, str):
        return CONTROL.sub("-", value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 2)
    return value


def take_cursor(case):
    """Only the page before knows a cursor, and what is searched for has an order of its own."""
    query = {"limit": 1} | {name: case.query[name] for name in ["sort", "q"] if case.query.get(name)}
    page = get(f"{case.formatted_path}?{urllib.parse.urlencode(query)}")
    case.query["after"] = page.get("next_cursor") or ""


def fit_body(case):
    """Makes a body fit this shop, whatever it is about."""
    body = case.body if isinstance(case.body, dict) else {}
    if case.path == "/settings":
        put(body, FIXED_SETTINGS)
        # Without them no invoice is issued.
        body.update(SELLER)
        if body.get("payment_methods"):
            # One that fits every way of shipping.
            body["payment_methods"][-1] = "bank_transfer"
    elif case.path in ("/orders", "/quotes") and body:
        order_what_there_is(body)
    elif case.path == "/orders/{id}":
        # Another note than the buyer's, or a day before the order's, is refused.
        body.pop("note", None)
        put(body, {"expected_delivery_date": "2100-01-04"})
    elif case.path.startswith("/discounts"):
        fit_discount(case, body)
    elif case.path == "/products" and body and not body.get("variants"):
        body.setdefault("price", "3")
    elif case.path == "/customer_accounts" and body:
        keep_one(body, "customer", "customer_id", PERSON)
    elif case.path == "/staff" and body:
        # It sends no mails, so nobody can be invited.
        body["password"] = body.get("password") or PASSWORD
    elif case.path == "/password_resets" and isinstance(case.body, dict):
        keep_one(case.body, "username", "email", "ana")
    elif case.path.endswith("/stock_movements") and body:
        keep_one(body, "delta", "counted", 1)


def keep_one(body, name, other, value):
    """Of two fields one, as the description says in words."""
    for empty in [field for field in (name, other) if body.get(field) in (None, "")]:
        body.pop(empty, None)
    if name in body or other not in body:
        body.setdefault(name, value)
        body.pop(other, None)


def put(fields, values):
    """Other values for those fields that are there."""
    fields.update((name, values[name]) for name in values if fields.get(name) not in (None, ""))


def someone():
    """Somebody new on the staff."""
    person = {"email": f"till-{next(numbers)}@example.org", "password": PASSWORD}
    return post("/staff", person, os.environ["OWNER_SESSION"])[0]


def fit_discount(case, body):
    if case.method in ("POST", "PUT"):
        body["code"] = f"{body['code'][:40]}-{next(numbers)}"
    if body.get("type") == "free_shipping":
        body["value"] = None
    elif body.get("type") == "percent" or "type" in body and body.get("value") is None:
        body["value"] = "10"


def choose_object(case):
    body = case.body if isinstance(case.body, dict) else {}
    step = case.path.removeprefix("/orders/{id}/").split("/")[0]
    if case.path.startswith("/products/{id}/stock_movements"):
        choose_product(case, body)
    elif case.path.startswith("/products/{id}/images"):
        choose_image(case)
    elif case.path.startswith("/images/"):
        put(case.path_parameters, {"hash": known_picture(), "width": 320})
    elif case.path == "/collections/{id}/image" and case.method == "DELETE":
        collection, location = post("/collections", {"name": "Plates"})
        upload(f"{location}/image")
        case.path_parameters["id"] = collection["id"]
    elif case.path == "/discounts/{id}" and case.method != "GET":
        discount = {"code": f"ONCE-{next(numbers)}", "type": "percent", "value": "10"}
        case.path_parameters["id"] = post("/discounts", discount)[0]["id"]
    elif case.path == "/api_keys/{id}" and case.method != "GET":
        key, _ = post("/api_keys", {"role": "read"}, os.environ["OWNER_SESSION"])
        case.path_parameters["id"] = key["id"]
        put(body, {"role": "read"})
    elif case.path == "/packing-slips":
        case.query["orders"] = f"{known_order()},{known_order()}"
    elif case.path.startswith("/reports/"):
        choose_days(case)
    elif step == "packing-slip":
        case.path_parameters["id"] = known_order()
    elif step in STEPS and case.method == "POST":
        take_step(case, step, body)
    elif step in STEPS:
        read_or_void_step(case, step)


def order_what_there_is(body):
    for item in body["items"]:
        item["product_id"] = KEPT["products"]
        item.pop("variant_id", None)
    if body.get("customer_id") is not None:
        body["customer_id"] = KEPT["customers"]
        body.pop("customer", None)
    put(body, {"shipping_method": "standard", "discount_code": CODE})


def choose_days(case):
    """A span whose ends follow each other, with no more rows than there may be."""
    to = datetime.datetime.now(datetime.UTC).date()
    days = {"from": to - datetime.timedelta(days=7), "to": to}
    put(case.query, {name: str(day) for name, day in days.items()})


def choose_product(case, body):
    product, location = post("/products", {"name": "Plate", "price": "3", "stock": 10})
    movements = get(f"{location}/stock_movements")["data"]
    case.path_parameters["id"] = product["id"]
    if "movement" in case.path_parameters:
        case.path_parameters["movement"] = movements[0]["id"]
    if body.get("variant_id") is not None:
        body["variant_id"] = product["variants"][0]["id"]


def choose_image(case):
    """A picture of a new product, which has room for more."""
    product, location = post("/products", {"name": "Plate", "price": "3"})
    case.path_parameters["id"] = product["id"]
    if "image" in case.path_parameters:
        case.path_parameters["image"] = upload(f"{location}/images")[0]["id"]


def known_picture():
    if "picture" not in known_steps:
        image, _ = upload(f"/products/{KEPT['products']}/images")
        known_steps["picture"] = image["urls"]["320"].split("/")[2]
    return known_steps["picture"]


def take_step(case, step, body):
    order = order_before(step)
    case.path_parameters["id"] = order["id"]
    if body.get("shipment_id") is not None:
        body["shipment_id"] = order["shipments"][0]["id"]
    if step == "returns":
        # Each line is named once.
        body["items"] = body["items"][:1]
    if step == "refunds" and body.get("amount") is not None:
        # An amount, or what it is for.
        body["amount"] = "0.50"
        body.pop("items", None)
        body.pop("shipping", None)
    for item in body.get("items") or []:
        item["item_id"] = order["items"][0]["id"]


def read_or_void_step(case, step):
    """What is read can be read again; what is taken back was not yet."""
    known = known_steps.get(step) if case.method == "GET" else None
    if known is None:
        order = order_before(step)
        _, location = post(f"/orders/{order['id']}/{step}", body_of(step, order))
        known = {"id": order["id"], "step": int(location.rsplit("/", 1)[1])}
    if case.method == "GET":
        known_steps[step] = known
    put(case.path_parameters, known)


def order_before(step):
    """A new order to which all has happened that the step needs."""
    order = new_order()
    for before in BEFORE.get(step, []):
        order, _ = post(f"/orders/{order['id']}/{before}", STEPS[before])
    return order


def body_of(step, order):
    if step == "returns":
        return {"items": [{"item_id": order["items"][0]["id"], "quantity": 1}]}
    return STEPS[step]


def known_order():
    if "placed" not in known_steps:
        known_steps["placed"] = {"id": new_order()["id"]}
    return known_steps["placed"]["id"]


def new_order():
    items = [{"product_id": KEPT["products"], "quantity": 3}]
    return post("/orders", {"items": items, "customer_id": KEPT["customers"]})[0]
