"""Which stack a name belongs to, which number it claims, and what it should be called instead."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from review.naming.pattern import STACK_FIELDS, NamingError, Pattern, clean, fold
from review.naming.words import reserved_word, without_reserved

MOST_AHEAD = 100  # a number further above the newest is a date or a mistake, no version number
NO_STATUS = "wip"
_NUMBER = re.compile(r"(?<![^\W\d_])v(?:er|ersion)?[ ._-]?(\d{1,5})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Stack:
    """A stack of the project that a name may belong to. `number`: highest ever given in it."""

    id: str
    name: str
    sequence: str = ""  # its name; "" if the stack is in none
    number: int = 0


@dataclass(frozen=True)
class Reading:
    """What a file name says. `values` is {} and `why_not` says why if it is not written by the pattern."""

    values: Mapping[str, str | int]
    why_not: str = ""
    status: str = ""

    @property
    def number(self) -> int | None:
        number = self.values.get("version")
        return number if isinstance(number, int) else None


def stem_of(filename: str) -> str:
    """The file name without its ending."""
    stem, dot, ending = filename.rpartition(".")
    return stem if dot and stem and 1 <= len(ending) <= 8 and ending.isalnum() else filename


def read(pattern: Pattern, filename: str) -> Reading:
    """Read a file name by the pattern."""
    stem = stem_of(filename)
    try:
        return Reading(pattern.parse(stem))
    except NamingError as error:
        return Reading({}, str(error))


def belongs(values: Mapping[str, str | int], stack: Stack, *, project: str) -> bool:
    """Whether what a name says fits the stack: its last stack field names it, the others its sequence and project."""
    said = {name: fold(str(values[name])) for name in STACK_FIELDS if values.get(name)}
    if not said:
        return False
    if "sequence" in said and "shot" not in said and "reel" not in said:
        # A sequence's own stack ("Ep3"), in that sequence or in none.
        names = {said["sequence"]}
        in_place = fold(stack.sequence) in ("", said["sequence"])
    elif "shot" in said or "reel" in said:
        names = {said.get("reel", "") + said.get("shot", "")}
        in_place = fold(stack.sequence) == said["sequence"] if "sequence" in said else True
    else:
        names, in_place = {said["project"]}, True
        return fold(stack.name) in names
    right_project = "project" not in said or said["project"] == fold(project)
    return right_project and in_place and fold(stack.name) in names | {"".join(said.values())}


def find(values: Mapping[str, str | int], stacks: Iterable[Stack], *, project: str) -> Stack | None:
    """The one stack that the name belongs to; None if there is none, or more than one."""
    found = [stack for stack in stacks if belongs(values, stack, project=project)]
    return found[0] if len(found) == 1 else None


def home(values: Mapping[str, str | int], *, project: str) -> tuple[str, str] | None:
    """(name, sequence as written) of the stack that a name asks for, "" for no sequence. None: it is another project's."""
    if "project" in values and fold(str(values["project"])) != fold(project):
        return None
    parts = [str(values[name]) for name in ("reel", "shot") if values.get(name)]
    sequence = str(values.get("sequence", ""))
    return "_".join(parts) or sequence or str(values.get("project", "")), sequence


def offered(
    pattern: Pattern, filename: str, stack: Stack, *, project: str, number: int, initials: str = "", today: str = ""
) -> str:
    """The name that this file should have as version `number` of the stack, without its ending: the pattern's fields from
    what is known, the status from what the file name says. "" if the pattern asks for what nobody knows."""
    known: dict[str, str | int | None] = {
        "project": clean(project),
        "sequence": clean(stack.sequence),
        "version": number,
        "initials": initials,
        "date": today,
    }
    read_values = read(pattern, filename).values
    if read_values:
        known |= {key: value for key, value in read_values.items() if key not in ("version", "project", "sequence")}
    else:
        known["status"] = _status(filename, stack, project)
    known["status"] = without_reserved(str(known.get("status") or "")) or NO_STATUS
    last = next((name for name in reversed(STACK_FIELDS) if name in pattern.required), "")
    if last == "project" and fold(stack.name) != fold(project):
        known["project"] = clean(stack.name)  # the pattern has one field for what it is a version of
    elif last and not known.get(last):
        known[last] = clean(stack.name)
    if last != "sequence" and "sequence" in pattern.required and not known["sequence"]:
        known["sequence"] = clean(stack.name)
    optional = set(pattern.fields) - pattern.required
    for wanted in (known, {key: value for key, value in known.items() if key not in optional}):
        try:
            return pattern.next_name(wanted, number)
        except NamingError:
            continue
    return ""


def _status(filename: str, stack: Stack, project: str) -> str:
    """What is left of a free name when all that is known is taken away: "sc010 colour v3 NEW" → "colourNEW"."""
    rest = _NUMBER.sub(" ", stem_of(filename))
    known = {fold(text) for name in (stack.name, stack.sequence, project) for text in [name, *re.findall(r"[^\W_]+", name)]}
    left = [word for word in re.findall(r"[^\W_]+", rest) if fold(word) not in known and reserved_word(word) is None]
    left = [word for word in left if not word.isdigit()]
    return clean(" ".join(left[:2]))[:40]
