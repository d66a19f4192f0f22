"""Takes the mails of a shop by a mail server of other people, reads them by a parser of other people,
and sees that the shop trusts no other certificate than that of the server that it was told of. The
argument is a folder: there `certificates` puts what the shop is to trust, before it is started."""

import email
import email.policy
import pathlib
import socket
import ssl
import sys
import time
import urllib.error

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

# Names as people have them, and as those who mean harm have them; a line of mail holds 998 characters.
NAMES = [
    "Ana Silva",
    "Zoë \U0001f469\u200d\U0001f33e Öztürk",
    "דנה לוי",
    "O'Neill, \"Bob\" <bob@evil.example>",
    "=?utf-8?q?evil?=",
    "ab " * 80,
    "Bcc: everyone@evil.example",
]
TIMEOUT_SECONDS = 30


class Box:
    """Keeps what comes."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope, mail))
        return "250 taken"


def main():
    if sys.argv[1:2] == ["certificates"]:
        return certificates(pathlib.Path(sys.argv[2]))
    from shop import patch, post
    folder, box = pathlib.Path(sys.argv[1]), Box()
    plain = serve(box)
    patch("/settings", {"public_url": "https://shop.example.org", "mail": settings(plain, "none")})
    product = post("/products", {"name": "Mug \U0001f375 ערב", "price": "9.95"})[0]["id"]
    for number, name in enumerate(NAMES):
        customer = {"name": name, "email": f"buyer{number}@example.org"}
        items = [{"product_id": product, "quantity": 2}]
        post("/orders", {"customer": customer, "items": items})
    mails = {envelope.rcpt_tos[0]: (envelope, mail) for envelope, mail in received(box, 2 * len(NAMES))}
    for number, name in enumerate(NAMES):
        check(*mails[f"buyer{number}@example.org"], name.strip())
    trusts_what_it_was_told_of(folder)


def certificates(folder):
    """An authority that the shop is told of, and a server of it; and one that nobody knows."""
    for name in ("known", "unknown"):
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / f"{name}.pem")
        for host in ("localhost", "mail.example.org"):
            server = authority.issue_cert(host)
            server.private_key_and_cert_chain_pem.write_to_path(folder / f"{name}-{host}.pem")


def serve(box, certificate=None, **more):
    if certificate:
        more["ssl_context"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        more["ssl_context"].load_cert_chain(certificate)
    server = Controller(box, hostname="127.0.0.1", port=0, server_hostname="localhost", **more)
    server.port = free_port()
    server.start()
    return server


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def settings(server, security, host="127.0.0.1"):
    return {
        "host": host, "port": server.port, "security": security, "from": "shop@example.org",
        "username": None, "notify": ["owner@example.org"],
    }


def received(box, count):
    """The mails, once so many of them came."""
    ends = time.monotonic() + TIMEOUT_SECONDS
    while len(box.mails) < count:
        assert time.monotonic() < ends, f"{len(box.mails)} mails of {count}"
        time.sleep(0.1)
    return box.mails


def check(envelope, mail, name):
    assert not mail.defects, mail.defects
    for line in envelope.content.split(b"\r\n"):
        assert len(line) <= 998 and b"\n" not in line and b"\r" not in line, line
    assert envelope.mail_from == "shop@example.org" and len(envelope.rcpt_tos) == 1
    assert mail["To"].addresses[0].addr_spec == envelope.rcpt_tos[0]
    assert mail["Bcc"] is None and len(mail.get_all("To")) == 1
    assert mail["Message-ID"] and mail["Date"] and mail["MIME-Version"] == "1.0"
    text = mail.get_body(("plain",)).get_content()
    page = mail.get_body(("html",)).get_content()
    assert name in text, (name, text)
    assert "Mug \U0001f375 ערב: €19.90" in text and "https://shop.example.org/o/" in text, text
    assert "<b" not in page.replace("<body", "").replace("<br", "") and "evil.example\"" not in page


def trusts_what_it_was_told_of(folder):
    from shop import patch, post

    def test(server, security, host="localhost"):
        patch("/settings", {"mail": settings(server, security, host)})
        try:
            post("/mails/test", {"to": "me@example.org"})
        except urllib.error.HTTPError as error:
            return error.read().decode()
        return "sent"

    for trusted, host, sent in [
        ("known", "localhost", True),
        ("unknown", "localhost", False),
        # It is of the right authority, and of another server.
        ("known", "mail.example.org", False),
    ]:
        box, file = Box(), folder / f"{trusted}-{host}.pem"
        whole = serve(box, file)
        upgraded = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        upgraded.load_cert_chain(file)
        later = serve(box, tls_context=upgraded, require_starttls=True)
        for server, security in ((whole, "tls"), (later, "starttls")):
            answer = test(server, security)
            assert (answer == "sent") == sent, (trusted, host, security, answer)
            assert sent or "is not secure" in answer and "/mail/security" in answer, answer
        assert len(box.mails) == (2 if sent else 0)
    login = serve(Box(), folder / "known-localhost.pem", authenticator=authenticate, auth_required=True,
                  auth_require_tls=False)
    assert "/mail/password" in test(login, "tls")
    patch("/settings", {"mail": {"username": "shop", "password": "rye and salt"}})
    post("/mails/test", {"to": "me@example.org"})


def authenticate(server, session, envelope, mechanism, login):
    right = (login.login, login.password) == (b"shop", b"rye and salt")
    return AuthResult(success=right, handled=right)


if __name__ == "__main__":
    main()
