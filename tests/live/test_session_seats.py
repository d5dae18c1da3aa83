"""How many places there are in a live session, and for whom."""

import pytest

from review.live import session_seats
from review.live.session_room import COME_BACK, TOO_MANY
from tests.live import test_session_socket as sockets
from tests.live.test_session_socket import join, somebody

pytestmark = pytest.mark.django_db(transaction=True)
_quick, _all_have_left, scene = sockets._quick, sockets._all_have_left, sockets.scene


async def test_nobody_takes_all_the_places(scene, socket, monkeypatch):
    project, _version, host, session = scene
    b = await somebody(project)
    places = [await join(socket, session, b) for _ in range(session_seats.MOST_SEATS)]
    refused = await join(socket, session, b)
    assert refused.hello == {"closed": TOO_MANY}
    other = await join(socket, session, host)
    assert other.hello["type"] == "hello", "others have places of their own"
    await places[0].client.send({"type": "leave"})
    assert await places[0].until_told("closed") == {"closed": 1000}
    places[0] = await join(socket, session, b)
    assert places[0].hello["type"] == "hello", "whoever leaves makes room"
    monkeypatch.setattr(session_seats, "SILENT_SECONDS", -1.0)
    again = await join(socket, session, b)
    assert again.hello["type"] == "hello", "so does a window of theirs that is not heard any more"
    assert await places[1].until_told("closed") == {"closed": COME_BACK}, "the one that was silent longest"
    for one in (*places[2:], places[0], again, other):
        await one.client.disconnect()
