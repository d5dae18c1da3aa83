"""Who may do what where guests of share links are served, and who makes links. Part of ROUTES of test_access_matrix.py.

Everywhere else a guest gets what a stranger gets. tests/review/test_guests.py asks these routes with other links.
"""

from tests.review.access_rules import C, Rule, may

NAME = {"name": "New name"}
GUESTS: dict[str, dict[str, Rule]] = {
    "s/<str:secret>": {  # an invitation's secret is no link's
        "GET": Rule(404, public=True),
        "POST": Rule(404, public=True),
    },
    "s/<str:secret>/poster.jpg": {"GET": Rule(404, public=True)},
    "api/v1/projects/<str:project_id>/shares": {
        "GET": may(C.SHARE),
        "POST": may(C.SHARE, 422, body={"items": []}),  # it would show nothing
    },
    "api/v1/shares/<str:share_id>": {"GET": may(C.SHARE), "PATCH": may(C.SHARE, body=NAME), "DELETE": may(C.SHARE)},
    "api/v1/guest": {  # to guests alone it is something
        "GET": Rule(404, guest=200),
        "PUT": Rule(404, body=NAME, guest=200),
        "DELETE": Rule(404, guest=204),
    },
    "api/v1/versions/<str:version_id>/decision": {
        "GET": may(C.VIEW, guest=200),
        "PUT": may(C.APPROVE, body={"decision": "approved"}, guest=200),
    },
    "api/v1/versions/<str:version_id>/media": {"GET": may(C.VIEW, guest=200)},
    "api/v1/versions/<str:version_id>/connection": {"GET": may(C.VIEW, guest=200), "POST": may(C.VIEW, 415, guest=415)},  # JSON
    "api/v1/versions/<str:version_id>/comments": {
        "GET": may(C.VIEW, guest=200),
        "POST": may(C.COMMENT, 201, body={"text": "Look", "frame": 3}, guest=201),
    },
    "api/v1/comments/<str:comment_id>": {  # an internal comment of the reviewer
        "GET": may(C.SEE_INTERNAL, extra={"client": 404}, guest=404),
        "PATCH": may(C.MODERATE_COMMENTS, body={"text": "Changed"}, extra={"client": 404, "reviewer": 200}, guest=404),
        "DELETE": may(C.MODERATE_COMMENTS, 204, extra={"client": 404, "reviewer": 204}, guest=404),
    },
    "api/v1/comments/<str:comment_id>/restore": {  # it is not deleted: those who may restore it get it as it is
        "POST": may(C.MODERATE_COMMENTS, extra={"client": 404, "reviewer": 200}, guest=404),
    },
    "api/v1/comments/<str:comment_id>/reactions/<str:name>": {  # of the internal comment
        "PUT": may(C.COMMENT, extra={"client": 404}, guest=404),
        "DELETE": may(C.COMMENT, extra={"client": 404}, guest=404),
    },
    "api/v1/versions/<str:version_id>/attachments": {"POST": may(C.COMMENT, 400, guest=400)},  # its name is missing
    "api/v1/attachments/<str:attachment_id>": {  # of an internal comment
        "GET": may(C.SEE_INTERNAL, extra={"client": 404}, guest=404),
        "DELETE": may(C.SEE_INTERNAL, 409, extra={"client": 404}, guest=404),
    },
    "media/<str:version_id>/<str:rendition_id>/<str:digest>.<str:extension>": {
        "GET": may(C.VIEW, 404, guest=404)
    },  # no file behind it
    "media/attachments/<str:attachment_id>/<str:part>": {  # no file behind it
        "GET": may(C.SEE_INTERNAL, 404, extra={"client": 404}, guest=404),
    },
    "media/<str:version_id>/original": {"GET": may(C.DOWNLOAD_ORIGINAL, 404, guest=404)},
    "media/<str:version_id>/proxy": {"GET": may(C.DOWNLOAD_PROXY, 404, guest=404)},
}
