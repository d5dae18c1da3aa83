"""The link in a mail by which its receiver is left in peace, without signing in: signed, for that person alone."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing

SALT = "review.notifications.mail"


@dataclass(frozen=True)
class Letter:
    """Whom a mail went to, about which project, and which thread ("" if about several)."""

    user_id: str
    project_id: str
    thread: str = ""


def sealed(letter: Letter) -> str:
    return signing.dumps([letter.user_id, letter.project_id, letter.thread], salt=SALT)


def opened(text: str) -> Letter | None:
    """The letter that was sealed so; None if that is none of ours. Mails lie about for years: no link expires."""
    try:
        user_id, project_id, thread = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Letter(str(user_id), str(project_id), str(thread))


def address(letter: Letter) -> str:
    return f"{settings.PUBLIC_URL}/mail/{sealed(letter)}"
