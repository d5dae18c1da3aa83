"""The approval of one version as a state machine: its history of entries, and what follows from it.

Nothing is overwritten: asking, deciding, changing one's mind, withdrawing, lifting a block and delivering each add an entry.
The state is what follows from all of them and the project's policy, never set by hand.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    ASKED = "asked"  # `person` is asked for approval until `due`
    UNASKED = "unasked"
    DECIDED = "decided"  # `person` says `decision`, wholly or up to a frame; replaces what they said before
    WITHDRAWN = "withdrawn"  # `person` takes back what they said
    LIFTED = "lifted"  # `by` lifts the block `block`, with the reason in `text`
    RESTORED = "restored"  # the block blocks again
    DELIVERED = "delivered"
    RECALLED = "recalled"


class Decision(StrEnum):
    APPROVED = "approved"
    APPROVED_WITH_NOTES = "approved_with_notes"
    CHANGES_REQUESTED = "changes_requested"


class State(StrEnum):
    IN_PROGRESS = "in_progress"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    DELIVERED = "delivered"


class Block(StrEnum):
    """What stands in the way of a delivery."""

    APPROVAL_MISSING = "approval_missing"
    CHANGES_REQUESTED = "changes_requested"
    OPEN_COMMENTS = "open_comments"
    FAILED_CHECKS = "failed_checks"


class Refused(Exception):
    """An entry that cannot be added now. `why` in words; `blocks` for a delivery that is blocked."""

    def __init__(self, why: str | Promise, blocks: tuple[Block, ...] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.blocks = blocks


@dataclass(frozen=True)
class Entry:
    kind: Kind
    person: str = ""  # whom it concerns
    by: str = ""  # who did it
    decision: Decision | None = None
    up_to_frame: int | None = None  # last frame that was approved; None: the whole version
    block: Block | None = None
    due: date | None = None
    text: str = ""


@dataclass(frozen=True)
class Policy:
    """Of a project. `who`: ids of those who must approve; empty: whoever is asked."""

    who: tuple[str, ...] = ()
    everybody: bool = False  # all of them must approve; else one is enough
    open_comments_block: bool = False
    failed_checks_block: bool = True


@dataclass(frozen=True)
class Facts:
    """What is so outside the history, at the moment that somebody asks."""

    open_comments: int = 0
    failed_checks: bool = False  # the sync report has errors that are not waived, or is not there


@dataclass(frozen=True)
class Said:
    decision: Decision
    up_to_frame: int | None
    text: str = ""

    @property
    def wholly(self) -> bool:
        return self.decision != Decision.CHANGES_REQUESTED and self.up_to_frame is None


@dataclass(frozen=True)
class Standing:
    """What the history comes to."""

    asked: dict[str, date | None] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    lifted: dict[Block, str] = field(default_factory=dict)  # block → reason
    delivered: bool = False

    def required(self, policy: Policy) -> tuple[str, ...]:
        return policy.who or tuple(self.asked)

    def approved(self, policy: Policy) -> bool:
        """Whether those who must have approved it wholly. Nobody to ask is nobody's approval."""
        gave = [person in self.said and self.said[person].wholly for person in self.required(policy)]
        return bool(gave) and (all(gave) if policy.everybody else any(gave))

    def waiting_for(self, policy: Policy) -> tuple[str, ...]:
        """Who is asked or must, and has said nothing that stands for the whole version."""
        people = dict.fromkeys([*self.required(policy), *self.asked])
        return tuple(person for person in people if person not in self.said or not self._final(person))

    def _final(self, person: str) -> bool:
        said = self.said[person]
        return said.wholly or said.decision == Decision.CHANGES_REQUESTED

    def state(self, policy: Policy) -> State:
        if self.delivered:
            return State.DELIVERED
        if any(said.decision == Decision.CHANGES_REQUESTED for said in self.said.values()):
            return State.CHANGES_REQUESTED
        if self.approved(policy):
            return State.APPROVED
        return State.IN_REVIEW if self.asked or self.said else State.IN_PROGRESS

    def blocks(self, policy: Policy, facts: Facts) -> tuple[Block, ...]:
        """What stands in the way of a delivery, lifted or not."""
        found = []
        if not self.approved(policy):
            found.append(Block.APPROVAL_MISSING)
        if any(said.decision == Decision.CHANGES_REQUESTED for said in self.said.values()):
            found.append(Block.CHANGES_REQUESTED)
        if policy.open_comments_block and facts.open_comments:
            found.append(Block.OPEN_COMMENTS)
        if policy.failed_checks_block and facts.failed_checks:
            found.append(Block.FAILED_CHECKS)
        return tuple(found)

    def in_the_way(self, policy: Policy, facts: Facts) -> tuple[Block, ...]:
        """Blocks that nobody has lifted."""
        return tuple(block for block in self.blocks(policy, facts) if block not in self.lifted)


def standing(history: Iterable[Entry]) -> Standing:
    """What a history comes to, whatever was refused left out by `check` before."""
    asked: dict[str, date | None] = {}
    said: dict[str, Said] = {}
    lifted: dict[Block, str] = {}
    delivered = False
    for entry in history:
        match entry.kind:
            case Kind.ASKED:
                asked[entry.person] = entry.due
            case Kind.UNASKED:
                asked.pop(entry.person, None)
            case Kind.DECIDED:
                assert entry.decision is not None, "a decision says something"
                said[entry.person] = Said(entry.decision, entry.up_to_frame, entry.text)
                if entry.decision == Decision.CHANGES_REQUESTED:
                    # What was lifted was lifted for another situation: a new wish for changes is answered for anew.
                    lifted.pop(Block.CHANGES_REQUESTED, None)
            case Kind.WITHDRAWN:
                said.pop(entry.person, None)
            case Kind.LIFTED:
                assert entry.block is not None, "a block is named"
                lifted[entry.block] = entry.text
            case Kind.RESTORED:
                assert entry.block is not None, "a block is named"
                lifted.pop(entry.block, None)
            case Kind.DELIVERED:
                delivered = True
            case Kind.RECALLED:
                delivered = False
    return Standing(asked, said, lifted, delivered)


def check(history: Iterable[Entry], entry: Entry, policy: Policy, facts: Facts) -> None:
    """Raise Refused unless the entry may be added now."""
    now = standing(history)
    if now.delivered and entry.kind not in (Kind.RECALLED,):
        raise Refused(_("The version is delivered; recall the delivery first."))
    match entry.kind:
        case Kind.UNASKED if entry.person not in now.asked:
            raise Refused(_("This person was not asked."))
        case Kind.WITHDRAWN if entry.person not in now.said:
            raise Refused(_("There is nothing to withdraw."))
        case Kind.DECIDED if entry.decision == Decision.CHANGES_REQUESTED and entry.up_to_frame is not None:
            raise Refused(_("Changes are requested of a version, not up to a frame."))
        case Kind.LIFTED if not entry.text.strip():
            raise Refused(_("A block is lifted with a reason."))
        case Kind.LIFTED if entry.block not in now.blocks(policy, facts):
            raise Refused(_("Nothing is blocked by that."))
        case Kind.RESTORED if entry.block not in now.lifted:
            raise Refused(_("This block was not lifted."))
        case Kind.DELIVERED if now.in_the_way(policy, facts):
            blocks = now.in_the_way(policy, facts)
            raise Refused(_("The policy does not allow it yet."), blocks)
        case Kind.RECALLED if not now.delivered:
            raise Refused(_("The version is not delivered."))
