"""Visible watermarks: words burned into a copy of the proxies, frame for frame."""
