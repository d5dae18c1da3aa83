"""Webhooks: what is sent where, signed how, repeated when; and what is never connected to."""

import hashlib
import hmac
import http.server
import json
import socket
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from review.models import Comment, Event, Webhook, WebhookDelivery
from review.webhooks import outgoing, sending

pytestmark = pytest.mark.django_db


class Server(http.server.ThreadingHTTPServer):
    """What was sent to it (path, headers, body), and what it answers next."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Receiver)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.url = f"http://localhost:{self.server_port}/hook?of=film"


class Receiver(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        status = self.server.statuses.pop(0) if self.server.statuses else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver(settings):
    """A server of ours that takes what is sent: `got`, and `statuses` to answer with."""
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    settings.PUBLIC_URL = "https://review.example"
    server = Server()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def make(cast, api, receiver):
    def made(**fields):
        body = {"name": "Chat", "endpoint": receiver.url, **fields}
        answer = api(cast.owner).post(f"/api/v1/projects/{cast.project.pk}/webhooks", body, format="json")
        assert answer.status_code == 201, answer.content
        return answer.json()["data"]

    return made


def work():
    outgoing.spread()
    return outgoing.deliver(most=50)


def comment(cast, api, **fields):
    body = {"text": "Flash frame", "frame": 5, **fields}
    return api(cast.editor).post(f"/api/v1/versions/{cast.version.pk}/comments", body, format="json").json()["data"]


def test_an_event_arrives_signed_and_once(cast, api, receiver, make):
    comment(cast, api, text="Before it was made")
    hook = make(kinds=["comment"])
    said = comment(cast, api)
    api(cast.owner).patch(f"/api/v1/projects/{cast.project.pk}", {"name": "Renamed"}, format="json")
    assert work() == 1
    assert work() == 0
    ((path, headers, body),) = receiver.got
    assert (path, headers["Twopop-Event"]) == ("/hook?of=film", "comment.created")
    at, _, digest = headers["Twopop-Signature"].removeprefix("t=").partition(",v1=")
    assert hmac.new(hook["key"].encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest() == digest
    told = json.loads(body)
    assert (told["delivery_id"], told["kind"]) == (headers["Twopop-Delivery"], "comment.created")
    assert (told["payload"]["id"], told["payload"]["text"]) == (said["id"], "Flash frame")
    assert told["payload"]["url"] == f"https://review.example/v/{cast.version.pk}?frame=5&comment={said['id']}"
    (logged,) = api(cast.owner).get(f"/api/v1/webhooks/{hook['id']}/deliveries").json()["data"]
    assert (logged["state"], logged["attempts"][0]["status"]) == ("delivered", 204)


def test_internal_comments_only_where_they_are_wanted(cast, api, receiver, make):
    make(name="Client")
    make(name="Team", internal=True)
    comment(cast, api, internal=True)
    assert work() == 1
    assert json.loads(receiver.got[0][2])["payload"]["internal"] is True
    assert WebhookDelivery.objects.get().webhook.name == "Team"


def test_a_failure_is_repeated_later_and_later(cast, api, receiver, make):
    make()
    receiver.statuses[:] = [500, 302, 503]
    comment(cast, api)
    for pause in outgoing.PAUSES[:3]:
        assert work() == 1
        delivery = WebhookDelivery.objects.get()
        assert delivery.next_at - timezone.now() == pytest.approx(pause, abs=timedelta(seconds=5))
        assert work() == 0
        WebhookDelivery.objects.update(next_at=timezone.now())
    assert work() == 1
    delivery.refresh_from_db()
    assert [one["status"] for one in delivery.attempts] == [500, 302, 503, 204]
    assert delivery.state == "delivered"
    assert {path for path, _, _ in receiver.got} == {"/hook?of=film"}, "a redirect is not followed"


def test_a_dead_endpoint_is_paused_and_goes_on_when_it_is_told_to(cast, api, receiver, make):
    hook = make()
    receiver.statuses[:] = [500] * 8
    comment(cast, api)
    for _ in range(len(outgoing.PAUSES) + 1):
        assert work() == 1
        WebhookDelivery.objects.update(next_at=timezone.now())
    client, path = api(cast.owner), f"/api/v1/webhooks/{hook['id']}"
    assert client.get(path).json()["data"]["paused_because"] == "failing"
    comment(cast, api, text="Nobody hears it")
    assert work() == 0
    delivery = WebhookDelivery.objects.get()
    assert client.post(f"/api/v1/webhook-deliveries/{delivery.pk}/replay").json()["code"] == "webhook_paused"
    assert client.patch(path, {"paused": False}, format="json").json()["data"]["paused_at"] is None
    assert work() == 0, "what happened meanwhile is not sent"
    assert client.post(f"/api/v1/webhook-deliveries/{delivery.pk}/replay").json()["data"]["state"] == "waiting"
    comment(cast, api, text="Heard again")
    assert work() == 2
    assert WebhookDelivery.objects.filter(state="delivered").count() == 2


def test_one_that_says_it_is_gone_is_paused_at_once(cast, api, receiver, make):
    make()
    receiver.statuses[:] = [410]
    comment(cast, api)
    work()
    assert Webhook.objects.get().paused_because == "gone"


def test_a_repetition_does_not_tell_what_was_deleted_since(cast, api, receiver, make):
    make()
    receiver.statuses[:] = [500]
    said = comment(cast, api, text="A secret")
    work()
    Comment.objects.filter(pk=said["id"]).update(deleted_at=timezone.now())
    Event.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    WebhookDelivery.objects.update(next_at=timezone.now())
    work()
    first, second = (json.loads(body) for _, _, body in receiver.got)
    assert (first["payload"]["text"], second["payload"]["text"]) == ("A secret", "")


def test_two_workers_do_not_send_the_same(cast, api, receiver, make):
    make()
    comment(cast, api)
    outgoing.spread()
    row = WebhookDelivery.objects.get()
    assert outgoing._due().filter(pk=row.pk).update(next_at=timezone.now() + outgoing.LOST_AFTER)
    assert outgoing.deliver(most=5) == 0


def test_trial_new_key_and_deletion(cast, api, receiver, make):
    hook = make()
    client, path = api(cast.owner), f"/api/v1/webhooks/{hook['id']}"
    assert client.post(f"{path}/trial").status_code == 201
    work()
    assert json.loads(receiver.got[0][2])["kind"] == "ping"
    renewed = client.post(f"{path}/key").json()["data"]["key"]
    assert renewed != hook["key"]
    assert client.get(path).json()["data"]["key"] == renewed
    assert client.delete(path).status_code == 204
    comment(cast, api)
    assert work() == 0
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "endpoint",
    [
        "ftp://a.example/",
        "https://",
        "https://user:secret@a.example/",
        "http://a.example/",
        "https://a.example:x/",
        "https://a b/",
    ],
)
def test_what_is_no_address_for_it(endpoint, cast, api):
    body = {"name": "Chat", "endpoint": endpoint}
    answer = api(cast.owner).post(f"/api/v1/projects/{cast.project.pk}/webhooks", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "webhook_invalid")


def test_unknown_kinds_are_refused(cast, api, receiver, make):
    path = f"/api/v1/webhooks/{make()['id']}"
    assert api(cast.owner).patch(path, {"kinds": ["comment.shouted"]}, format="json").status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.8", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
        "64:ff9b::7f00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_private_addresses_are_never_connected_to(address, monkeypatch):
    def resolve(host, port, **_):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        found = (family, socket.SOCK_STREAM, 6, "", (address, port))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port)), found]

    def connect(*_, **__):
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    sent = sending.post("https://innocent.example/", b"{}", {})
    assert sent.status is None
    assert "private network" in sent.error


def test_it_connects_to_the_address_that_was_judged(monkeypatch):
    answers = iter(["93.184.215.14", "127.0.0.1"])
    dialled = []

    def resolve(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address, **_):
        dialled.append(address)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert sending.post("https://rebinding.example/", b"{}", {}) == sending.Sent(None, "refused")
    assert dialled == [("93.184.215.14", 443)]


def test_one_that_drips_is_cut(settings, monkeypatch):
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    monkeypatch.setattr(sending, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip():
            connection, _ = server.accept()
            with connection:
                while not ended.wait(0.02):
                    try:
                        connection.send(b"H")
                    except OSError:
                        return

        threading.Thread(target=drip, daemon=True).start()
        sent = sending.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
        ended.set()
    assert sent.status is None
    assert sent.error
