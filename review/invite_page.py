"""`/invite/<secret>`: whoever has the link makes an account, or joins with the one they are signed in with."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from review.actions import invitations
from review.models import User
from review.problems import Problem


class NewAccountForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters."),
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, secret: str) -> HttpResponse:
    """GET shows what the link is for and changes nothing; POST accepts. An unusable link says so, whatever the reason."""
    try:
        invitation = invitations.open_invitation(secret)
        user = request.user if isinstance(request.user, User) else None
        form = NewAccountForm(request.POST or None)
        if request.method == "POST":
            if user is not None:
                return redirect("project", project_id=invitations.accept_as(user, secret).project_id)
            if form.is_valid():
                return _with_new_account(request, secret, form)
        known = user is None and User.objects.filter(email=invitation.email).exists()
        return render(request, "review/invite.html", {"invitation": invitation, "form": form, "known": known})
    except Problem as problem:
        return _refused(request, problem)


def _with_new_account(request: HttpRequest, secret: str, form: NewAccountForm) -> HttpResponse:
    given: dict[str, Any] = form.cleaned_data
    try:
        invitation, user = invitations.accept_with_new_account(secret, name=given["name"], password=given["password"])
    except ValidationError as error:
        form.add_error("password", error)
        context = {"invitation": invitations.open_invitation(secret), "form": form, "known": False}
        return render(request, "review/invite.html", context, status=422)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("project", project_id=invitation.project_id)


def _refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    return render(request, "review/invite.html", {"problem": problem}, status=problem.status)
