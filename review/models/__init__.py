from review.models.checks import SyncVerdict, Waiver
from review.models.comments import Comment
from review.models.events import AuditEntry, Event
from review.models.people import AccessToken, Invitation, Membership, Role, User
from review.models.projects import Asset, Project, Sequence
from review.models.versions import ReferenceMode, StoppedWork, Upload, Version

__all__ = [
    "AccessToken",
    "Asset",
    "AuditEntry",
    "Comment",
    "Event",
    "Invitation",
    "Membership",
    "Project",
    "ReferenceMode",
    "Role",
    "Sequence",
    "StoppedWork",
    "SyncVerdict",
    "Upload",
    "User",
    "Version",
    "Waiver",
]
