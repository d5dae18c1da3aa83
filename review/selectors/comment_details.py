"""What belongs to comments and lies in other tables: people, labels, mentions, reactions, attachments, the comments that they
were carried over from; each read once for many."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from review.models import Attachment, Comment, Mention, Reaction, User
from review.reactions import SIGNS
from review.selectors.attachments import attachment
from review.selectors.people import person, person_named

MANY = 100  # so many comments are found by their versions: a thousand ids in each query took as long as what they found


class CommentDetails:
    """Details of these comments, as the API shows them, in a handful of queries for however many they are.

    Plain rows instead of related objects: preparing four related lists for each of a thousand comments took four times as
    long as the comments themselves. A person is made once, whatever they wrote.
    """

    def __init__(self, comments: Iterable[Any]) -> None:
        rows = list(comments)  # of the model, or CommentRow
        there = [row for row in rows if row.deleted_at is None]
        ids = {row.pk for row in there}
        found = Q(comment_id__in=ids) if len(ids) < MANY else Q(comment__version_id__in={row.version_id for row in there})
        self._labels = _labels(found)
        self._mentions = _mentions(found)
        self._reactions = _reactions(found)
        self._attachments = _attachments(found, ids)
        self._people = _people(rows)
        self._sources = _sources(rows)

    def person(self, user_id: str) -> dict[str, Any]:
        """Who wrote one of them, or marked it as done."""
        return self._people[user_id]

    def source(self, row: Any) -> dict[str, Any] | None:
        """The comment of an earlier version that this one was carried over from."""
        return None if row.carried_from_id is None else self._sources[row.carried_from_id]

    def of(self, comment_id: str) -> dict[str, list[Any]]:
        """`labels` (ids, sorted), `mentions`, `reactions` (by sign, as first put there), `attachments` (in their order)."""
        return {
            "mentions": self._mentions.get(comment_id, []),
            "labels": self._labels.get(comment_id, []),
            "reactions": list(self._reactions.get(comment_id, {}).values()),
            "attachments": self._attachments.get(comment_id, []),
        }


def _people(rows: list[Any]) -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = {}
    missing = set()
    for row in rows:
        for name, user_id in (("author", row.author_id), ("completed_by", row.completed_by_id)):
            if user_id is None or user_id in known:
                continue
            if isinstance(row, Comment) and name in row._state.fields_cache:
                known[user_id] = person(getattr(row, name))
            else:
                missing.add(user_id)
    if wanted := missing - known.keys():
        known |= {user.pk: person(user) for user in User.objects.filter(pk__in=wanted)}
    return known


def _sources(rows: list[Any]) -> dict[str, dict[str, Any]]:
    wanted = {row.carried_from_id for row in rows if row.carried_from_id is not None}
    if not wanted:
        return {}
    found = Comment.objects.filter(pk__in=wanted).values_list("pk", "version_id", "version__number")
    return {pk: {"comment_id": pk, "version_id": version_id, "version_number": number} for pk, version_id, number in found}


def _labels(wanted: Q) -> dict[str, list[str]]:
    rows = Comment.labels.through.objects.filter(wanted).order_by("label_id").values_list("comment_id", "label_id")
    found: dict[str, list[str]] = {}
    for comment_id, label_id in rows:
        found.setdefault(comment_id, []).append(label_id)
    return found


def _mentions(wanted: Q) -> dict[str, list[dict[str, str]]]:
    rows = Mention.objects.filter(wanted).order_by("pk")
    found: dict[str, list[dict[str, str]]] = {}
    for comment_id, label, *user in rows.values_list("comment_id", "label", "user_id", "user__name", "user__email"):
        found.setdefault(comment_id, []).append({**person_named(*user), "text": label})
    return found


def _reactions(wanted: Q) -> dict[str, dict[str, dict[str, Any]]]:
    rows = Reaction.objects.filter(wanted, name__in=SIGNS).order_by("created_at", "pk")
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for comment_id, name, *user in rows.values_list("comment_id", "name", "user_id", "user__name", "user__email"):
        signs = found.setdefault(comment_id, {})
        sign = signs.setdefault(name, {"name": name, "emoji": SIGNS[name], "people": []})
        sign["people"].append(person_named(*user))
    return found


def _attachments(wanted: Q, ids: set[str]) -> dict[str, list[dict[str, Any]]]:
    rows = Attachment.objects.filter(wanted).select_related("enclosure").order_by("position", "pk")
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row.comment_id in ids:
            found.setdefault(row.comment_id, []).append(attachment(row))
    return found
