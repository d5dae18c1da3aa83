"""Resumable uploads: a tus 1.0 server as raw ASGI (see application.py), in front of Django."""
