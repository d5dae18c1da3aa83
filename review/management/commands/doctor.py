"""`manage.py doctor`: what is missing or unsafe, and how to mend it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from review import doctor
from review.doctor import Level

MARKS = {Level.OK: "✓", Level.WARNING: "!", Level.ERROR: "✗"}


class Command(BaseCommand):
    help = "Say what is missing or unsafe in this installation, and how to mend it. Exit code 1 if there is an error."
    requires_system_checks = []  # they are among what is looked at

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="a list of {name, level, what, remedy}, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = doctor.examine()
        if options["json"]:
            self.stdout.write(json.dumps([finding.as_dict() for finding in findings], indent=2, ensure_ascii=False))
        else:
            width = max(len(finding.name) for finding in findings)
            for finding in findings:
                style = {Level.OK: self.style.SUCCESS, Level.WARNING: self.style.WARNING, Level.ERROR: self.style.ERROR}
                self.stdout.write(f"{style[finding.level](MARKS[finding.level])} {finding.name:<{width}}  {finding.what}")
                if finding.remedy:
                    self.stdout.write(f"  {'':<{width}}  → {finding.remedy}")
            errors, warnings = (sum(f.level is level for f in findings) for level in (Level.ERROR, Level.WARNING))
            self.stdout.write(f"\n{errors} to mend, {warnings} to think about")
        if any(finding.level is Level.ERROR for finding in findings):
            raise SystemExit(1)
