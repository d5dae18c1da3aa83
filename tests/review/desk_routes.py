"""Who may do what at the version controller's desk: approvals, deliveries, locks. Part of ROUTES of test_access_matrix.py."""

from tests.review.access_rules import C, Rule, may

DESK: dict[str, dict[str, Rule]] = {
    "api/v1/versions/<str:version_id>/ghosts": {"GET": may(C.VIEW)},
    "api/v1/versions/<str:version_id>/carry-over": {  # there is no version below
        "POST": may(C.COMPLETE_COMMENTS, 409, body={"comment_ids": ["z" * 16]}),
    },
    "api/v1/assets/<str:asset_id>/order": {  # there is no such version
        "PUT": may(C.MANAGE_ASSETS, 409, body={"version_ids": ["z" * 16]}),
    },
    "api/v1/projects/<str:project_id>/board": {"GET": may(C.VIEW)},
    "api/v1/projects/<str:project_id>/work": {"GET": may(C.SEE_INTERNAL)},
    "api/v1/projects/<str:project_id>/pre-session": {"GET": may(C.SEE_INTERNAL)},
    "api/v1/projects/<str:project_id>/audit": {"GET": may(C.SEE_AUDIT)},
    "api/v1/deliveries/<str:delivery_id>/record.pdf": {"GET": may(C.SEE_INTERNAL)},
    "api/v1/me/locks": {"GET": Rule(200)},
    "api/v1/sequences/<str:sequence_id>/lock": {"PUT": may(C.LOCK, body={"minutes": 5}), "DELETE": may(C.LOCK)},
    "api/v1/sequences/<str:sequence_id>/lock/force": {"POST": may(C.FORCE_LOCKS, body={"reason": "Because"})},
    "api/v1/sequences/<str:sequence_id>/lock/queue": {"PUT": may(C.LOCK, 409), "DELETE": may(C.LOCK)},  # nobody holds it
    "api/v1/me/reviews": {"GET": Rule(200)},
    "api/v1/projects/<str:project_id>/approval-policy": {
        "GET": may(C.VIEW),
        "PUT": may(
            C.MANAGE_APPROVALS,
            body={"who": [], "everybody": True, "open_comments_block": False, "failed_checks_block": False},
        ),
    },
    "api/v1/versions/<str:version_id>/approvals": {
        "GET": may(C.VIEW),
        "POST": may(C.APPROVE, 201, body={"decision": "approved"}),
    },
    "api/v1/versions/<str:version_id>/approvals/withdraw": {"POST": may(C.APPROVE, 409)},  # nobody has said anything
    "api/v1/versions/<str:version_id>/reviewers": {"POST": may(C.ASK_FOR_APPROVAL, 422, body={"user_id": "z" * 16})},
    "api/v1/versions/<str:version_id>/reviewers/<str:user_id>": {"DELETE": may(C.ASK_FOR_APPROVAL, 409)},  # nobody was asked
    "api/v1/versions/<str:version_id>/blocks/<str:block>": {
        "PUT": may(C.LIFT_BLOCKS, body={"reason": "Because"}),
        "DELETE": may(C.LIFT_BLOCKS, 409),  # it was not lifted
    },
    "api/v1/versions/<str:version_id>/deliveries": {"POST": may(C.DELIVER, 409)},  # nobody has approved
    "api/v1/projects/<str:project_id>/deliveries": {"GET": may(C.VIEW)},
    "api/v1/projects/<str:project_id>/verify": {"POST": may(C.VIEW, body={"sha256": "0" * 64, "size": 1})},
    "api/v1/deliveries/<str:delivery_id>": {"GET": may(C.SEE_INTERNAL)},
    "api/v1/deliveries/<str:delivery_id>/recall": {  # a row alone: its version's history does not know of it
        "POST": may(C.DELIVER, 409, body={"reason": "Because"}),
    },
    "media/deliveries/<str:delivery_id>/<str:part>": {"GET": may(C.DOWNLOAD_ORIGINAL, 404)},  # no such part
    "api/v1/projects/<str:project_id>/webhooks": {
        "GET": may(C.MANAGE_PROJECT),
        "POST": may(C.MANAGE_PROJECT, 201, body={"name": "Chat", "endpoint": "https://chat.example/hook"}),
    },
    "api/v1/webhooks/<str:webhook_id>": {
        "GET": may(C.MANAGE_PROJECT),
        "PATCH": may(C.MANAGE_PROJECT, body={"name": "Chat 2"}),
        "DELETE": may(C.MANAGE_PROJECT, 204),
    },
    "api/v1/webhooks/<str:webhook_id>/key": {"POST": may(C.MANAGE_PROJECT)},
    "api/v1/webhooks/<str:webhook_id>/trial": {"POST": may(C.MANAGE_PROJECT, 201)},
    "api/v1/webhooks/<str:webhook_id>/deliveries": {"GET": may(C.MANAGE_PROJECT)},
    "api/v1/webhook-deliveries/<str:webhook_delivery_id>/replay": {"POST": may(C.MANAGE_PROJECT)},
    # live sessions: the cast's has the owner as host, and the client in its waiting room
    "api/v1/versions/<str:version_id>/sessions": {"GET": may(C.VIEW, guest=200), "POST": may(C.LEAD_SESSION, 201)},
    "api/v1/projects/<str:project_id>/sessions": {"GET": may(C.VIEW)},
    "api/v1/sessions/<str:session_id>": {"GET": may(C.VIEW), "PATCH": may(C.LEAD_SESSION, body={"waiting_room": True})},
    "api/v1/sessions/<str:session_id>/playlist": {"GET": may(C.VIEW)},
    "api/v1/sessions/<str:session_id>/minutes": {"GET": may(C.VIEW)},
    "api/v1/sessions/<str:session_id>/minutes.pdf": {"GET": may(C.VIEW)},
    "api/v1/sessions/<str:session_id>/end": {"POST": may(C.MANAGE_PROJECT)},
    "api/v1/sessions/<str:session_id>/controller": {  # its host alone; who waits is not there yet
        "PUT": may(C.MANAGE_PROJECT, 422, body={"user_id": "z" * 16}, extra={"site_owner": 403}),
    },
    "api/v1/sessions/<str:session_id>/attendees/<str:user_id>": {"PUT": may(C.LEAD_SESSION, body={"admitted": True})},
    # --- pages
    "projects/<str:project_id>/webhooks": {
        "GET": may(
            C.MANAGE_PROJECT, page=True, extra=dict.fromkeys(["version_controller", "editor", "reviewer", "client"], 403)
        )
    },
    "projects/<str:project_id>/spec": {"GET": may(C.VIEW, page=True)},
    "projects/<str:project_id>/protocol": {"GET": may(C.VIEW, page=True)},
    "projects/<str:project_id>/deliveries": {"GET": may(C.VIEW, page=True)},
    "projects/<str:project_id>/work": {"GET": may(C.SEE_INTERNAL, page=True, extra={"client": 403})},
    "projects/<str:project_id>/audit": {
        "GET": may(C.SEE_AUDIT, page=True, extra=dict.fromkeys(["editor", "reviewer", "client"], 403))
    },
    "deliveries/<str:delivery_id>": {"GET": may(C.SEE_INTERNAL, page=True, extra={"client": 403})},
    "projects/<str:project_id>/sessions": {"GET": may(C.VIEW, page=True)},
    "sessions/<str:session_id>": {"GET": may(C.VIEW, page=True)},
    "stacks/<str:asset_id>": {"GET": may(C.VIEW, page=True)},
    "reviews": {"GET": Rule(200, page=True)},
    # --- what people were told of
    "api/v1/me/notifications": {"GET": Rule(200)},
    "api/v1/me/notifications/counts": {"GET": Rule(200)},
    "api/v1/me/notifications/read": {"POST": Rule(200, body={"everything": True})},
    "inbox": {"GET": Rule(200, page=True)},
    "api/v1/me/mail": {"GET": Rule(200), "PATCH": Rule(200, body={"about": "everything"})},
    "api/v1/me/muted-threads/<str:thread>": {"PUT": Rule(404), "DELETE": Rule(404)},  # nobody has such a line
    "settings/notifications": {"GET": Rule(200, page=True)},
    "mail/<str:letter>": {"GET": Rule(200, public=True), "POST": Rule(200, public=True)},  # the letter is the right
}
