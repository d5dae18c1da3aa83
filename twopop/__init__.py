"""Twopop's API for Python: `Client(address, token)` with typed answers. Needs nothing but Python 3.11."""

from twopop.client import Client
from twopop.errors import ApiError, NotSignedIn, TwopopError, Unreachable
from twopop.models import Asset, Comment, Event, Person, Project, Rate, Rational, Sequence, Verification, Version

__all__ = [
    "ApiError", "Asset", "Client", "Comment", "Event", "NotSignedIn", "Person", "Project", "Rate", "Rational", "Sequence",
    "TwopopError", "Unreachable", "Verification", "Version",
]  # fmt: skip
