"""`manage.py ensure_owner`: the first account, made once."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from review import events
from review.models import User


class Command(BaseCommand):
    help = "Make the owner's account if the installation has none, and print its address and password, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default="owner@twopop.local", help="its e-mail address (default: %(default)s)")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        password = secrets.token_urlsafe(15)
        with transaction.atomic():
            if User.objects.filter(is_superuser=True, is_active=True).exists():
                return
            if User.objects.filter(email=email.lower()).exists():
                self.stderr.write(f"{email} belongs to somebody who is not the owner: give another address by --email.")
                return
            owner = User.objects.create_superuser(email, password, name="Owner")
            events.audit(None, "account.create", owner, project_id=None, email=owner.email)
        self.stdout.write(f"owner account: {owner.email}  password: {password}\n(shown this once; change it after signing in)")
