"""Sync checks: what can be told of a file's timing, why, and what to do about it. Written for authors in `contract`."""
