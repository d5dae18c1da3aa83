"""The one door to objects: every read or write names who asks (Actor) and what for (Capability).

Whoever may not see an object gets NotFound, with the same body as for an object that does not exist. Whoever may see it
but lacks the capability asked for gets Forbidden.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from media_pipeline.ids import is_id
from review.capabilities import CAPABILITIES, GRANTED, SCOPES, Capability
from review.guests import NOBODY, Guest
from review.models import (
    AccessToken,
    Asset,
    Attachment,
    Comment,
    Delivery,
    Invitation,
    Label,
    Marker,
    Membership,
    Notification,
    Project,
    ReferenceSound,
    ReviewSession,
    Role,
    Scope,
    Sequence,
    Share,
    Upload,
    User,
    Version,
    Webhook,
    WebhookDelivery,
)
from review.problems import Problem
from review.watermarks import OwnMark

__all__ = ["CAPABILITIES", "SCOPES", "Actor", "Capability", "Forbidden", "Guest", "NotFound"]


class NotFound(Exception):
    """The object does not exist, or the actor may not know that it does."""


class Forbidden(Exception):
    """The actor sees the object but may not do this."""

    def __init__(self, capability: Capability) -> None:
        super().__init__(capability)
        self.capability = capability


OF_A_REQUEST = ("user", "auth", "session")


@dataclass(frozen=True)
class Actor:
    """Who asks: a person, by session or by token; and what the share links grant that this browser was let in by.

    A guest is an actor without an account: `user` is None, or the row that stands for them once they gave a name. What is
    asked by project (`capabilities`) is nothing to a guest; what is asked by version (`capabilities_on`) is what the links
    grant there. Where somebody has a role in the version's project, the role alone counts.
    """

    user: User | None
    token: AccessToken | None = None
    guest: Guest = NOBODY
    _roles: dict[str, frozenset[Capability]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, request: Any, *, guests: bool = False) -> "Actor":
        """The actor of a Django or DRF request, or of a Channels scope (a mapping with "user" and "session").

        `guests`: take the share links of the session into account. Without it a guest is nobody, whatever they hold: a route
        that serves guests says so.
        """
        given = request if isinstance(request, dict) else {name: getattr(request, name, None) for name in OF_A_REQUEST}
        user, auth = given.get("user"), given.get("auth")
        token = auth if isinstance(auth, AccessToken) else None
        active = user if isinstance(user, User) and user.is_active else None
        if isinstance(auth, Guest):
            return cls(user=user if isinstance(user, User) else None, guest=auth)
        if not guests or token is not None:
            return cls(user=active, token=token)
        guest = Guest.of(given.get("session"))
        return cls(user=active or guest.user(), guest=guest)

    @property
    def person(self) -> User:
        """The person who acts. Asked only after a check that no anonymous actor passes; a guest gives a name first."""
        if self.user is None:
            raise Problem("guest_name_missing") if self.guest.passes else NotFound
        return self.user

    @property
    def is_nobody(self) -> bool:
        """Neither signed in nor let in by a share link that is still in force."""
        return (self.user is None or self.user.is_guest) and not self.guest.passes

    @property
    def is_site_owner(self) -> bool:
        return self.user is not None and self.user.is_superuser

    def know_roles(self, roles: Mapping[str, str | None]) -> None:
        """Take roles that were read in one go (project id to role), for lists."""
        for project_id, role in roles.items():
            self._roles[project_id] = self._granted(role)

    def _granted(self, role: str | None) -> frozenset[Capability]:
        if self.is_site_owner:
            role = Role.OWNER
        granted = CAPABILITIES[role] if role else frozenset()
        return granted if self.token is None else granted & frozenset().union(*(SCOPES[one] for one in self.token.scopes))

    def capabilities(self, project_id: str) -> frozenset[Capability]:
        """What this actor may do in the project; empty for outsiders, guests among them. A token keeps those of its scopes."""
        if self.user is None or self.user.is_guest:
            return frozenset()
        if project_id not in self._roles:
            rows = Membership.objects.filter(project_id=project_id, user=self.user)
            role = None if self.is_site_owner else rows.values_list("role", flat=True).first()
            self._roles[project_id] = self._granted(role)
        return self._roles[project_id]

    def capabilities_on(self, version: Version) -> frozenset[Capability]:
        """What this actor may do with this version: by role in its project, else by the links that show it. `version.asset`
        is read."""
        by_role = self.capabilities(version.asset.project_id)
        shares = self.shares_of(version)
        if by_role or not shares:
            return by_role
        granted = {Capability.VIEW, *(GRANTED[right] for share in shares for right in share.rights)}
        # The original carries no mark: whoever is shown marked pictures is not given it.
        return frozenset(granted - {Capability.DOWNLOAD_ORIGINAL} if self.mark_on(version) else granted)

    def shares_of(self, version: Version) -> list[Share]:
        """The share links by which this actor sees the version; none for those who see it by their role."""
        return [] if self.capabilities(version.asset.project_id) else self.guest.shares_of(version)

    def mark_on(self, version: Version) -> OwnMark | None:
        """What is burned into the pictures of the version that this actor is given; None: nothing."""
        return None if self.capabilities(version.asset.project_id) else self.guest.mark_on(version)


def _known(pk: str) -> str:
    """`pk` if it can be an identifier at all."""
    if not is_id(pk):
        raise NotFound
    return pk


def require(actor: Actor, project_id: str, capability: Capability) -> None:
    """Raise NotFound for outsiders, Forbidden for insiders without the capability."""
    granted = actor.capabilities(project_id)
    if Capability.VIEW not in granted:
        raise NotFound
    if capability not in granted:
        raise Forbidden(capability)


def require_on(actor: Actor, version: Version, capability: Capability) -> None:
    """The same for one version, which guests may see too."""
    granted = actor.capabilities_on(version)
    if Capability.VIEW not in granted:
        raise NotFound
    if capability not in granted:
        raise Forbidden(capability)


def require_site_owner(actor: Actor) -> None:
    """For what belongs to no project yet."""
    if not actor.is_site_owner or (actor.token is not None and Scope.MANAGE not in actor.token.scopes):
        raise Forbidden(Capability.MANAGE_PROJECT)


def projects(actor: Actor) -> QuerySet[Project]:
    """The projects that the actor may see."""
    rows = Project.objects.filter(archived_at=None)
    if actor.user is None or actor.user.is_guest:
        return rows.none()
    return rows if actor.is_site_owner else rows.filter(memberships__user=actor.user)


def project(actor: Actor, pk: str, capability: Capability = Capability.VIEW) -> Project:
    row = Project.objects.filter(pk=_known(pk), archived_at=None).first()
    if row is None:
        raise NotFound
    require(actor, row.pk, capability)
    return row


def sequence(actor: Actor, pk: str, capability: Capability = Capability.VIEW) -> Sequence:
    row = Sequence.objects.select_related("project").filter(pk=_known(pk), project__archived_at=None).first()
    if row is None:
        raise NotFound
    require(actor, row.project_id, capability)
    return row


def asset(actor: Actor, pk: str, capability: Capability = Capability.VIEW) -> Asset:
    rows = Asset.objects.select_related("project").filter(deleted_at=None, project__archived_at=None)
    row = rows.filter(pk=_known(pk)).first()
    if row is None:
        raise NotFound
    require(actor, row.project_id, capability)
    return row


def version(actor: Actor, pk: str, capability: Capability = Capability.VIEW) -> Version:
    rows = Version.objects.select_related("asset__project", "media", "created_by")
    row = rows.filter(pk=_known(pk), deleted_at=None, asset__deleted_at=None, asset__project__archived_at=None).first()
    if row is None:
        raise NotFound
    require_on(actor, row, capability)
    return row


def comment(actor: Actor, pk: str, capability: Capability = Capability.VIEW) -> Comment:
    """A comment the actor may see; internal ones only with SEE_INTERNAL (a reply is internal when its parent is), those of
    others only with SEE_COMMENTS, unless they answer one's own."""
    row = _comment(actor, pk)
    if row.deleted_at is not None:
        raise NotFound
    require_on(actor, row.version, capability)
    return row


def comment_to_restore(actor: Actor, pk: str) -> Comment:
    """A comment, deleted or not, for those who may bring it back: whoever deleted it (who wrote it, while it is there),
    and moderators. Of one that is deleted, nobody else learns that it is."""
    row = _comment(actor, pk)
    granted = actor.capabilities_on(row.version)
    own = row.author_id if row.deleted_at is None else row.deleted_by_id
    if Capability.MODERATE_COMMENTS not in granted and (own != actor.person.pk or Capability.COMMENT not in granted):
        if row.deleted_at is not None:
            raise NotFound
        raise Forbidden(Capability.MODERATE_COMMENTS)
    return row


def _comment(actor: Actor, pk: str) -> Comment:
    rows = Comment.objects.select_related("version__asset__project", "version__media", "author", "completed_by", "parent")
    row = rows.filter(pk=_known(pk), version__deleted_at=None, version__asset__deleted_at=None).first()
    if row is None or row.version.asset.project.archived_at is not None:
        raise NotFound
    granted = actor.capabilities_on(row.version)
    hidden = row.internal or (row.parent is not None and row.parent.internal)
    if hidden and Capability.SEE_INTERNAL not in granted:
        raise NotFound
    if Capability.SEE_COMMENTS not in granted:
        writers = {row.author_id, row.parent.author_id if row.parent is not None else row.author_id}
        if actor.user is None or actor.user.pk not in writers:
            raise NotFound
    require_on(actor, row.version, Capability.VIEW)
    return row


def attachment(actor: Actor, pk: str) -> Attachment:
    """An attachment of a comment that the actor may see; one without a comment is its sender's alone."""
    rows = Attachment.objects.select_related("enclosure", "version__asset")
    row = rows.filter(pk=_known(pk)).first()
    if row is None:
        raise NotFound
    if row.comment_id is not None:
        comment(actor, row.comment_id)
    elif actor.user is None or row.user_id != actor.user.pk:
        raise NotFound
    version(actor, row.version_id)
    return row


def label(actor: Actor, pk: str, capability: Capability = Capability.VIEW) -> Label:
    row = Label.objects.filter(pk=_known(pk), project__archived_at=None).first()
    if row is None:
        raise NotFound
    require(actor, row.project_id, capability)
    return row


def marker(actor: Actor, pk: str, capability: Capability = Capability.VIEW) -> Marker:
    row = Marker.objects.select_related("version__asset__project", "version__media", "author").filter(pk=_known(pk)).first()
    if row is None:
        raise NotFound
    version(actor, row.version_id, capability)
    return row


def delivery(actor: Actor, pk: str, capability: Capability = Capability.VIEW) -> Delivery:
    rows = Delivery.objects.select_related("project", "version__asset", "version__media", "made_by", "recalled_by")
    row = rows.filter(pk=_known(pk), project__archived_at=None).first()
    if row is None:
        raise NotFound
    require(actor, row.project_id, capability)
    return row


def reference_sound(actor: Actor, pk: str, capability: Capability = Capability.VIEW) -> ReferenceSound:
    """A mixdown that versions are compared with."""
    row = ReferenceSound.objects.select_related("project", "media").filter(pk=_known(pk), project__archived_at=None).first()
    if row is None:
        raise NotFound
    require(actor, row.project_id, capability)
    return row


def session(actor: Actor, pk: str, capability: Capability = Capability.VIEW) -> ReviewSession:
    """A live session, for those who may see the version that it began with."""
    rows = ReviewSession.objects.select_related("project", "version__asset", "version__media", "host", "controller")
    row = rows.filter(pk=_known(pk)).first()
    if row is None:
        raise NotFound
    version(actor, row.version_id, capability)
    return row


def membership(actor: Actor, project_id: str, user_id: str, capability: Capability = Capability.VIEW) -> Membership:
    """A person's place in a project. Leaving (one's own membership) needs no more than seeing the project."""
    own = actor.user is not None and actor.user.pk == user_id
    found = project(actor, project_id, Capability.VIEW if own else capability)
    row = Membership.objects.select_related("user").filter(project=found, user_id=_known(user_id)).first()
    if row is None:
        raise NotFound
    return row


def token(actor: Actor, pk: str) -> AccessToken:
    """One of the actor's own tokens that is still in force."""
    row = AccessToken.objects.filter(pk=_known(pk), user=actor.user, revoked_at=None).first() if actor.user else None
    if row is None:
        raise NotFound
    return row


def invitation(actor: Actor, pk: str) -> Invitation:
    """An open invitation, for those who manage its project's members."""
    rows = Invitation.objects.select_related("project").filter(accepted_at=None, project__archived_at=None)
    row = rows.filter(pk=_known(pk)).first()
    if row is None:
        raise NotFound
    require(actor, row.project_id, Capability.MANAGE_MEMBERS)
    return row


def webhook(actor: Actor, pk: str) -> Webhook:
    """A webhook, for those who manage its project."""
    rows = Webhook.objects.select_related("project", "created_by").filter(deleted_at=None, project__archived_at=None)
    row = rows.filter(pk=_known(pk)).first()
    if row is None:
        raise NotFound
    require(actor, row.project_id, Capability.MANAGE_PROJECT)
    return row


def webhook_delivery(actor: Actor, pk: str) -> WebhookDelivery:
    row = WebhookDelivery.objects.select_related("webhook", "event").filter(pk=_known(pk)).first()
    if row is None:
        raise NotFound
    webhook(actor, row.webhook_id)
    return row


def share(actor: Actor, pk: str) -> Share:
    """A share link, in force or not, for those who make such links in its project."""
    row = Share.objects.select_related("project", "created_by").filter(pk=_known(pk), project__archived_at=None).first()
    if row is None:
        raise NotFound
    require(actor, row.project_id, Capability.SHARE)
    return row


def upload(actor: Actor, pk: str) -> Upload:
    """An upload, only for the person who began it and only while they may upload to its project."""
    if not (pk.isascii() and pk.replace("-", "").replace("_", "").isalnum()):
        raise NotFound
    row = Upload.objects.select_related("project", "asset__sequence").filter(pk=pk, project__archived_at=None).first()
    if row is None or actor.user is None or row.user_id != actor.user.pk:
        raise NotFound
    if Capability.UPLOAD not in actor.capabilities(row.project_id):
        raise NotFound
    return row


def viewers(project_id: str, user_ids: Iterable[str]) -> dict[str, bool]:
    """Those of these people who may view the project now, and whether they see internal comments. For telling them of it."""
    people = User.objects.filter(pk__in=list(user_ids), is_active=True)
    roles = dict(Membership.objects.filter(project_id=project_id, user__in=people).values_list("user_id", "role"))
    found = {}
    for person in people:
        actor = Actor(person)
        actor.know_roles({project_id: roles.get(person.pk)})
        granted = actor.capabilities(project_id)
        if Capability.VIEW in granted:
            found[person.pk] = Capability.SEE_INTERNAL in granted
    return found


def notifications(actor: Actor) -> QuerySet[Notification]:
    """What the actor was told of and may still see."""
    if actor.user is None:
        return Notification.objects.none()
    there = Q(version=None) | Q(version__deleted_at=None, version__asset__deleted_at=None)
    said = Q(comment=None) | Q(comment__deleted_at=None)
    rows = Notification.objects.filter(there, said, user=actor.user, project__in=projects(actor))
    if actor.is_site_owner:
        return rows
    insiders = [role for role in Role if Capability.SEE_INTERNAL in CAPABILITIES[role]]
    inside = Membership.objects.filter(user=actor.user, role__in=insiders).values("project_id")
    spoken = Q(comment=None) | Q(comment__internal=False) & (Q(comment__parent=None) | Q(comment__parent__internal=False))
    return rows.filter(spoken | Q(project__in=inside))
