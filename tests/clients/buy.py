"""Buys with the client that openapi-generator makes for Python (`python`)."""

import os
import pathlib
import urllib.parse

import tillbox

URL = os.environ["URL"]


def main():
    guest = client()
    mug, last, *_ = tillbox.ProductsApi(guest).list_products(sort="name").data
    orders = tillbox.OrdersApi(guest)
    same([it.id for it in tillbox.ProductsApi(guest).list_products(q="BLU mu").data], [mug.id])

    picture = pathlib.Path(os.environ["PICTURE"]).read_bytes()
    keeper = tillbox.ProductsApi(client(os.environ["ADMIN_KEY"]))
    image = keeper.create_product_image(mug.id, picture, alt="A mug")
    same((image.alt, image.width), ("A mug", 2))
    same(keeper.read_product(mug.id).images[-1].id, image.id)

    lines = [tillbox.OrderLineInput(product_id=mug.id, quantity=2)]
    quote = orders.create_quote(tillbox.QuoteInput(items=lines))
    same(quote.total, "19.90")

    ana = tillbox.GuestInput(name="Ana Søs", email="ana@example.org")
    wanted = tillbox.OrderInput(items=lines, customer=ana, expected_total=quote.total)
    order = orders.place_order(wanted, idempotency_key="python")
    again = orders.place_order(wanted, idempotency_key="python")
    same((again.id, order.total), (order.id, "19.90"))

    own = tillbox.OrdersApi(client(order.token)).read_order(order.id)
    same((own.number, own.customer.name), (order.number, "Ana Søs"))
    same(own.created_at, order.created_at)

    query = urllib.parse.urlparse(order.tracking_url).query
    track = orders.track_order(order.id, token=urllib.parse.parse_qs(query)["token"][0])
    same(track.status, tillbox.TrackStatus.TrackPlaced)

    lines = [tillbox.OrderLineInput(product_id=last.id, quantity=2)]
    try:
        orders.place_order(tillbox.OrderInput(items=lines, customer=ana))
        raise AssertionError("More was sold than there is.")
    except tillbox.ApiException as refused:
        problem, fault = refused.data, refused.data.errors[0]
        same((refused.status, problem.code), (409, "out_of_stock"))
        same((fault.pointer, fault.available), ("/items/0/quantity", 1))


def client(token=None):
    return tillbox.ApiClient(tillbox.Configuration(host=URL, access_token=token))


def same(got, wanted):
    assert got == wanted, f"It is {got}, not {wanted}."


main()
