"""Accounts, and what they may do in a project."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q

from media_pipeline.ids import new_id


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. `is_superuser`: owner of the installation (may create projects, sees all of them)."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    # Came by a share link and gave a name: a row that comments can be by, no account. Never active, without a password, with an
    # address that no mail is sent to, in no project; what it may is what the links of its browser grant (review/guests.py).
    is_guest = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    preferences = models.JSONField(default=dict, blank=True)  # their own, see review/preferences.py

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(is_guest=False) | Q(is_active=False), name="guest_never_active")]

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @property
    def display_name(self) -> str:
        """The name others see; the part before the @ when none was given. The address itself is never shown."""
        return self.display_name_of(self.name, self.email)

    @staticmethod
    def display_name_of(name: str, email: str) -> str:
        return name or email.partition("@")[0]


class Role(models.TextChoices):
    OWNER = "owner"
    VERSION_CONTROLLER = "version_controller"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    CLIENT = "client"


class Membership(models.Model):
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=24, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="membership_once")]


class Invitation(models.Model):
    """A link by which somebody without an account joins a project. Only the hash of its secret is kept."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=24, choices=Role.choices)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)


class Scope(models.TextChoices):
    """What a token may be used for, within what its person may do."""

    READ = "read"
    COMMENT = "comment"
    UPLOAD = "upload"
    APPROVE = "approve"
    MANAGE = "manage"


def every_scope() -> list[str]:
    return [scope.value for scope in Scope]


class AccessToken(models.Model):
    """A personal access token for the API. Only its hash is kept; it acts as its user, never with more rights."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=100)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=every_scope)  # of Scope, in its order; "read" is always among them
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    @property
    def read_only(self) -> bool:
        return bool(self.scopes == [Scope.READ])


class DeviceLogin(models.Model):
    """A program that asks to be signed in (RFC 8628): it polls with one code, its person types the other one.

    Open until it is answered or expires; answered with yes it can be exchanged for a token once.
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    device_hash = models.CharField(max_length=64, unique=True)
    user_code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=100)  # what the program calls itself; becomes the token's name
    scopes = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    polled_at = models.DateTimeField(null=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")  # who answered
    allowed = models.BooleanField(null=True)
    used_at = models.DateTimeField(null=True)


class SocketTicket(models.Model):
    """Opens the socket of one project, or of one version in it, once and soon: for programs that sign their requests with a
    token, which must not stand in an address. Only its hash is kept, and the row is gone with its use."""

    secret_hash = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    token = models.ForeignKey(AccessToken, on_delete=models.CASCADE, null=True, related_name="+")  # null: by session
    session_key = models.CharField(max_length=40, blank=True)  # the socket is closed when it ends
    project = models.ForeignKey("review.Project", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey("review.Version", on_delete=models.CASCADE, null=True, related_name="+")
    expires_at = models.DateTimeField(db_index=True)
