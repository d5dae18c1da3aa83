"""Names of a project: its pattern, its stacks, what an incoming file would become, what a version should be called."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from media_pipeline.models import Media
from review.models import Asset, AuditEntry, Project, Sequence, User, Version
from review.naming.pattern import DEFAULT, NamingError, Pattern, PatternError, fold
from review.naming.stack import MOST_AHEAD, Reading, Stack, belongs, find, home, offered, read, stem_of
from review.naming.words import reserved_word
from review.problems import Problem
from review.selectors import locks, specs, versions


def pattern_of(project_id: str) -> Pattern:
    """The project's pattern of names."""
    try:
        return Pattern(specs.naming_pattern(project_id))
    except PatternError:  # written by the rules of another release
        return Pattern(DEFAULT)


def stacks(project_id: str) -> list[Stack]:
    """The project's stacks as names know them. One query."""
    rows = Asset.objects.filter(project_id=project_id, deleted_at=None, expires_at=None).order_by("created_at", "pk")
    found = rows.values_list("pk", "name", "sequence__name", "last_number")
    return [Stack(pk, name, sequence or "", number) for pk, name, sequence, number in found]


def stack_of(asset: Asset) -> Stack:
    return Stack(asset.pk, asset.name, asset.sequence.name if asset.sequence else "", asset.last_number)


@dataclass(frozen=True)
class Names:
    """All that names are judged by, read once."""

    project: Project
    pattern: Pattern
    stacks: list[Stack]
    sequences: dict[str, str]  # id → name

    @classmethod
    def of(cls, project: Project) -> "Names":
        sequences = dict(Sequence.objects.filter(project=project).values_list("pk", "name"))
        return cls(project, pattern_of(project.pk), stacks(project.pk), sequences)

    def read(self, filename: str) -> Reading:
        return read(self.pattern, filename)

    def stack_for(self, reading: Reading) -> Stack | None:
        """The stack that a file without a place belongs to by its name; None if nobody can tell."""
        return find(reading.values, self.stacks, project=self.project.name)

    def new_stack(self, reading: Reading) -> tuple[str, str | None] | None:
        """(name, sequence id) of the stack to begin with such a file; None if its name does not say, or names a sequence that
        is not there."""
        asked = home(reading.values, project=self.project.name) if reading.values else None
        if asked is None:
            return None
        name, sequence = asked
        if not sequence:
            return name, None
        found = [pk for pk, known in self.sequences.items() if fold(known) == fold(sequence)]
        return (name, found[0]) if len(found) == 1 else None

    def claimed(self, reading: Reading, stack: Stack) -> int | None:
        """The number that the file name claims in this stack; None if it is not written so, or the number cannot be meant."""
        number = reading.number
        if number is None or not belongs(reading.values, stack, project=self.project.name):
            return None
        return number if number <= stack.number + MOST_AHEAD else None

    def offer(self, filename: str, stack: Stack, *, number: int, person: User | None) -> str:
        """The right name of such a file as that version, without ending; "" if nobody can know it."""
        today = f"{timezone.now():%Y%m%d}"
        return offered(
            self.pattern, filename, stack, project=self.project.name, number=number, initials=initials(person), today=today
        )

    def reserved(self, filename: str) -> str | None:
        known = [self.project.name, *(stack.name for stack in self.stacks), *self.sequences.values()]
        return reserved_word(stem_of(filename), known=known)

    def refuse_reserved(self, filename: str, stack: Stack | None, *, person: User | None) -> None:
        """Raise name_reserved for a name that promises what only a delivery can."""
        if (word := self.reserved(filename)) is None:
            return
        stack = stack or Stack("", self.project.name)
        right = self.offer(filename, stack, number=stack.number + 1, person=person)
        raise refusal(
            "name_reserved",
            gettext("“%(word)s” in “%(filename)s” may only be said of a version that was delivered.")
            % {"word": word, "filename": filename},
            right,
        )


def initials(person: User | None) -> str:
    """Two to four capitals; "" if the name gives fewer."""
    words = person.display_name.replace("-", " ").split() if person else []
    letters = "".join(word[0] for word in words[:4] if word[0].isalpha()).upper()
    return letters if len(letters) >= 2 else ""


def refusal(code: str, detail: str, right: str) -> Problem:
    """A refusal of a name that offers the right one, in words and for programs (field "name", code "offered")."""
    if not right:
        return Problem(code, detail)
    offer = {"field": "name", "code": "offered", "message": right}
    return Problem(code, detail, remedy=gettext("Call it “%(right)s”.") % {"right": right}, errors=[offer])  # type: ignore[list-item]  # a FieldError


def holder(stack: Stack, number: int) -> str | None:
    """Who has the number in the stack, in words with the content's hash; None if nobody ever had it."""
    if number > stack.number:
        return None
    row = Version.objects.filter(asset_id=stack.id, number=number).select_related("media").first()
    if row is not None:
        gone = ", deleted since" if row.deleted_at else ""
        return f"“{row.name or row.original_name}” (SHA-256 {row.media.sha256}{gone})"
    removed = AuditEntry.objects.filter(action="version.remove", detail__asset=stack.id, detail__number=number).first()
    return f"a version that was removed (SHA-256 {removed.detail.get('sha256', 'unknown')})" if removed else None


def conflict(names: Names, filename: str, stack: Stack, number: int, *, sha256: str, person: User | None) -> Problem | None:
    """The refusal if the number that a name claims was given to other content; None if it is free."""
    who = holder(stack, number)
    if who is None:
        return None
    mine = f"SHA-256 {sha256}" if sha256 else "other content"
    right = names.offer(filename, stack, number=stack.number + 1, person=person)
    return refusal(
        "name_conflict",
        gettext("V%(number)s of “%(name)s” is %(who)s; this file is %(mine)s.")
        % {"number": number, "name": stack.name, "who": who, "mine": mine},
        right,
    )


def gaps(asset: Asset) -> dict[str, list[int]]:
    """Numbers below the newest that no version has: never given (`gaps`), or of one that was deleted (`deleted`)."""
    rows = dict(Version.objects.filter(asset=asset).values_list("number", "deleted_at"))
    entries = AuditEntry.objects.filter(project_id=asset.project_id, action="version.remove", detail__asset=asset.pk)
    removed = {entry.detail.get("number") for entry in entries}
    lacking = [number for number in range(1, asset.last_number + 1) if rows.get(number, "gone") is not None]
    deleted = [number for number in lacking if number in rows or number in removed]
    return {"gaps": [number for number in lacking if number not in deleted], "deleted": deleted}


def of_stack(asset: Asset, person: User | None) -> dict[str, Any]:
    """StackNames of the API."""
    names, stack = Names.of(asset.project), stack_of(asset)
    newest = versions.of_asset(asset.pk).order_by("-number").first()
    like = (newest.name or newest.original_name) if newest else ""
    return {
        "asset_id": asset.pk,
        "pattern": names.pattern.text,
        "next_number": asset.last_number + 1,
        "next_name": names.offer(like, stack, number=asset.last_number + 1, person=person) or None,
        **gaps(asset),
    }


def of_version(row: Version, person: User | None) -> dict[str, Any]:
    """VersionName of the API: what it is called, and what it should be called if its name is none of the project's."""
    names, stack = Names.of(row.asset.project), stack_of(row.asset)
    reading = names.read(row.name or row.original_name)
    right = "" if row.name else names.offer(row.original_name, stack, number=row.number, person=person)
    return {
        "version_id": row.pk,
        "name": row.name,
        "original_name": row.original_name,
        "pattern": names.pattern.text,
        "values": dict(reading.values),
        "why_not": reading.why_not,
        "offered": right or None,
    }


def incoming(
    project: Project, person: User | None, *, filename: str, sha256: str, size: int, asset: Asset | None
) -> dict[str, Any]:
    """IncomingFile of the API: what a file of so many bytes (0: not said) would become, asked before it is sent. Nothing is
    kept."""
    names = Names.of(project)
    reading = names.read(filename)
    stack = stack_of(asset) if asset else names.stack_for(reading)
    begins = None if stack else names.new_stack(reading)
    number = names.claimed(reading, stack) if stack else reading.number if begins else None
    problem: Problem | None = None
    known = _known(project.pk, sha256)
    try:
        names.refuse_reserved(filename, stack, person=person)
    except Problem as refused:
        problem = refused
    if problem is None and stack and number and not any(row.asset_id == stack.id for row in known):
        problem = conflict(names, filename, stack, number, sha256=sha256, person=person)
    if problem is None:
        sequence_id = _sequence_of(stack.id) if stack else begins[1] if begins else None
        problem = locks.refusal(sequence_id, person)
    place = stack or Stack("", begins[0] if begins else project.name)
    written = stem_of(filename) if number and problem is None else ""
    return {
        "filename": filename,
        "values": dict(reading.values),
        "why_not": reading.why_not,
        "asset_id": stack.id if stack else None,
        "new_asset": {"name": begins[0], "sequence_id": begins[1]} if begins else None,
        "number": number if written else place.number + 1,
        "name": written or None,
        "offered": None if written else names.offer(filename, place, number=place.number + 1, person=person) or None,
        "refused": problem.as_dict() if problem else None,
        "known": [versions.version(row) for row in known],
        "same_size": size > 0 and _in_project(project.pk).filter(media__size=size).exists(),
    }


def _sequence_of(asset_id: str) -> str | None:
    return Asset.objects.values_list("sequence_id", flat=True).get(pk=asset_id)


def _known(project_id: str, sha256: str) -> list[Version]:
    """Versions of the project with just this content, newest first."""
    media = Media.objects.filter(sha256=sha256).values("pk") if sha256 else Media.objects.none().values("pk")
    return list(_in_project(project_id).filter(media_id__in=media).order_by("-created_at")[:20])


def _in_project(project_id: str) -> QuerySet[Version]:
    kept = {"asset__deleted_at": None, "asset__expires_at": None}
    return versions.listed().filter(asset__project_id=project_id, **kept)


def preview(project: Project, person: User | None, text: str) -> dict[str, Any]:
    """PatternPreview of the API: how a pattern would name the project's stacks, and which names it has would be read by it.
    Nothing is kept. Four queries."""
    try:
        pattern = Pattern(text)
    except PatternError as error:
        return {"pattern": text, "error": str(error), "next": [], "others": [], "matching": 0, "judged": 0}
    names = replace(Names.of(project), pattern=pattern)
    rows = versions.listed().filter(asset__project_id=project.pk, asset__deleted_at=None).order_by("-created_at", "-pk")
    newest = list(rows[:200])
    like: dict[str, str] = {}
    for row in newest:
        like.setdefault(row.asset_id, row.name or row.original_name)
    shown = sorted(names.stacks, key=lambda stack: (stack.id not in like, stack.name))[:5] or [Stack("", project.name)]
    offers = [
        (stack, names.offer(like.get(stack.id, ""), stack, number=stack.number + 1, person=person) or None) for stack in shown
    ]
    read_as = [(row, names.read(row.name or row.original_name)) for row in newest]
    others = [(row, reading.why_not) for row, reading in read_as if not reading.values]
    return {
        "pattern": text,
        "error": None,
        "next": [{"asset_id": stack.id or None, "asset_name": stack.name, "name": name} for stack, name in offers],
        "others": [{"version_id": row.pk, "name": row.name or row.original_name, "why_not": why} for row, why in others[:5]],
        "matching": len(read_as) - len(others),
        "judged": len(read_as),
    }


def check_name(names: Names, name: str, row: Version, *, delivered: bool, person: User | None) -> None:
    """Raise unless the version may be called so: written by the pattern, of its stack and number, without promises."""
    stack = stack_of(row.asset)
    right = names.offer(row.original_name, stack, number=row.number, person=person)
    if not delivered and (word := names.reserved(name)) is not None:
        raise refusal(
            "name_reserved", gettext("“%(word)s” may only be said of a version that was delivered.") % {"word": word}, right
        )
    try:
        values = names.pattern.parse(name)
    except NamingError as error:
        raise refusal("name_invalid", f"{error}.", right) from error
    if values["version"] != row.number:
        raise refusal(
            "name_invalid",
            gettext("This is version %(number)s, the name says %(version)s.")
            % {"number": row.number, "version": values["version"]},
            right,
        )
    if not belongs(values, stack, project=names.project.name):
        raise refusal(
            "name_invalid",
            gettext("“%(name)s” names something other than “%(name2)s”.") % {"name": name, "name2": stack.name},
            right,
        )
