"""Corrected copies of files: what the findings' fixes ask for, written and proven. No Django."""
