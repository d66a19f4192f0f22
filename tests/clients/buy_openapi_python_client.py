"""Buys with the client that openapi-python-client makes."""

import os
import pathlib
import urllib.parse

from tillbox import AuthenticatedClient, Client
from tillbox.api.orders import create_quote, place_order, read_order, track_order
from tillbox.api.products import create_product_image, list_products
from tillbox.models import (
    GuestInput,
    ListProductsSort,
    OrderInput,
    OrderLineInput,
    Problem,
    QuoteInput,
)

from tillbox.types import File

URL = os.environ["URL"]


def main():
    guest = Client(base_url=URL)
    mug, last, *_ = list_products.sync(client=guest, sort=ListProductsSort.NAME).data
    same([it.id for it in list_products.sync(client=guest, q="BLU mu").data], [mug.id])

    with pathlib.Path(os.environ["PICTURE"]).open("rb") as file:
        keeper = AuthenticatedClient(base_url=URL, token=os.environ["ADMIN_KEY"])
        picture = File(payload=file)
        image = create_product_image.sync(mug.id, client=keeper, body=picture, alt="A mug")
    same((image.alt, image.width), ("A mug", 2))

    lines = [OrderLineInput(product_id=mug.id, quantity=2)]
    quote = create_quote.sync(client=guest, body=QuoteInput(items=lines))
    same(quote.total, "19.90")

    ana = GuestInput(name="Ana Søs", email="ana@example.org")
    wanted = OrderInput(items=lines, customer=ana, expected_total=quote.total)
    order = place_order.sync(client=guest, body=wanted, idempotency_key="attrs")
    again = place_order.sync(client=guest, body=wanted, idempotency_key="attrs")
    same((again.id, order.total), (order.id, "19.90"))

    holder = AuthenticatedClient(base_url=URL, token=order.token)
    own = read_order.sync(order.id, client=holder)
    same((own.number, own.customer.name), (order.number, "Ana Søs"))
    same(own.created_at, order.created_at)

    query = urllib.parse.urlparse(order.tracking_url).query
    token = urllib.parse.parse_qs(query)["token"][0]
    track = track_order.sync(order.id, client=guest, token=token)
    same(track.status, "placed")

    lines = [OrderLineInput(product_id=last.id, quantity=2)]
    problem = place_order.sync(client=guest, body=OrderInput(items=lines, customer=ana))
    assert isinstance(problem, Problem), "More was sold than there is."
    fault = problem.errors[0]
    same((problem.status, problem.code), (409, "out_of_stock"))
    same((fault.pointer, fault.available), ("/items/0/quantity", 1))


def same(got, wanted):
    assert got == wanted, f"It is {got}, not {wanted}."


main()
