"""The kinds of people that every route is asked as, and the rules that say what each of them gets."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from review.capabilities import CAPABILITIES, WATCH, Capability
from review.models import Role

C = Capability
FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ROLES = [role.value for role in Role]
TOKENS = ["owner_token", "read_only_token", "outsider_token", "expired_token", "revoked_token"]
GUEST = "guest"  # of a link to the cast's version, with every right
KINDS = ["anonymous", "outsider", *ROLES, "site_owner", *TOKENS, GUEST]
# Who asks for a method that a route does not have: its answer depends on the credentials alone, not on the role.
WITHOUT_METHOD = ["owner", "anonymous", "read_only_token"]
# Who asks for a route's second and further methods: credentials are looked at before the method is, and by the same code for
# the whole route, so that those who differ by credentials alone ask for its first method only.
FURTHER_METHODS = ["anonymous", "outsider", *ROLES, "read_only_token", GUEST]
# Who asks on a database other than SQLite: roles are decided before it is asked, so one for each way through the code.
# Outsiders are asked there too, by the test that compares what they get.
ON_OTHER_DATABASES = ["owner", "client"]
READS = WATCH | {C.SEE_INTERNAL, C.DOWNLOAD_ORIGINAL, C.SEE_AUDIT}


@dataclass(frozen=True)
class Rule:
    """`status` for those who may. `needs`: a capability in the project; None with `inside`: no project is concerned."""

    status: int
    needs: Capability | None = None
    public: bool = False
    site_owner_only: bool = False
    no_tokens: bool = False
    page: bool = False  # an HTML page: anonymous people are sent to sign in, tokens mean nothing
    body: Any = None
    extra: dict[str, int] | None = None  # what differs, by kind
    guest: int | None = None  # for a guest whose link grants everything; None: a guest is nobody here

    def expected(self, kind: str, *, write: bool) -> int:
        if kind == GUEST:
            return self.expected("anonymous", write=write) if self.guest is None else self.guest
        if self.extra and kind in self.extra:
            return self.extra[kind]
        token = kind.endswith("_token")
        if self.public:
            return self.status
        if self.page:
            return self._page(kind, token=token)
        if kind == "anonymous" or kind in ("expired_token", "revoked_token"):
            return 401
        if kind == "read_only_token" and write:
            return 403
        if self.needs is not None and kind in ("outsider", "outsider_token"):
            return 404
        if self.no_tokens and token:
            return 403
        if self.site_owner_only:
            return self.status if kind == "site_owner" else 403
        if self.needs is not None and not self._has(kind):
            return 403
        return self.status

    def _page(self, kind: str, *, token: bool) -> int:
        if kind == "anonymous" or token:
            return 302
        if self.needs is not None and kind == "outsider":
            return 404
        return self.status if self.needs is None or self._has(kind) else 403

    def _has(self, kind: str) -> bool:
        role = {"site_owner": Role.OWNER, "owner_token": Role.OWNER, "read_only_token": Role.OWNER}.get(kind, kind)
        granted = CAPABILITIES[role]
        return self.needs in (granted & READS if kind == "read_only_token" else granted)


def may(needs: Capability, status: int = 200, **more: Any) -> Rule:
    return Rule(status, needs, **more)


def kinds_that_ask(method: str, rules: dict[str, Rule], *, whole: bool) -> Sequence[str]:
    """Everybody asks for what a route has first; for what else it has, and for one method that it lacks, those who may be
    answered differently."""
    if not whole:
        return ON_OTHER_DATABASES
    if FULL or method == next(iter(rules)):
        return KINDS
    if method in rules:
        return FURTHER_METHODS
    return WITHOUT_METHOD if method == next(one for one in METHODS if one not in rules) else ()
