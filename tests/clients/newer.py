"""The shop of a later version: hands requests on to the shop in URL, and adds a field that nobody
knows to every object that it answers. A client of today must be able to read that."""

import http.server
import json
import os
import urllib.error
import urllib.request

SHOP = os.environ["URL"]
SENT_ON = ("Authorization", "Content-Type", "Idempotency-Key")


class Newer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.body() or None
        headers = {name: self.headers[name] for name in SENT_ON if self.headers[name]}
        request = urllib.request.Request(SHOP + self.path, body, headers, method=self.command)
        try:
            answer = urllib.request.urlopen(request)
        except urllib.error.HTTPError as refused:
            answer = refused
        said = json.dumps(grown(json.load(answer))).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_POST = do_PATCH = do_GET

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def log_message(self, *_):
        pass


def grown(value):
    """A word, so that it fits where the names are whatever somebody gave them."""
    if isinstance(value, list):
        return list(map(grown, value))
    if isinstance(value, dict):
        return {name: grown(inner) for name, inner in value.items()} | {"later": "more"}
    return value


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Newer)
print(f"A newer shop is listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
