"""Has money given back by card through another program that speaks as the card provider does
(localstripe). That knows no pages for buyers, so those are made here, each over a payment of its own
there. `provider` runs both, until it is ended; without it the shop is tried."""

import http.server
import json
import os
import socket
import sys
import threading
import time
import urllib.parse
import urllib.request

SECRET = "sk_test_0123456789abcdef"
CARD = {"type": "card", "card[number]": "4242424242424242", "card[exp_month]": "12"}
CARD |= {"card[exp_year]": "2040", "card[cvc]": "123"}
TIMEOUT_SECONDS = 30
sessions = {}


def main():
    if sys.argv[1:2] == ["provider"]:
        return provide()
    from shop import get, patch, post
    patch("/settings", {
        "public_url": "https://shop.example.org",
        "card": {"provider": "stripe", "secret_key": SECRET},
        "payment_methods": ["card"],
    })
    product = post("/products", {"name": "Teapot", "price": "39.90"})[0]["id"]
    body = {"items": [{"product_id": product, "quantity": 2}]}
    body["customer"] = {"name": "Ana", "email": "ana@example.org"}
    order, place = post("/orders", body)
    assert order["to_pay"] == order["total"], order
    session, at = post(f"{place}/payment_sessions", {})
    # The buyer pays.
    urllib.request.urlopen(session["url"], timeout=TIMEOUT_SECONDS)
    assert get(at)["status"] == "paid", get(at)
    paid = get(place)
    assert (paid["payment_status"], paid["paid_total"]) == ("paid", order["total"]), paid
    reference = paid["payments"][0]["reference"]
    assert reference.startswith("pi_"), paid
    for amount in ("10.00", "0.01"):
        post(f"{place}/refunds", {"amount": amount, "reason": "Chipped.", "via": "card"})
    given_back = wait_for_refunds(lambda: get(place)["refunds"])
    there = ask(f"{there_at()}/v1/refunds?payment_intent={reference}")["data"]
    assert sorted(refund["amount"] for refund in there) == [1, 1000], there
    assert all(refund["currency"] == "eur" for refund in there), there
    keys = {refund["metadata"]["tillbox_refund"] for refund in there}
    assert len(keys) == 2, there
    assert {refund["status"] for refund in given_back} == {"done"}, given_back
    print("2 refunds, 10.01 given back")


def wait_for_refunds(read):
    end = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < end:
        refunds = read()
        if len(refunds) == 2 and all(refund["status"] != "pending" for refund in refunds):
            return refunds
        time.sleep(0.1)
    raise AssertionError(read())


def there_at():
    return ask(f"{os.environ['TILLBOX_STRIPE_URL']}/there")["url"]


def provide():
    """The program of other people, and before it the pages for buyers."""
    import localstripe.server

    url = f"http://127.0.0.1:{(port := free_port())}"
    listen_here_alone()
    sys.argv = ["localstripe", "--port", str(port)]
    front = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("At", (Front,), {"there": url}))
    threading.Thread(target=front.serve_forever, daemon=True).start()
    threading.Thread(target=tell, args=(port, front.server_port), daemon=True).start()
    localstripe.server.start()


def tell(there, front):
    """Says where both listen, once both do."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", there)).close()
            break
        except OSError:
            time.sleep(0.05)
    print(f"The provider is listening on http://127.0.0.1:{front}", flush=True)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def listen_here_alone():
    """It would listen at every address of the machine."""

    class Here(socket.socket):
        def __init__(self, family=socket.AF_INET, *more, **named):
            super().__init__(socket.AF_INET if family == socket.AF_INET6 else family, *more, **named)

        def bind(self, address):
            super().bind(("127.0.0.1", address[1]) if address[0] == "::" else address)

    socket.socket = Here


class Front(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer()

    def answer(self):
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = urllib.parse.urlparse(self.path).path.strip("/").split("/")
        if path == ["there"]:
            return self.say({"url": self.there})
        if path[0] == "pay":
            sessions[path[1]] |= {"status": "complete", "payment_status": "paid"}
            return self.say(sessions[path[1]])
        if path[:3] == ["v1", "checkout", "sessions"]:
            fields = dict(urllib.parse.parse_qsl(sent))
            return self.say(self.begin(fields) if len(path) == 3 else sessions[path[3]])
        self.say(ask(f"{self.there}{self.path}", sent if self.command == "POST" else None))

    def begin(self, fields):
        amount = int(fields["line_items[0][price_data][unit_amount]"])
        currency = fields["line_items[0][price_data][currency]"]
        method = ask(f"{self.there}/v1/payment_methods", urllib.parse.urlencode(CARD))["id"]
        wish = {"amount": amount, "currency": currency, "payment_method": method, "confirm": "true"}
        payment = ask(f"{self.there}/v1/payment_intents", urllib.parse.urlencode(wish))
        assert payment["status"] == "succeeded", payment
        number = f"cs_test_{len(sessions) + 1}"
        sessions[number] = {
            "id": number, "client_reference_id": fields["client_reference_id"], "status": "open",
            "url": f"http://127.0.0.1:{self.server.server_port}/pay/{number}",
            "payment_status": "unpaid", "payment_intent": payment["id"],
            "amount_total": amount, "currency": currency,
        }
        return sessions[number]

    def say(self, answer):
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def ask(url, form=None):
    headers = {"Authorization": f"Bearer {SECRET}"}
    request = urllib.request.Request(url, form.encode() if form is not None else None, headers)
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        return json.load(answer)


if __name__ == "__main__":
    main()
