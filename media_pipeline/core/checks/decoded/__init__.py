"""Checks of stage B: from what the decode pass stored. Every module here is found by `registry`."""
