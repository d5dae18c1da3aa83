"""`/mail/<letter>`: whoever has got a mail stops more of them, without signing in. Looking at it changes nothing: mail servers
follow the links in mails. A mail program's own button (RFC 8058) posts `List-Unsubscribe=One-Click` here."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from review.actions import mail_choices as actions
from review.notifications import choices_shown
from review.notifications.mail_links import Letter, opened


@csrf_exempt  # the letter itself is the right, and no cookie counts
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest, letter: str) -> HttpResponse:
    """POST `what`: thread, project, everything, or "again:" and one of them; without it: project."""
    sealed = opened(letter)
    if sealed is None or not (about := choices_shown.about(sealed)):
        raise Http404
    done = ""
    if request.method == "POST":
        what = request.POST.get("what", "project")
        if not _do(sealed, what):
            return HttpResponseBadRequest()
        done = "again" if what.startswith("again:") else what
    return render(request, "review/mail_choices.html", {**about, "done": done})


def _do(letter: Letter, what: str) -> bool:
    undo, _, name = what.rpartition(":")
    if undo not in ("", "again") or name not in ("thread", "project", "everything") or (name == "thread" and not letter.thread):
        return False
    if name == "thread":
        actions.mute_thread(letter.user_id, letter.project_id, letter.thread, muted=not undo)
    else:
        actions.stop_mails(letter.user_id, letter.project_id if name == "project" else "", stopped=not undo)
    return True
