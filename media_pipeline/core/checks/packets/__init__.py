"""Checks of stage A: from packets and container tables, without decoding. Every module here is found by `registry`."""
