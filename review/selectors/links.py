"""Addresses that people pass on are absolute; the rows and the outbox know paths only."""

from typing import Any


def absolute(shown: dict[str, Any], base: str) -> dict[str, Any]:
    """`shown` with the path in `url` made absolute, and so within the version that an asset carries."""
    if "url" in shown:
        shown = {**shown, "url": base + shown["url"]}
    if shown.get("latest_version"):
        shown = {**shown, "latest_version": absolute(shown["latest_version"], base)}
    return shown
