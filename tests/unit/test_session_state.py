"""What everybody in a live session sees, without sockets: in any order, with losses, all end with the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review.live import session_state as state
from review.live.session_seats import MOST_WAITING, Seat, Seats
from review.live.session_state import EPOCH, RefusedError, SessionState

PLAY = {"version_id": "v", "asset_id": "a", "frame": 0, "playing": False, "num": 1, "den": 1, "since": 0}


def test_numbers_only_grow_whoever_numbers():
    one = SessionState()
    numbers = [one.put({"play": {}}, epoch=epoch).number for epoch in (1, 1, 2, 2, 5)]
    assert numbers == [EPOCH, EPOCH + 1, 2 * EPOCH, 2 * EPOCH + 1, 5 * EPOCH]


def test_who_was_overtaken_cannot_number_any_more():
    one = SessionState()
    one.put({"play": {}}, epoch=2)
    with pytest.raises(AssertionError):
        one.put({"play": {}}, epoch=1)


orders = st.lists(
    st.tuples(st.sampled_from(state.PARTS), st.integers(0, 99), st.booleans()),  # part, value, another process takes over
    min_size=1,
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(orders=orders, data=st.data())
def test_all_end_with_the_same_in_any_order_and_with_losses(orders, data):
    """One process after the other numbers; each listener hears some of it, in its own order, and once the whole."""
    writer, epoch, changes = SessionState(), 1, []
    for part, value, taken_over in orders:
        epoch += taken_over
        changes.append(writer.put({part: value}, epoch=epoch))
    for _ in range(3):
        heard = data.draw(st.permutations(changes))[: data.draw(st.integers(0, len(changes)))]
        listener = SessionState()
        at = data.draw(st.integers(0, len(heard)))
        for position, change in enumerate([*heard, None]):
            if position == at:
                listener.merge_whole(writer.stored())
            if change is not None:
                listener.merge(change.number, change.parts)
        assert (listener.values, listener.number) == (writer.values, writer.number)
        assert SessionState.of(writer.stored()).values == writer.values


class TestOrders:
    def test_play_says_since_when(self):
        told = state.played(
            PLAY, {"do": "play", "frame": 7, "num": 3, "den": 6, "at": 1_000_000 - 40}, now=1_000_000, frame_count=100
        )
        assert told == {**PLAY, "frame": 7, "playing": True, "num": 1, "den": 2, "since": 999_960}

    def test_a_clock_far_off_is_not_believed(self):
        order = {"do": "play", "frame": 0, "num": 1, "den": 1}
        assert state.played(PLAY, {**order, "at": 0}, now=1_000_000, frame_count=None)["since"] == 998_000
        assert state.played(PLAY, {**order, "at": 2**52}, now=1_000_000, frame_count=None)["since"] == 1_000_200

    def test_frames_end_with_the_version(self):
        assert state.played(PLAY, {"do": "seek", "frame": 500}, now=1, frame_count=100)["frame"] == 99

    @pytest.mark.parametrize("frame", [-1, 1.5, "7", None, True, 2**40])
    def test_a_frame_is_a_whole_number(self, frame):
        with pytest.raises(RefusedError):
            state.played(PLAY, {"do": "seek", "frame": frame}, now=1, frame_count=100)

    @pytest.mark.parametrize("speed", [{"num": 0, "den": 1}, {"num": 17, "den": 1}, {"num": 1, "den": 0}, {"num": 1}])
    def test_speeds_are_those_of_the_player(self, speed):
        with pytest.raises(RefusedError):
            state.played(PLAY, {"do": "play", "frame": 1, **speed}, now=1, frame_count=100)

    def test_pointer_drawing_compare(self):
        assert state.pointed({"x": 0, "y": 65535}) == {"x": 0, "y": 65535}
        assert state.pointed({"x": None}) is None
        stroke = {"frame": 3, "tool": "pen", "color": "#ff0000", "width": 100, "points": [1, 2]}
        assert state.drawn({"frame": 3, "shapes": [stroke]}) == {"frame": 3, "shapes": [stroke]}
        assert state.drawn({"shapes": []}) is None
        for other in ({"frame": 4}, {"points": [1, 70000]}, {"color": "red"}, {"more": 1}):
            with pytest.raises(RefusedError):
                state.drawn({"frame": 3, "shapes": [{**stroke, **other}]})
        given_ = {"with": "z" * 16, "mode": "wipe", "wipe": 40, "opacity": 50, "gain": 4, "flipped": True, "offset": -2}
        assert state.compared(given_) == given_
        assert state.compared({"with": None}) is None
        for wrong in ({"mode": "x"}, {"wipe": 101}, {"flipped": 1}, {"with": 7}, {"offset": 0.5}):
            with pytest.raises(RefusedError):
                state.compared({**given_, **wrong})

    def test_what_is_kept_while_it_rests_holds_nothing_that_was_in_a_hand(self):
        seen = SessionState()
        seen.put(state.beginning("v", "a") | {"pointer": {"x": 1, "y": 1}, "drawing": {"frame": 0, "shapes": [{}]}}, epoch=1)
        assert [seen.resting()["values"][name] for name in ("pointer", "drawing")] == [None, None]
        assert seen.values["pointer"] == {"x": 1, "y": 1}


class TestSeats:
    async def test_who_is_too_slow_gets_the_newest_state_instead(self):
        seat = Seat({"id": "u", "name": "U"})
        for number in range(MOST_WAITING + 5):
            seat.put(str(number))
        assert await seat.take() is None
        seat.put("after")
        assert await seat.take() == "after"

    async def test_what_is_said_comes_in_order_and_then_the_end(self):
        seat = Seat({"id": "u", "name": "U"})
        for text in "abc":
            seat.put(text)
        seat.close(4410)
        assert [await seat.take() for _ in range(4)] == ["a", "b", "c", ""]

    def test_people_are_told_of_once(self):
        seats = Seats()
        seat = Seat({"id": "u", "name": "U"})
        seats.here[seat.id] = seat
        news = seats.news(0.0)
        assert news is not None
        assert [one["person"]["name"] for one in news["people"]] == ["U"]
        assert seats.news(0.0) is None
        seat.report = {"frame": 3}
        assert seats.news(0.0) == {"type": "people", "whole": False, "people": [seat.entry()], "gone": []}
        seats.hear("other", [{"seat": "s2", "person": {"id": "v", "name": "V"}, "waiting": False, "report": None}], 0.0)
        assert seats.of_person("v", 1.0)
        seats.news(1.0)
        assert not seats.of_person("v", 20.0)
        del seats.here[seat.id]
        assert seats.news(20.0) == {"type": "people", "whole": False, "people": [], "gone": [seat.id, "s2"]}
