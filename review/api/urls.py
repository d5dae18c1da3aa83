"""Routes of /api/v1/. Every one of them has a line in tests/review/test_access_matrix.py."""

from django.urls import path, re_path

from review.api import (
    assets,
    checks,
    comments,
    docs_page,
    events,
    me,
    media,
    members,
    projects,
    schema,
    sequences,
    uploads,
    versions,
)

urlpatterns = [
    path("me", me.Me.as_view()),
    path("tokens", me.Tokens.as_view()),
    path("tokens/<str:token_id>", me.Token.as_view()),
    path("projects", projects.Projects.as_view()),
    path("projects/<str:project_id>", projects.OneProject.as_view()),
    path("projects/<str:project_id>/members", members.Members.as_view()),
    path("projects/<str:project_id>/members/<str:user_id>", members.OneMember.as_view()),
    path("projects/<str:project_id>/invitations", members.Invitations.as_view()),
    path("invitations/<str:invitation_id>", members.OneInvitation.as_view()),
    path("projects/<str:project_id>/sequences", sequences.Sequences.as_view()),
    path("sequences/<str:sequence_id>", sequences.OneSequence.as_view()),
    path("projects/<str:project_id>/assets", assets.Assets.as_view()),
    path("assets/<str:asset_id>", assets.OneAsset.as_view()),
    path("assets/<str:asset_id>/versions", versions.Versions.as_view()),
    path("projects/<str:project_id>/uploads", uploads.Uploads.as_view()),
    path("versions/<str:version_id>", versions.OneVersion.as_view()),
    path("versions/<str:version_id>/media", media.MediaStatus.as_view()),
    path("versions/<str:version_id>/frame-index", media.FrameIndex.as_view()),
    path("versions/<str:version_id>/checks", checks.Checks.as_view()),
    path("versions/<str:version_id>/media/cancel", media.Cancel.as_view()),
    path("versions/<str:version_id>/media/retry", media.Retry.as_view()),
    path("versions/<str:version_id>/comments", comments.Comments.as_view()),
    path("comments/<str:comment_id>", comments.OneComment.as_view()),
    path("projects/<str:project_id>/events", events.Events.as_view()),
    path("schema", schema.schema),
    path("docs", docs_page.docs),
    re_path(r"^.*$", schema.Nothing.as_view()),
]
