"""Comments: where they stand, who may do what with them, and that nothing is lost or doubled."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from review.models import AuditEntry, Comment, Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def comments(cast):
    return f"/api/v1/versions/{cast.version.pk}/comments"


def say(client, url, status=201, headers=None, **body):
    answer = client.post(url, {"text": "Look", **body}, format="json", headers=headers or {})
    assert answer.status_code == status, answer.content
    return answer.json()["data"] if status < 400 else answer.json()


def test_comment_on_a_frame(cast, api, comments):
    data = say(api(cast.reviewer), comments, text=" Flash frame ", frame=24)
    assert data["text"] == "Flash frame"
    assert (data["frame"], data["duration_frames"]) == (24, 1)
    assert (data["timecode"], data["media_timecode"], data["start_timecode"]) == ("01:00:01:00", "00:00:01:00", "01:00:00:00")
    assert data["seconds"] == {"num": 24 * 1001, "den": 24000}
    assert data["rate"] == {"num": 24000, "den": 1001, "drop_frame": False}
    assert data["url"] == f"http://review.example/v/{cast.version.pk}?frame=24&comment={data['id']}"
    assert data["can"] == ["reply", "edit", "delete", "complete", "label", "react"]
    listed = api(cast.client).get(comments).json()
    assert [row["id"] for row in listed["data"]] == [data["id"]]
    assert listed["data"][0]["can"] == ["reply", "react"]
    assert listed["links"] == {"next": None}
    event = Event.objects.get(kind="comment.created")
    assert event.payload == {key: value for key, value in data.items() if key != "can"} | {
        "url": f"/v/{cast.version.pk}?frame=24&comment={data['id']}"
    }
    assert AuditEntry.objects.filter(action="comment.create", target_id=data["id"], actor=cast.reviewer).exists()


class TestPosition:
    @pytest.mark.parametrize(
        ("frame", "duration", "status"), [(0, 1, 201), (999, 1, 201), (1000, 1, 422), (990, 10, 201), (990, 11, 422)]
    )
    def test_the_range_lies_within_the_version(self, cast, api, comments, frame, duration, status):
        body = say(api(cast.reviewer), comments, status, frame=frame, duration_frames=duration)
        if status == 422:
            assert body["code"] == "frame_out_of_range"
            assert "0 to 999" in body["detail"]
            assert not Comment.objects.exists()

    @pytest.mark.parametrize(("label", "frame"), [("01:00:00:00", 0), ("01:00:41:15", 999), (" 01:00:01:00 ", 24)])
    def test_by_record_timecode(self, cast, api, comments, label, frame):
        data = say(api(cast.reviewer), comments, timecode=label)
        assert data["frame"] == frame
        assert data["timecode"] == label.strip()

    @pytest.mark.parametrize(
        ("label", "code"),
        [
            ("00:59:59:23", "frame_out_of_range"),
            ("01:00:41:16", "frame_out_of_range"),
            ("01:00:00:24", "timecode_range"),
            ("01:00:00;00", "timecode_not_drop_frame"),
            ("one hour", "timecode_syntax"),
        ],
    )
    def test_labels_that_are_not_there_are_refused(self, cast, api, comments, label, code):
        assert say(api(cast.reviewer), comments, 422, timecode=label)["code"] == code

    def test_dropped_label_is_refused_with_its_neighbours(self, cast, api):
        media = factories.media(frame_count=20_000, rate=(30000, 1001), start_frame=0, drop_frame=True)
        version = factories.version(cast.asset, media)
        url = f"/api/v1/versions/{version.pk}/comments"
        body = say(api(cast.reviewer), url, 422, timecode="00:01:00;00")
        assert body["code"] == "timecode_dropped"
        assert "00:00:59;29" in body["remedy"]
        assert "00:01:00;02" in body["remedy"]
        assert say(api(cast.reviewer), url, timecode="00:01:00;02")["frame"] == 1800
        assert say(api(cast.reviewer), url, frame=1799)["timecode"] == "00:00:59;29"

    def test_a_recording_past_midnight(self, cast, api):
        day = 24 * 86400
        version = factories.version(cast.asset, factories.media(frame_count=100, rate=(24, 1), start_frame=day - 24))
        url = f"/api/v1/versions/{version.pk}/comments"
        assert say(api(cast.reviewer), url, frame=30)["timecode"] == "00:00:00:06"
        assert say(api(cast.reviewer), url, timecode="00:00:00:06")["frame"] == 30
        assert say(api(cast.reviewer), url, timecode="23:59:59:01")["frame"] == 1

    def test_without_timecode_in_the_file_it_counts_from_zero(self, cast, api):
        version = factories.version(cast.asset, factories.media(rate=(25, 1), start_frame=None, drop_frame=None))
        data = say(api(cast.reviewer), f"/api/v1/versions/{version.pk}/comments", frame=26)
        assert (data["timecode"], data["media_timecode"], data["start_timecode"]) == ("00:00:01:01", "00:00:01:01", None)

    def test_a_rate_that_has_no_timecode_still_takes_frames(self, cast, api):
        version = factories.version(cast.asset, factories.media(rate=(1, 5), start_frame=None, drop_frame=None))
        url = f"/api/v1/versions/{version.pk}/comments"
        data = say(api(cast.reviewer), url, frame=3)
        assert (data["frame"], data["timecode"], data["seconds"]) == (3, None, {"num": 15, "den": 1})
        assert say(api(cast.reviewer), url, 422, timecode="00:00:00:00")["code"] == "timecode_unsupported"

    def test_not_before_frames_are_counted(self, cast, api):
        version = factories.version(cast.asset, factories.media(frame_count=None))
        url = f"/api/v1/versions/{version.pk}/comments"
        assert say(api(cast.reviewer), url, 409, frame=0)["code"] == "media_not_indexed"
        assert api(cast.reviewer).get(url).json()["data"] == []

    @pytest.mark.parametrize("body", [{}, {"frame": 1, "timecode": "01:00:00:00"}])
    def test_exactly_one_position(self, cast, api, comments, body):
        assert say(api(cast.reviewer), comments, 400, **body)["errors"][0]["code"] == "position"


class TestOnce:
    def test_the_same_key_makes_one_comment(self, cast, api, comments):
        key = {"Idempotency-Key": "7f1c"}
        client = api(cast.reviewer)
        first = say(client, comments, frame=5, headers=key)
        again = client.post(comments, {"text": "Look", "frame": 5}, format="json", headers=key)
        assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
        assert again.json()["data"] == first
        assert Comment.objects.count() == 1
        assert Event.objects.count() == 1

    def test_an_edited_comment_is_still_the_same(self, cast, api, comments):
        key = {"Idempotency-Key": "7f1c"}
        client = api(cast.reviewer)
        first = say(client, comments, frame=5, headers=key)
        client.patch(f"/api/v1/comments/{first['id']}", {"text": "Edited"}, format="json")
        assert say(client, comments, frame=5, headers=key)["text"] == "Edited"

    def test_the_key_for_something_else_is_refused(self, cast, api, comments):
        key = {"Idempotency-Key": "7f1c"}
        say(api(cast.reviewer), comments, frame=5, headers=key)
        assert say(api(cast.reviewer), comments, 422, frame=6, headers=key)["code"] == "idempotency_key_reused"

    def test_keys_are_each_persons_own(self, cast, api, comments):
        for person in (cast.reviewer, cast.editor):
            say(api(person), comments, frame=5, headers={"Idempotency-Key": "1"})
        assert Comment.objects.count() == 2

    @pytest.mark.parametrize("key", ["", "x" * 65, "é"])
    def test_keys_that_are_none(self, cast, api, comments, key):
        answer = api(cast.reviewer).post(
            comments, {"text": "Look", "frame": 1}, format="json", HTTP_IDEMPOTENCY_KEY=key.encode().decode("latin-1")
        )
        assert answer.status_code == 400


class TestChange:
    @pytest.fixture
    def comment(self, cast):
        return factories.comment(cast.version, cast.reviewer, frame=10)

    def test_edit(self, cast, api, comment):
        data = api(cast.reviewer).patch(f"/api/v1/comments/{comment.pk}", {"text": "Better"}, format="json").json()["data"]
        assert data["text"] == "Better"
        assert data["edited_at"] is not None

    def test_done_and_not_done(self, cast, api, comment):
        url = f"/api/v1/comments/{comment.pk}"
        data = api(cast.editor).patch(url, {"completed": True}, format="json").json()["data"]
        assert data["completed_by"]["id"] == cast.editor.pk
        assert data["edited_at"] is None
        first = data["completed_at"]
        again = api(cast.owner).patch(url, {"completed": True}, format="json").json()["data"]
        assert (again["completed_at"], again["completed_by"]["id"]) == (first, cast.editor.pk)
        data = api(cast.editor).patch(url, {"completed": False}, format="json").json()["data"]
        assert (data["completed_at"], data["completed_by"]) == (None, None)

    def test_a_client_may_not_mark_as_done(self, cast, api, comment):
        answer = api(cast.client).patch(f"/api/v1/comments/{comment.pk}", {"completed": True}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    def test_if_match(self, cast, api, comment):
        url = f"/api/v1/comments/{comment.pk}"
        client = api(cast.reviewer)
        tag = client.get(url)["ETag"]
        assert tag == f'"{client.get(url).json()["data"]["updated_at"]}"'
        changed = client.patch(url, {"text": "One"}, format="json", headers={"If-Match": tag})
        assert changed.status_code == 200
        late = client.patch(url, {"text": "Two"}, format="json", headers={"If-Match": tag})
        assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
        theirs = late.json()["current"]
        assert (theirs["text"], f'"{theirs["updated_at"]}"') == ("One", changed["ETag"]), "what is there now comes along"
        assert theirs["url"] == changed.json()["data"]["url"]
        assert client.delete(url, headers={"If-Match": tag}).status_code == 412
        assert client.patch(url, {"text": "Two"}, format="json", headers={"If-Match": changed["ETag"]}).status_code == 200

    def test_moving_a_thread_moves_its_replies(self, cast, api, comments, comment):
        reply = say(api(cast.client), comments, parent_id=comment.pk)
        assert reply["frame"] == 10
        url = f"/api/v1/comments/{comment.pk}"
        assert api(cast.reviewer).patch(url, {"frame": 20, "duration_frames": 5}, format="json").status_code == 200
        moved = api(cast.client).get(f"/api/v1/comments/{reply['id']}").json()["data"]
        assert (moved["frame"], moved["duration_frames"]) == (20, 5)
        outside = api(cast.reviewer).patch(url, {"frame": 996}, format="json")
        assert (outside.status_code, outside.json()["code"]) == (422, "frame_out_of_range")

    def test_a_reply_cannot_be_replied_to_or_moved(self, cast, api, comments, comment):
        reply = say(api(cast.client), comments, parent_id=comment.pk)
        assert say(api(cast.client), comments, 422, parent_id=reply["id"])["code"] == "parent_invalid"
        moved = api(cast.client).patch(f"/api/v1/comments/{reply['id']}", {"frame": 1}, format="json")
        assert moved.json()["code"] == "parent_invalid"

    def test_a_reply_belongs_to_the_same_version(self, cast, api, comment):
        other = factories.version(cast.asset)
        url = f"/api/v1/versions/{other.pk}/comments"
        assert say(api(cast.client), url, 422, parent_id=comment.pk)["code"] == "parent_invalid"

    def test_delete_takes_own_thread(self, cast, api, comments, comment):
        say(api(cast.reviewer), comments, parent_id=comment.pk)
        assert api(cast.reviewer).delete(f"/api/v1/comments/{comment.pk}").status_code == 204
        assert api(cast.reviewer).get(comments).json()["data"] == []
        assert api(cast.reviewer).get(f"/api/v1/comments/{comment.pk}").status_code == 404
        assert Event.objects.filter(kind="comment.deleted").count() == 2

    def test_delete_spares_what_others_replied(self, cast, api, comments, comment):
        say(api(cast.client), comments, parent_id=comment.pk)
        refused = api(cast.reviewer).delete(f"/api/v1/comments/{comment.pk}")
        assert (refused.status_code, refused.json()["code"]) == (409, "comment_has_replies")
        assert api(cast.version_controller).delete(f"/api/v1/comments/{comment.pk}").status_code == 204


class TestInternal:
    def test_clients_see_nothing_of_it(self, cast, api, comments):
        data = say(api(cast.reviewer), comments, frame=1, internal=True)
        reply = say(api(cast.reviewer), comments, parent_id=data["id"])
        assert reply["internal"], "a reply is as internal as its thread"
        client = api(cast.client)
        assert client.get(comments).json()["data"] == []
        assert client.get(comments, {"updated_since": "2020-01-01T00:00:00Z"}).json()["data"] == []
        for one in (data, reply):
            assert client.get(f"/api/v1/comments/{one['id']}").status_code == 404
        events = client.get(f"/api/v1/projects/{cast.project.pk}/events").json()["data"]
        assert [(event["seq"], event["kind"], event["payload"]) for event in events] == [
            (1, "hidden", None),
            (2, "hidden", None),
        ]
        seen = api(cast.reviewer).get(f"/api/v1/projects/{cast.project.pk}/events").json()["data"]
        assert [event["kind"] for event in seen] == ["comment.created", "comment.created"]
        assert say(client, comments, 422, parent_id=data["id"])["code"] == "parent_invalid"

    def test_the_outbox_tells_no_more_than_the_comments_do(self, cast, api, comments):
        """Who reads old events later finds neither what was made internal since nor what was deleted."""
        said = {text: say(api(cast.editor), comments, frame=1, text=text)["id"] for text in ("stays", "turns", "goes")}
        other = factories.version(cast.asset)
        said["sunk"] = say(api(cast.editor), f"/api/v1/versions/{other.pk}/comments", frame=1, text="sunk")["id"]
        api(cast.editor).patch(f"/api/v1/comments/{said['turns']}", {"internal": True}, format="json")
        api(cast.editor).delete(f"/api/v1/comments/{said['goes']}")
        api(cast.editor).delete(f"/api/v1/versions/{other.pk}")
        Event.objects.update(created_at=timezone.now() - timedelta(minutes=1))

        def texts(user):
            told = api(user).get(f"/api/v1/projects/{cast.project.pk}/events?after=0").json()["data"]
            assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
            assert said["turns"] in {event["payload"]["id"] for event in told if event["kind"] == "comment.deleted"} or (
                user is not cast.client
            )
            return [e["payload"]["text"] for e in told if e["kind"] in ("comment.created", "comment.updated")]

        assert texts(cast.client) == ["stays", "", ""]
        assert texts(cast.reviewer) == ["stays", "turns", "", "", "turns"]

    def test_what_is_gone_tells_nothing_else_either(self, cast, api, comments):
        """Whom a comment names and who put a sign on it goes with its words: when it becomes internal, and of a deleted one."""
        said = {text: say(api(cast.editor), comments, frame=1, text=f"@owner {text}")["id"] for text in ("turns", "goes")}
        for pk in said.values():
            assert api(cast.editor).put(f"/api/v1/comments/{pk}/reactions/eyes").status_code == 200
        api(cast.editor).patch(f"/api/v1/comments/{said['turns']}", {"internal": True}, format="json")
        api(cast.editor).delete(f"/api/v1/comments/{said['goes']}")
        Event.objects.update(created_at=timezone.now() - timedelta(minutes=1))
        told = api(cast.client).get(f"/api/v1/projects/{cast.project.pk}/events?after=0").json()["data"]
        shown = [one for one in told if one["payload"] is not None]
        assert {one["kind"] for one in shown} == {"comment.created", "comment.updated", "comment.deleted"}
        assert all(not one["payload"][what] for one in shown for what in ("text", "mentions", "reactions")), shown

    def test_clients_write_none(self, cast, api, comments):
        assert say(api(cast.client), comments, 403, frame=1, internal=True)["code"] == "forbidden"


class TestList:
    def test_pages_hold_still_while_others_write(self, cast, api, comments):
        for frame in (5, 3, 1, 4, 2):
            factories.comment(cast.version, cast.reviewer, frame=frame)
        client = api(cast.reviewer)
        first = client.get(comments, {"page_size": 2}).json()
        assert [row["frame"] for row in first["data"]] == [1, 2]
        factories.comment(cast.version, cast.reviewer, frame=0)
        Comment.objects.filter(frame=1).delete()
        rest, link = [], first["links"]["next"]
        assert link.startswith("http://review.example/api/v1/versions/")
        while link:
            page = client.get(link).json()
            rest += [row["frame"] for row in page["data"]]
            link = page["links"]["next"]
        assert rest == [3, 4, 5]

    def test_same_frame_and_time_are_told_apart(self, cast, api, comments):
        made = [factories.comment(cast.version, cast.reviewer, frame=7) for _ in range(7)]
        Comment.objects.update(created_at=timezone.now())
        seen, link = [], f"{comments}?page_size=2"
        while link:
            page = api(cast.reviewer).get(link).json()
            seen += [row["id"] for row in page["data"]]
            link = page["links"]["next"]
        assert seen == sorted(one.pk for one in made)

    def test_completed_filter(self, cast, api, comments):
        done = factories.comment(cast.version, cast.reviewer, completed_at=timezone.now())
        todo = factories.comment(cast.version, cast.reviewer)
        for value, expected in {"true": [done.pk], "false": [todo.pk]}.items():
            assert [row["id"] for row in api(cast.reviewer).get(comments, {"completed": value}).json()["data"]] == expected
        assert len(api(cast.reviewer).get(comments).json()["data"]) == 2

    def test_changes_since_with_tombstones(self, cast, api, comments):
        old, gone, new = (factories.comment(cast.version, cast.reviewer, frame=n, text=f"secret {n}") for n in (1, 2, 3))
        Comment.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=1))
        since = (timezone.now() - timedelta(hours=1)).isoformat()
        api(cast.reviewer).delete(f"/api/v1/comments/{gone.pk}")
        rows = api(cast.reviewer).get(comments, {"updated_since": since}).json()["data"]
        assert [row["id"] for row in rows] == [new.pk, gone.pk], "in the order of change"
        assert rows[1]["deleted_at"] is not None
        assert (rows[1]["text"], rows[1]["can"]) == ("", [])

    @pytest.mark.parametrize("cursor", ["x", "WzEsMl0:x:y", "%00"])
    def test_foreign_cursor(self, cast, api, comments, cursor):
        assert api(cast.reviewer).get(comments, {"cursor": cursor}).json()["code"] in ("invalid_cursor", "invalid_input")

    def test_cursor_of_another_list(self, cast, api, comments):
        for frame in range(3):
            factories.comment(cast.version, cast.reviewer, frame=frame)
        link = api(cast.reviewer).get(comments, {"page_size": 1}).json()["links"]["next"]
        cursor = link.split("cursor=")[1]
        answer = api(cast.reviewer).get(f"/api/v1/projects?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")

    def test_what_is_known_already_is_not_sent_again(self, cast, api, comments):
        client = api(cast.reviewer)
        factories.comment(cast.version, cast.reviewer, frame=1)
        first = client.get(comments)
        tag = first["ETag"]
        assert "private" in first["Cache-Control"]
        assert "no-cache" in first["Cache-Control"]
        again = client.get(comments, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
        assert client.get(comments, {"sort": "newest"}, headers={"If-None-Match": tag}).status_code == 200, "another list"
        assert api(cast.owner).get(comments, headers={"If-None-Match": tag}).status_code == 200, "another reader"
        assert api(cast.outsider).get(comments, headers={"If-None-Match": tag}).status_code == 404
        made = client.post(comments, {"frame": 2, "text": "new"}, format="json")
        assert made.status_code == 201
        changed = client.get(comments, headers={"If-None-Match": tag})
        assert (changed.status_code, len(changed.json()["data"])) == (200, 2)
        assert changed["ETag"] != tag
        client.put(f"/api/v1/comments/{made.json()['data']['id']}/reactions/thumbs_up")
        assert client.get(comments, headers={"If-None-Match": changed["ETag"]}).status_code == 200

    def test_number_of_queries_does_not_grow(self, cast, api, comments):
        client = api(cast.reviewer)
        counts = []
        for rounds in (3, 30):
            for frame in range(rounds):
                parent = factories.comment(cast.version, factories.person_in(cast.project, "editor"), frame=frame)
                factories.comment(cast.version, cast.reviewer, frame=frame, parent=parent, completed_by=cast.owner)
            with CaptureQueriesContext(connection) as queries:
                assert len(client.get(comments).json()["data"]) >= rounds * 2
            counts.append(len(queries))
        # session, person, version, role, comments, authors, who completed, labels, mentions, reactions, files; newest event
        assert counts[0] == counts[1] <= 12, counts
