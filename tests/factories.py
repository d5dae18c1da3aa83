"""Rows for tests, made directly: what a test is about goes through actions or the API, the rest comes from here."""

import hashlib
import itertools
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from media_pipeline.ids import new_id
from media_pipeline.models import Enclosure, Job, Media, Rendition
from review.guests import GUEST, PASSES
from review.models import (
    AccessToken,
    Asset,
    Attachment,
    Attendance,
    Comment,
    Delivery,
    Invitation,
    Label,
    Marker,
    Membership,
    Project,
    ReferenceSound,
    ReviewSession,
    Role,
    Sequence,
    Share,
    ShareItem,
    SharePass,
    ShareRight,
    Upload,
    User,
    Version,
    Webhook,
)
from review.secrets import TOKEN_PREFIX, hashed, new_secret
from review.selectors import deliveries
from review.share_secrets import derived_secret

PASSWORD = "correct horse battery"
_count = itertools.count(1)


def user(name: str = "", **fields: Any) -> User:
    number = next(_count)
    return User.objects.create_user(fields.pop("email", f"person{number}@example.org"), PASSWORD, name=name, **fields)


def site_owner(name: str = "Site owner") -> User:
    return user(name, is_superuser=True, is_staff=True)


def project(owner: User | None = None, name: str = "Feature") -> Project:
    """A project whose owner is `owner` (or somebody new)."""
    owner = owner or user("Owner")
    made = Project.objects.create(name=name, created_by=owner)
    member(made, owner, Role.OWNER)
    return made


def member(project: Project, user: User, role: str = Role.REVIEWER) -> Membership:
    return Membership.objects.create(project=project, user=user, role=role)


def person_in(project: Project, role: str) -> User:
    """Somebody new with that role."""
    made = user(str(role))
    member(project, made, role)
    return made


def sequence(project: Project, name: str = "Reel 1") -> Sequence:
    return Sequence.objects.create(project=project, name=name)


def asset(project: Project, name: str = "sc010") -> Asset:
    return Asset.objects.create(project=project, name=name, created_by=project.created_by)


def media(
    *,
    frame_count: int | None = 1000,
    rate: tuple[int, int] = (24000, 1001),
    start_frame: int | None = 86400,
    drop_frame: bool | None = False,
) -> Media:
    """Indexed media without files, at 23.976 from 01:00:00:00. `frame_count=None`: not indexed yet."""
    digest = hashlib.sha256(str(next(_count)).encode()).hexdigest()
    known = frame_count is not None
    return Media.objects.create(
        sha256=digest,
        size=1_000_000,
        frame_count=frame_count,
        rate_num=rate[0] if known else None,
        rate_den=rate[1] if known else None,
        variable_rate=False if known else None,
        start_frame=start_frame if known else None,
        drop_frame=drop_frame if known else None,
    )


def version(asset: Asset, media: Media | None = None, **fields: Any) -> Version:
    """The next version of the asset's stack."""
    asset.last_number += 1
    asset.save(update_fields=["last_number"])
    fields = {"original_name": f"{asset.name}_v{asset.last_number:03}.mov", "created_by": asset.created_by, **fields}
    number = asset.last_number
    return Version.objects.create(asset=asset, number=number, position=number, media=media or globals()["media"](), **fields)


def job(media: Media, step: str = "index", state: str = Job.State.RUNNING, **fields: Any) -> Job:
    return Job.objects.create(media=media, step=step, step_version=1, state=state, **fields)


def upload(project: Project, user: User, filename: str = "a.mov", **fields: Any) -> Upload:
    """A row only: no byte of it is there."""
    given = {"size": 5, "expires_at": timezone.now() + timedelta(hours=1), **fields}
    return Upload.objects.create(project=project, user=user, filename=filename, **given)


def rendition(media: Media, kind: str = Rendition.Kind.PROXY, **fields: Any) -> Rendition:
    """A row only: there is no file behind it."""
    digest = hashlib.sha256(str(next(_count)).encode()).hexdigest()
    given = {"label": "720p", "mime": "video/mp4", "size": 1000, "frame_count": media.frame_count or 0, **fields}
    return Rendition.objects.create(
        media=media, kind=kind, sha256=digest, storage_key=f"derived/{media.pk}/{digest[:16]}.mp4", **given
    )


def comment(version: Version, author: User, frame: int = 0, text: str = "Look here", **fields: Any) -> Comment:
    return Comment.objects.create(version=version, author=author, frame=frame, text=text, **fields)


def line(frame: int) -> dict[str, Any]:
    """A shape of an annotation."""
    return {"frame": frame, "tool": "line", "color": "#ff3b30", "width": 200, "points": [0, 0, 65535, 65535]}


def attachment(comment: Comment, name: str = "still.png") -> Attachment:
    """A row only: there is no file behind it."""
    enclosure = Enclosure.objects.create(
        kind="image", mime="image/png", extension="png", size=100, sha256="0" * 64, state="ready"
    )
    return Attachment.objects.create(
        version=comment.version, comment=comment, user=comment.author, name=name, enclosure=enclosure
    )


def label(project: Project, name: str = "Sound", colour: str = "#3b82f6") -> Label:
    return Label.objects.create(project=project, name=name, colour=colour)


def reference_sound(project: Project, name: str = "mix.wav", **fields: Any) -> ReferenceSound:
    """A mixdown of which nothing was read yet."""
    fields = {"media": media(frame_count=None), "created_by": project.created_by, **fields}
    return ReferenceSound.objects.create(project=project, name=name, **fields)


def marker(version: Version, author: User, frame: int = 0, **fields: Any) -> Marker:
    given = {"kind": "chapter", "colour": "#a855f7", **fields}
    return Marker.objects.create(version=version, author=author, frame=frame, **given)


def delivery(version: Version, **fields: Any) -> Delivery:
    """A row with its record; the version's history does not know of it."""
    project = version.asset.project
    fields.setdefault("record", deliveries.record(version, name=version.original_name, note=""))
    given = {"name": version.original_name, "size": version.media.size, "sha256": version.media.sha256, **fields}
    return Delivery.objects.create(project=project, version=version, made_by=project.created_by, **given)


def webhook(project: Project, **fields: Any) -> Webhook:
    given = {"name": "Chat", "url": "https://chat.example/hook", "seq": 0, "created_by": project.created_by, **fields}
    return Webhook.objects.create(project=project, **given)


def token(user: User, **fields: Any) -> tuple[AccessToken, str]:
    """A token and its secret."""
    secret = TOKEN_PREFIX + new_secret()
    return AccessToken.objects.create(user=user, name="test", secret_hash=hashed(secret), **fields), secret


def invitation(project: Project, email: str = "new@example.org", **fields: Any) -> tuple[Invitation, str]:
    """An invitation and the secret of its link."""
    secret = new_secret()
    given = {"role": Role.REVIEWER, "expires_at": timezone.now() + timedelta(days=7), **fields}
    made = Invitation.objects.create(
        project=project, email=email, secret_hash=hashed(secret), invited_by=project.created_by, **given
    )
    return made, secret


def share(*shown: Version | Asset, rights: list[str] | None = None, **fields: Any) -> Share:
    """A link to these versions and stacks, with all rights unless they are named."""
    of = shown[0].asset.project if isinstance(shown[0], Version) else shown[0].project
    made = Share(project=of, created_by=of.created_by, rights=list(ShareRight) if rights is None else rights, **fields)
    made.secret_hash = hashed(derived_secret(made))
    made.save(force_insert=True)
    for position, one in enumerate(shown):
        what = {"version": one} if isinstance(one, Version) else {"asset": one}
        ShareItem.objects.create(share=made, position=position, **what)
    return made


def guest(*shares: Share, name: str = "Gita Guest", **fields: Any) -> SessionStore:
    """The session of a browser that these links let in; with a name ("": none yet) as `session[GUEST]`."""
    session = SessionStore()
    session[PASSES] = [SharePass.objects.create(share=one, **{"key_number": one.key_number, **fields}).pk for one in shares]
    if name:
        pk = new_id()
        user = User(pk=pk, email=f"{pk}@guest.invalid", name=name, is_guest=True, is_active=False)
        user.set_unusable_password()
        user.save(force_insert=True)
        session[GUEST] = user.pk
    session.save()
    return session


def session(version: Version, host: User, **fields: Any) -> ReviewSession:
    """A live session that runs; its host is there."""
    made = ReviewSession.objects.create(
        project_id=version.asset.project_id, version=version, host=host, controller=fields.pop("controller", host), **fields
    )
    attendance(made, host)
    return made


def attendance(session: ReviewSession, user: User, *, waiting: bool = False) -> Attendance:
    return Attendance.objects.create(session=session, user=user, admitted_at=None if waiting else timezone.now())
