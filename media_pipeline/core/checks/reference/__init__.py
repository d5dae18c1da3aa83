"""Checks of stage C: against a reference. Every module here is found by `registry`."""
