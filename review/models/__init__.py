from review.models.approvals import ApprovalEntry, ApprovalPolicy, Delivery
from review.models.checks import ConfirmedClap, SyncVerdict, Waiver
from review.models.comments import Attachment, Comment, CommentRevision, Label, Mention, Reaction, VersionSeen
from review.models.corrections import Correction
from review.models.events import AuditEntry, Event
from review.models.locks import LockWish, SequenceLock
from review.models.markers import Marker, MarkerKind
from review.models.notifications import Mail, MutedThread, Notification, NotificationCursor, NotificationKind
from review.models.people import AccessToken, DeviceLogin, Invitation, Membership, Role, Scope, SocketTicket, User, every_scope
from review.models.projects import Asset, Project, Sequence
from review.models.sessions import Attendance, ReviewSession
from review.models.shares import Share, ShareCode, ShareItem, SharePass, ShareRight
from review.models.specs import Acknowledgement, ProtocolRevision, SpecRevision
from review.models.versions import ReferenceMode, ReferenceSound, StoppedWork, Upload, Version
from review.models.webhooks import Webhook, WebhookDelivery, WebhookFormat

__all__ = [
    "AccessToken",
    "Acknowledgement",
    "ApprovalEntry",
    "ApprovalPolicy",
    "Asset",
    "Attachment",
    "Attendance",
    "AuditEntry",
    "Comment",
    "CommentRevision",
    "ConfirmedClap",
    "Correction",
    "Delivery",
    "DeviceLogin",
    "Event",
    "Invitation",
    "Label",
    "LockWish",
    "Mail",
    "Marker",
    "MarkerKind",
    "Membership",
    "Mention",
    "MutedThread",
    "Notification",
    "NotificationCursor",
    "NotificationKind",
    "Project",
    "ProtocolRevision",
    "Reaction",
    "ReferenceMode",
    "ReferenceSound",
    "ReviewSession",
    "Role",
    "Scope",
    "Sequence",
    "SequenceLock",
    "Share",
    "ShareCode",
    "ShareItem",
    "SharePass",
    "ShareRight",
    "SocketTicket",
    "SpecRevision",
    "StoppedWork",
    "SyncVerdict",
    "Upload",
    "User",
    "Version",
    "VersionSeen",
    "Waiver",
    "Webhook",
    "WebhookDelivery",
    "WebhookFormat",
    "every_scope",
]
