"""A browser as far as the pages for buyers can tell: it keeps cookies, sends the forms of the pages,
and follows where it is sent on."""

import html.parser
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request

from shop import URL

ADDRESS = {
    "name": "Ada Example",
    "email": "ada@example.org",
    "line1": "Long Street 1",
    "postal_code": "12345",
    "city": "Anytown",
    "country": "DE",
}


class Page(html.parser.HTMLParser):
    """A page: its path, its fields, and the elements that somebody else reads."""

    def __init__(self, status, path, text):
        super().__init__()
        self.status, self.path, self.text = status, path, text
        self.fields, self.elements, self.scripts, self.open = {}, [], [], None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.elements.append((tag, attributes))
        if tag == "input" and "name" in attributes:
            self.fields.setdefault(attributes["name"], attributes.get("value") or "")
        if tag == "script":
            self.open = attributes.get("type")
            if self.open:
                self.scripts.append((self.open, ""))

    def handle_endtag(self, tag):
        if tag == "script":
            self.open = None

    def handle_data(self, data):
        if self.open:
            kind, before = self.scripts.pop()
            self.scripts.append((kind, before + data))

    def attributes(self, tag, **wanted):
        """Those of each element that has these."""
        fits = lambda known: wanted.items() <= known.items()
        return [known for name, known in self.elements if name == tag and fits(known)]


class Browser:
    def __init__(self):
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)

    def get(self, path):
        return self.send(path, None)

    def submit(self, path, fields):
        return self.send(path, urllib.parse.urlencode(fields).encode())

    def send(self, path, body):
        request = urllib.request.Request(URL + path, body)
        request.add_header("Accept", "text/html")
        request.add_header("Accept-Language", "en")
        if body is not None:
            request.add_header("Sec-Fetch-Site", "same-origin")
        try:
            answer = self.opener.open(request)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            path = answer.url.removeprefix(URL)
            return Page(answer.status, path, answer.read().decode())

    def order(self, lines, **more):
        """Puts variants into the cart, by their products and in these quantities, and orders them:
        the page of the order."""
        for product, quantity in lines:
            variant = product["variants"][0]["id"]
            fields = {"product": product["id"], "variant": variant, "quantity": quantity}
            assert self.submit("/cart", fields).path == "/cart"
        checkout = self.get("/checkout")
        own = {name: checkout.fields[name] for name in ("key", "lines", "expected_total")}
        page = self.submit("/checkout", ADDRESS | own | {"action": "order"} | more)
        assert page.path.startswith("/o/"), (page.status, page.path)
        return page
