#!/usr/bin/env python3
"""Twopop's one entry point. Stage 0 (standard library only) makes `.venv` and runs itself again inside it; then Django."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "review.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
