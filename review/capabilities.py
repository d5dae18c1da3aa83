"""What may be done, by which role, within which scope of a token, by which right of a share link."""

from enum import StrEnum

from review.models import Role, Scope, ShareRight


class Capability(StrEnum):
    VIEW = "view"
    COMMENT = "comment"
    SEE_COMMENTS = "see_comments"  # those of others
    SEE_VERSIONS = "see_versions"  # earlier ones of a stack
    SEE_INTERNAL = "see_internal"  # internal comments
    COMPLETE_COMMENTS = "complete_comments"
    MODERATE_COMMENTS = "moderate_comments"  # delete or edit those of others
    MANAGE_LABELS = "manage_labels"  # the labels that comments can carry
    UPLOAD = "upload"
    DOWNLOAD_PROXY = "download_proxy"
    DOWNLOAD_ORIGINAL = "download_original"
    SHARE = "share"  # make, change and revoke links for people without an account
    MANAGE_ASSETS = "manage_assets"  # create, rename, delete assets, sequences, versions
    MANAGE_MEDIA = "manage_media"  # cancel and retry jobs
    WAIVE_FINDINGS = "waive_findings"  # of the sync checks: answer for what they found
    MARK = "mark"  # set markers on the timeline, and change one's own
    APPROVE = "approve"  # say whether one approves of a version
    ASK_FOR_APPROVAL = "ask_for_approval"
    MANAGE_APPROVALS = "manage_approvals"  # the policy
    LIFT_BLOCKS = "lift_blocks"  # that keep a version from being delivered
    DELIVER = "deliver"  # and recall
    LOCK = "lock"  # a sequence, while one works on it
    FORCE_LOCKS = "force_locks"  # take a lock away from its holder
    LEAD_SESSION = "lead_session"  # start live sessions, and let people in
    MANAGE_SPEC = "manage_spec"  # the project's spec and protocol
    SEE_AUDIT = "see_audit"  # who did what, when
    MANAGE_MEMBERS = "manage_members"
    MANAGE_PROJECT = "manage_project"


C = Capability
WATCH = frozenset({C.VIEW, C.SEE_COMMENTS, C.SEE_VERSIONS, C.DOWNLOAD_PROXY})  # what every role has
SCOPES: dict[str, frozenset[Capability]] = {  # what a token of that scope may be used for, within its person's role
    Scope.READ: WATCH | {C.SEE_INTERNAL, C.DOWNLOAD_ORIGINAL, C.SEE_AUDIT},
    Scope.COMMENT: frozenset({C.COMMENT, C.COMPLETE_COMMENTS, C.MODERATE_COMMENTS, C.MANAGE_LABELS, C.MARK, C.LEAD_SESSION}),
    Scope.UPLOAD: frozenset({C.UPLOAD, C.MANAGE_ASSETS, C.MANAGE_MEDIA, C.LOCK}),
    Scope.APPROVE: frozenset({C.APPROVE, C.ASK_FOR_APPROVAL, C.LIFT_BLOCKS, C.WAIVE_FINDINGS, C.DELIVER}),
    # Sharing lets people in: more than uploading, though uploaders' roles have it too.
    Scope.MANAGE: frozenset({C.SHARE, C.MANAGE_APPROVALS, C.FORCE_LOCKS, C.MANAGE_SPEC, C.MANAGE_MEMBERS, C.MANAGE_PROJECT}),
}
CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.OWNER: frozenset(Capability),
    Role.VERSION_CONTROLLER: frozenset(Capability) - {C.MANAGE_PROJECT, C.MANAGE_MEMBERS},
    Role.EDITOR: WATCH
    | frozenset(
        {
            C.COMMENT,
            C.SEE_INTERNAL,
            C.COMPLETE_COMMENTS,
            C.UPLOAD,
            C.DOWNLOAD_ORIGINAL,
            C.SHARE,
            C.MANAGE_ASSETS,
            C.MANAGE_MEDIA,
            C.MARK,
            C.APPROVE,
            C.ASK_FOR_APPROVAL,
            C.LOCK,
            C.LEAD_SESSION,
        }
    ),
    Role.REVIEWER: WATCH | frozenset({C.COMMENT, C.SEE_INTERNAL, C.COMPLETE_COMMENTS, C.MARK, C.APPROVE, C.LEAD_SESSION}),
    Role.CLIENT: WATCH | frozenset({C.COMMENT, C.APPROVE}),
}


GRANTED: dict[str, Capability] = {  # what the rights of a share link are among the capabilities; watching is in every link
    ShareRight.COMMENT: C.COMMENT,
    ShareRight.APPROVE: C.APPROVE,
    ShareRight.SEE_COMMENTS: C.SEE_COMMENTS,
    ShareRight.SEE_VERSIONS: C.SEE_VERSIONS,
    ShareRight.DOWNLOAD_PROXY: C.DOWNLOAD_PROXY,
    ShareRight.DOWNLOAD_ORIGINAL: C.DOWNLOAD_ORIGINAL,
}
