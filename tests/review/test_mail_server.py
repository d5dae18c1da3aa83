"""Notifications through a mail server that is not ours (aiosmtpd), by the settings that operators have: what really arrives."""

import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from review.models import Mail
from review.notifications import mailing, spreading
from review.notifications.choices import QUIET, Choices
from tests.review import test_mail
from tests.review.test_mail import BASE, choose, later, say

pytestmark = pytest.mark.django_db
cast = test_mail.cast
ACCOUNT = ("twopop", "a password of its own")


class Server:
    """A mail server on this machine, which takes mails over TLS from one account. `answers`: what it says first to mails,
    instead of taking them."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self.port, self.context = port, context
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.encrypted: list[bool] = []
        self.answers: list[str] = []
        self.refused_logins = 0
        self._running: Controller | None = None

    async def handle_DATA(self, _server: Any, session: Any, envelope: Envelope) -> str:
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        self.envelopes.append(envelope)
        self.encrypted.append(session.ssl is not None and session.authenticated)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    def _known(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = (given.login, given.password) == tuple(part.encode() for part in ACCOUNT)
        self.refused_logins += not right
        return AuthResult(success=right, handled=False)

    def start(self) -> None:
        self._running = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=self.context,
            require_starttls=True,
            auth_required=True,
            authenticator=self._known,
        )
        self._running.start()

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()
        self._running = None


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody but this test trusts, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail of the test")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = made.sign(key, hashes.SHA256())
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return paths


@pytest.fixture
def server(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    trusted, key = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(trusted, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", port, True, False
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = ACCOUNT
    settings.DEFAULT_FROM_EMAIL = "Twopop <twopop@example.org>"
    server = Server(port, context)
    server.start()
    yield server
    server.stop()


def work() -> None:
    spreading.spread()
    mailing.gather()
    mailing.deliver(most=20)


def asked(cast: SimpleNamespace, text: str = "@client Größe prüfen, schöne Grüße — 東京") -> None:
    say(cast, cast.reviewer, text)
    spreading.spread()
    later(QUIET)


def text_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    assert part.get_content_charset() == "utf-8"
    return str(part.get_content())


def test_a_mail_as_it_arrives(cast: SimpleNamespace, server: Server):
    """Encrypted and with the account; whole in both its parts, whatever letters are in it; its one click unsubscribes."""
    cast.client.preferences = {"language": "de"}
    cast.client.save()
    cast.reviewer.name = "Jörg Größmann"
    cast.reviewer.save()
    asked(cast)
    work()
    (mail,) = server.mails
    assert server.encrypted == [True]
    assert (server.envelopes[0].mail_from, server.envelopes[0].rcpt_tos) == ("twopop@example.org", [cast.client.email])
    assert mail["To"] == cast.client.email
    assert mail["Subject"].strip() == "[Feature] Jörg Größmann erwähnt Sie · sc010 v1 · 01:00:00:05"
    assert mail.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        said = text_of(mail, kind)
        assert "Größe prüfen, schöne Grüße — 東京" in said
        assert "Jörg Größmann" in said
        assert f"{BASE}/v/{cast.version.pk}?frame=5" in said
    content = server.envelopes[0].content
    assert isinstance(content, bytes)
    assert max(map(len, content.split(b"\r\n"))) <= 998, "RFC 5322"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.fullmatch(rf"<{BASE}(/mail/\S+)>", "".join(mail["List-Unsubscribe"].split()))
    assert link
    form = "application/x-www-form-urlencoded"
    assert Client().post(link[1], mail["List-Unsubscribe-Post"], content_type=form).status_code == 200
    cast.client.refresh_from_db()
    assert Choices.of(cast.client.preferences).of_project(cast.project.pk).about == "nothing"
    asked(cast)
    work()
    assert len(server.mails) == 1


def test_a_digest_is_one_mail(cast: SimpleNamespace, server: Server):
    choose(cast.client, pace="hourly")
    for number in range(3):
        say(cast, cast.reviewer, f"@client Änderung {number}")
    work()
    assert server.mails == []
    later(timedelta(hours=1))
    work()
    (mail,) = server.mails
    assert mail["Subject"] == "[Feature] 3 new things"
    for kind in ("plain", "html"):
        assert re.findall(r"Änderung (\d)", text_of(mail, kind)) == ["0", "1", "2"]


def test_a_server_that_is_away_gets_it_later_once(cast: SimpleNamespace, server: Server):
    server.stop()
    asked(cast)
    work()
    assert Mail.objects.get().state == "waiting"
    assert "refused" in Mail.objects.get().error
    server.start()
    work()
    assert server.mails == [], "it is asked again after a minute"
    later(mailing.AWAY)
    for _ in range(2):
        work()
    assert [mail["Message-ID"] for mail in server.mails] == [f"<{Mail.objects.get().pk}.told@review.example>"]
    assert Mail.objects.get().state == "sent"


@pytest.mark.parametrize(("answer", "state", "arrived"), [("451 4.3.0 busy", "sent", 1), ("554 5.7.1 no", "failed", 0)])
def test_what_it_refuses_is_tried_again_unless_for_good(
    cast: SimpleNamespace, server: Server, answer: str, state: str, arrived: int
):
    server.answers = [answer]
    asked(cast)
    work()
    assert server.mails == []
    for _ in range(2):
        later(mailing.PAUSES[0])
        work()
    assert (Mail.objects.get().state, len(server.mails)) == (state, arrived)


@pytest.mark.parametrize("wrong", ["password", "certificate"])
def test_nothing_is_sent_where_one_does_not_know_the_other(
    cast: SimpleNamespace, server: Server, settings: Any, monkeypatch: pytest.MonkeyPatch, wrong: str
):
    """An account that is refused, or a server that cannot prove who it is: it waits, and says why, until that is set right."""
    with monkeypatch.context() as broken:
        if wrong == "password":
            settings.EMAIL_HOST_PASSWORD = "old one"
        else:
            broken.delenv("SSL_CERT_FILE")
        asked(cast)
        work()
    waiting = Mail.objects.get()
    assert (waiting.state, server.mails) == ("waiting", [])
    assert ("535" if wrong == "password" else "certificate") in waiting.error
    assert bool(server.refused_logins) == (wrong == "password")
    settings.EMAIL_HOST_PASSWORD = ACCOUNT[1]
    later(mailing.AWAY)
    work()
    assert (Mail.objects.get().state, len(server.mails)) == ("sent", 1)
