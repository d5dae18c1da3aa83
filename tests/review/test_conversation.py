"""What people do with comments beside writing them: naming people, editing, deleting and restoring, labelling, reacting,
reading, finding."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from review.actions.comment_removal import RESTORE_WITHIN
from review.mentions import Named, named
from review.models import Comment, Event, VersionSeen
from review.selectors import comment_details
from tests import factories

PEOPLE = [("a", "Anna"), ("k", "Anna Karlsson"), ("j", "Jörg"), ("x", "C++ (dept)"), ("1", "Sam"), ("2", "Sam")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nobody", []),
        ("@Anna look", [("a", "@Anna")]),
        ("@anna karlsson, look", [("k", "@anna karlsson")]),
        ("@Anna, @Anna Karlsson and @JÖRG", [("a", "@Anna"), ("k", "@Anna Karlsson"), ("j", "@JÖRG")]),
        ("@Annabel", []),
        ("mail anna@Anna.example", []),
        ("(@Anna)", [("a", "@Anna")]),
        ("**@Anna** @Anna", [("a", "@Anna")]),
        ("@C++ (dept)!", [("x", "@C++ (dept)")]),
        ("@Sam", [("1", "@Sam"), ("2", "@Sam")]),
        ("@", []),
        ("@@Anna", [("a", "@Anna")]),
    ],
)
def test_who_is_named(text, expected):
    assert named(text, PEOPLE) == [Named(*one) for one in expected]


@pytest.fixture
def comments(cast):
    return f"/api/v1/versions/{cast.version.pk}/comments"


@pytest.fixture
def comment(cast):
    return factories.comment(cast.version, cast.reviewer, frame=10)


def url_of(comment, more=""):
    return f"/api/v1/comments/{getattr(comment, 'pk', comment)}{more}"


def listed(client, url, **query):
    answer = client.get(url, query)
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


@pytest.mark.django_db
class TestMentions:
    def names(self, data):
        return [one["text"] for one in data["mentions"]]

    def test_those_who_see_the_comment(self, cast, api, comments):
        client = api(cast.reviewer)
        body = {"text": "@editor, @client, @Otto Outsider: look", "frame": 1}
        data = client.post(comments, body, format="json").json()["data"]
        assert [one["id"] for one in data["mentions"]] == [cast.editor.pk, cast.client.pk]
        internal = client.post(comments, {**body, "internal": True}, format="json").json()["data"]
        assert self.names(internal) == ["@editor"], "a client does not see it"
        shown = client.patch(url_of(internal["id"]), {"internal": False}, format="json").json()["data"]
        assert self.names(shown) == ["@editor", "@client"]
        edited = client.patch(url_of(internal["id"]), {"text": "@owner?"}, format="json").json()["data"]
        assert self.names(edited) == [], "her name is Olga Owner"

    def test_find_those_that_name_me(self, cast, api, comments):
        for text in ("@editor look", "look"):
            api(cast.reviewer).post(comments, {"text": text, "frame": 1}, format="json")
        assert [row["text"] for row in listed(api(cast.editor), comments, mentions="me")] == ["@editor look"]
        assert listed(api(cast.client), comments, mentions="me") == []


@pytest.mark.django_db
class TestHistory:
    def test_every_state_is_kept(self, cast, api, comment):
        client = api(cast.reviewer)
        client.patch(url_of(comment), {"text": "Second"}, format="json")
        drawn = {"v": 1, "shapes": [factories.line(12)]}
        api(cast.owner).patch(url_of(comment), {"frame": 12, "annotation": drawn}, format="json")
        client.patch(url_of(comment), {"text": "Second", "completed": True}, format="json")  # says nothing new
        client.patch(url_of(comment), {"annotation": None}, format="json")
        states = listed(api(cast.client), url_of(comment, "/revisions"))
        assert [(one["number"], one["text"], one["frame"], one["annotation"]) for one in states] == [
            (1, "Look here", 10, None),
            (2, "Second", 10, None),
            (3, "Second", 12, drawn),
        ]
        assert [one["made_by"]["id"] for one in states] == [cast.reviewer.pk, cast.reviewer.pk, cast.owner.pk]
        assert states[0]["timecode"] == "01:00:00:10"
        now = client.get(url_of(comment)).json()["data"]
        assert (now["frame"], now["annotation"]) == (12, None)
        assert now["edited_at"] > states[2]["made_at"] > states[1]["made_at"] > states[0]["made_at"]

    def test_what_was_internal_stays_so(self, cast, api, comments):
        client = api(cast.reviewer)
        made = client.post(comments, {"text": "They will hate it", "frame": 1, "internal": True}, format="json").json()["data"]
        client.patch(url_of(made["id"]), {"text": "Softer", "internal": False}, format="json")
        client.patch(url_of(made["id"]), {"text": "Softer please"}, format="json")
        assert [one["text"] for one in listed(client, url_of(made["id"], "/revisions"))] == ["They will hate it", "Softer"]
        assert [one["text"] for one in listed(api(cast.client), url_of(made["id"], "/revisions"))] == ["Softer"]


@pytest.mark.django_db
class TestRestore:
    def test_a_thread_comes_back_as_it_was(self, cast, api, comments, comment):
        client = api(cast.reviewer)
        replies = [factories.comment(cast.version, cast.reviewer, frame=10, parent=comment, text=text) for text in "ab"]
        client.delete(url_of(replies[0]))
        client.delete(url_of(comment))
        assert listed(client, comments) == []
        answer = client.post(url_of(comment, "/restore"))
        assert answer.status_code == 200
        assert answer.json()["data"]["deleted_at"] is None
        assert {row["id"] for row in listed(client, comments)} == {comment.pk, replies[1].pk}, "not the one deleted before"
        assert Event.objects.filter(kind="comment.restored").count() == 2
        assert client.post(url_of(replies[0], "/restore")).status_code == 200
        assert client.post(url_of(replies[0], "/restore")).status_code == 200, "and again"
        assert len(listed(client, comments)) == 3

    def test_whose_it_is(self, cast, api, comment):
        assert api(cast.editor).post(url_of(comment, "/restore")).status_code == 403, "it is there, and not theirs"
        api(cast.owner).delete(url_of(comment))
        for person in (cast.reviewer, cast.editor, cast.client, cast.outsider):
            assert api(person).post(url_of(comment, "/restore")).status_code == 404, "an owner deleted it"
        assert api(cast.version_controller).post(url_of(comment, "/restore")).status_code == 200
        api(cast.reviewer).delete(url_of(comment))
        assert api(cast.reviewer).post(url_of(comment, "/restore")).status_code == 200

    def test_for_a_day(self, cast, api, comment):
        api(cast.reviewer).delete(url_of(comment))
        Comment.objects.update(deleted_at=timezone.now() - RESTORE_WITHIN)
        late = api(cast.reviewer).post(url_of(comment, "/restore"))
        assert (late.status_code, late.json()["code"]) == (409, "restore_too_late")

    def test_a_reply_needs_its_thread(self, cast, api, comment):
        reply = factories.comment(cast.version, cast.reviewer, frame=10, parent=comment)
        api(cast.reviewer).delete(url_of(comment))
        alone = api(cast.reviewer).post(url_of(reply, "/restore"))
        assert (alone.status_code, alone.json()["code"]) == (422, "parent_invalid")


@pytest.mark.django_db
class TestLabels:
    def test_made_worn_renamed_deleted(self, cast, api, comments):
        manager, url = api(cast.version_controller), f"/api/v1/projects/{cast.project.pk}/labels"
        body = {"name": "Sound", "colour": "#ff8800"}
        label = manager.post(url, body, format="json").json()["data"]
        taken = manager.post(url, body, format="json")
        assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
        assert manager.post(url, {**body, "name": "X", "colour": "red"}, format="json").status_code == 400
        made = api(cast.client).post(comments, {"text": "Hum", "frame": 1, "labels": [label["id"]]}, format="json").json()
        assert made["data"]["labels"] == [label["id"]]
        assert [row["text"] for row in listed(api(cast.client), comments, label=label["id"])] == ["Hum"]
        one = f"/api/v1/labels/{label['id']}"
        assert manager.patch(one, {"name": "Dialogue"}, format="json").json()["data"]["name"] == "Dialogue"
        assert [row["name"] for row in listed(api(cast.client), url)] == ["Dialogue"]
        assert manager.delete(one).status_code == 204
        assert listed(api(cast.client), comments)[0]["labels"] == []

    def test_who_labels(self, cast, api, comment):
        label = factories.label(cast.project)
        for person, status in ((cast.reviewer, 200), (cast.editor, 200), (cast.client, 403)):
            answer = api(person).patch(url_of(comment), {"labels": [label.pk]}, format="json")
            assert answer.status_code == status, person
        assert Comment.objects.get(pk=comment.pk).edited_at is None, "a label is no edit"

    def test_of_another_project(self, cast, api, comment):
        foreign = factories.label(factories.project())
        answer = api(cast.reviewer).patch(url_of(comment), {"labels": [foreign.pk]}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (422, "label_unknown")
        assert api(cast.owner).patch(f"/api/v1/labels/{foreign.pk}", {"name": "Mine"}, format="json").status_code == 404


@pytest.mark.django_db
class TestReactions:
    def test_one_per_person_and_sign(self, cast, api, comment):
        for person in (cast.client, cast.client, cast.editor):
            data = api(person).put(url_of(comment, "/reactions/heart")).json()["data"]
        api(cast.client).put(url_of(comment, "/reactions/eyes"))
        assert data["reactions"] == [
            {
                "name": "heart",
                "emoji": "❤️",
                "people": [{"id": p.pk, "name": p.display_name} for p in (cast.client, cast.editor)],
            }
        ]
        assert Event.objects.filter(kind="comment.updated").count() == 3, "a repeated one tells nobody"
        left = api(cast.client).delete(url_of(comment, "/reactions/heart")).json()["data"]
        assert [(one["name"], len(one["people"])) for one in left["reactions"]] == [("heart", 1), ("eyes", 1)]
        assert left["updated_at"] > data["updated_at"], "so that nobody takes the older state for the newer"
        odd = api(cast.client).put(url_of(comment, "/reactions/skull"))
        assert (odd.status_code, odd.json()["code"]) == (422, "reaction_unknown")


@pytest.mark.django_db
class TestSeen:
    def test_new_is_what_others_wrote_since(self, cast, api, comments):
        url = f"/api/v1/versions/{cast.version.pk}/seen"
        first = factories.comment(cast.version, cast.reviewer, frame=1)
        factories.comment(cast.version, cast.reviewer, frame=2)
        factories.comment(cast.version, cast.reviewer, frame=3, internal=True)
        factories.comment(cast.version, cast.client, frame=4)
        client = api(cast.client)
        assert client.get(url).json()["data"] == {"seen_at": None, "unread": 2}
        answer = client.put(url, {"seen_at": first.created_at.isoformat()}, format="json").json()["data"]
        assert answer["unread"] == 1
        client.put(url, {"seen_at": (timezone.now() + timedelta(days=9)).isoformat()}, format="json")
        assert VersionSeen.objects.get(user=cast.client).seen_at <= timezone.now(), "nobody has read the future"
        back = client.put(url, {"seen_at": first.created_at.isoformat()}, format="json").json()["data"]
        assert back["unread"] == 0, "it only moves forward"
        assert api(cast.editor).get(url).json()["data"]["unread"] == 4, "each their own"


@pytest.mark.django_db
class TestFinding:
    @pytest.fixture
    def said(self, cast):
        """Threads at 10 (done), 20 (internal) and 30..39, the last with a reply of the client."""
        done = factories.comment(cast.version, cast.reviewer, 10, "Grain", completed_at=timezone.now())
        hidden = factories.comment(cast.version, cast.editor, 20, "grain again", internal=True)
        wide = factories.comment(cast.version, cast.client, 30, "Boom", duration_frames=10)
        reply = factories.comment(cast.version, cast.client, 30, "GRAINY", parent=wide, duration_frames=10)
        return {"done": done.pk, "hidden": hidden.pk, "wide": wide.pk, "reply": reply.pk}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, "done hidden wide reply"),
            ({"completed": "true"}, "done"),
            ({"visibility": "internal"}, "hidden"),
            ({"visibility": "public"}, "done wide reply"),
            ({"author": "me"}, "hidden"),
            ({"q": "grain"}, "done hidden reply"),
            ({"from_frame": 35, "to_frame": 35}, "wide reply"),
            ({"from_frame": 11, "to_frame": 29}, "hidden"),
            ({"from_frame": 40}, ""),
            ({"sort": "newest"}, "reply wide hidden done"),
            ({"sort": "oldest"}, "done hidden wide reply"),
            ({"sort": "state"}, "hidden wide reply done"),
            ({"label": "2222222222222222"}, ""),
        ],
        ids=str,
    )
    def test_filters_and_orders(self, cast, api, comments, said, query, expected):
        found = []
        answer = api(cast.editor).get(comments, {**query, "page_size": 2}).json()
        while True:
            found += answer["data"]
            if not answer["links"]["next"]:
                break
            answer = api(cast.editor).get(answer["links"]["next"]).json()
        names = {pk: name for name, pk in said.items()}
        assert " ".join(names[row["id"]] for row in found) == expected

    def test_threads(self, cast, api, comments, said):
        rows = listed(api(cast.editor), comments, include="replies", q="grainy")
        assert [(row["id"], [one["id"] for one in row["replies"]]) for row in rows] == [(said["wide"], [said["reply"]])]
        rows = listed(api(cast.editor), comments, include="replies", completed="false", sort="newest")
        assert [row["id"] for row in rows] == [said["wide"], said["hidden"]]
        rows = listed(api(cast.client), comments, include="replies")
        assert [row["id"] for row in rows] == [said["done"], said["wide"]]
        assert rows[1]["replies"][0]["can"] == ["reply", "edit", "delete", "label", "react"]

    def test_changes_come_one_by_one(self, cast, api, comments):
        for odd in ({"include": "replies"}, {"sort": "newest"}):
            answer = api(cast.editor).get(comments, {"updated_since": "2020-01-01T00:00:00Z", **odd})
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "order")

    def test_number_of_queries_does_not_grow(self, cast, api, comments):
        counts, reader = [], api(cast.reviewer)
        label = factories.label(cast.project)
        for rounds in (2, 12):
            for frame in range(rounds):
                text = {"text": "@editor and @client", "frame": frame, "labels": [label.pk]}
                made = api(cast.reviewer).post(comments, text, format="json").json()["data"]
                api(cast.client).put(url_of(made["id"], "/reactions/heart"))
                factories.comment(cast.version, factories.person_in(cast.project, "editor"), frame=frame, parent_id=made["id"])
            with CaptureQueriesContext(connection) as queries:
                assert len(listed(reader, comments, include="replies")) >= rounds
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 19, counts

    def test_a_long_list_shows_each_comment_as_it_is_shown_alone(self, cast, api, comments, monkeypatch):
        monkeypatch.setattr(comment_details, "MANY", 10)
        label, earlier = factories.label(cast.project), factories.version(cast.asset)
        source = factories.comment(earlier, cast.editor, text="There already")
        first = None
        for frame in range(15):
            text = {
                "text": "@editor look" if frame % 3 else "Look",
                "frame": frame // 2,
                "labels": [label.pk] if frame % 5 == 0 else [],
            }
            pk = api(cast.reviewer).post(comments, text, format="json").json()["data"]["id"]
            first = first or pk
            if frame % 7 == 0:
                api(cast.client).put(url_of(pk, "/reactions/heart"))
                api(cast.editor).patch(url_of(pk), {"completed": True}, format="json")
            if frame % 11 == 0:
                factories.attachment(Comment.objects.get(pk=pk))
                Comment.objects.filter(pk=pk).update(carried_from=source)
        factories.comment(cast.version, cast.client, frame=0, parent_id=first)
        elsewhere = factories.comment(earlier, cast.editor, text="Not here")
        api(cast.client).put(url_of(elsewhere, "/reactions/eyes"))
        for person in (cast.editor, cast.reviewer, cast.client):
            rows = listed(api(person), comments)
            assert len(rows) == 16
            assert rows == [api(person).get(url_of(row["id"])).json()["data"] for row in rows]
