"""The built frontend in templates: `{% entry "review" %}` names the files of one page, by Vite's manifest."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy

from review.models import Role, Scope, Version
from review.room_answers import addresses

register = template.Library()

ROLE_NAMES = {
    Role.OWNER: gettext_lazy("Owner"),
    Role.VERSION_CONTROLLER: gettext_lazy("Version controller"),
    Role.EDITOR: gettext_lazy("Editor"),
    Role.REVIEWER: gettext_lazy("Reviewer"),
    Role.CLIENT: gettext_lazy("Client"),
}

THEMES = ("auto", "dark", "light")


@lru_cache(maxsize=2)
def _read(path: Path, _modified: int) -> dict[str, dict[str, Any]]:
    manifest: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return {row["name"]: row for row in manifest.values() if row.get("isEntry")} | manifest


def manifest() -> dict[str, dict[str, Any]]:
    """Vite's manifest, with its entries also under their names. Empty when the frontend is not built."""
    path = Path(settings.FRONTEND_DIST) / ".vite" / "manifest.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


def _with_imports(rows: dict[str, dict[str, Any]], row: dict[str, Any], seen: dict[str, dict[str, Any]]) -> None:
    for key in row.get("imports", []):
        if key not in seen:
            seen[key] = rows[key]
            _with_imports(rows, rows[key], seen)


@register.simple_tag(takes_context=True)
def entry(context: Context, name: str) -> SafeString:
    """Style sheets, preloads and the module script of the page `name` (an input of vite.config.ts).

    Each file is named once in a document, by the first entry that wants it: the same style sheet once more, behind those of
    the page, would override them.
    """
    rows = manifest()
    row = rows.get(name)
    if row is None:
        return SafeString("")
    shared: dict[str, dict[str, Any]] = {}
    _with_imports(rows, row, shared)
    named: set[str] = context.dicts[0].setdefault("entry_files", set())
    styles = [
        css for css in dict.fromkeys(css for part in [*shared.values(), row] for css in part.get("css", [])) if css not in named
    ]
    scripts = [part["file"] for part in shared.values() if part["file"] not in named]
    named.update(styles, scripts, [row["file"]])
    return format_html(
        '{}{}<script type="module" src="{}"></script>',
        format_html_join("", '<link rel="stylesheet" href="{}">', ((static(css),) for css in styles)),
        format_html_join("", '<link rel="modulepreload" href="{}">', ((static(script),) for script in scripts)),
        static(row["file"]),
    )


@register.simple_tag
def early_answer(path: str) -> SafeString:
    """Have the browser ask the API for `path` (below `/api/v1/`) while it still reads the scripts. The first request of
    `net/api.ts` for the very same address takes that answer; another address is asked in vain."""
    return format_html('<link rel="preload" as="fetch" crossorigin="anonymous" href="/api/v1/{}">', path)


@register.simple_tag
def early_answers(version: Version) -> SafeString:
    """Have the browser ask for what the room will ask the API for, all at once, while it still reads the scripts:
    `net/early.ts` hands each of these answers to the first who asks for it."""
    return format_html(
        '<link rel="preload" as="fetch" crossorigin="anonymous" href="{}" data-answers="{}">',
        reverse("room_answers", args=[version.pk]),
        " ".join(addresses(version)),
    )


@register.simple_tag
def early_script(name: str) -> SafeString:
    """The module script `name` by itself, run as soon as it is there: before the document is read, and before any other script
    or style sheet."""
    row = manifest().get(name)
    if row is None:
        return SafeString("")
    return format_html('<script type="module" async fetchpriority="high" src="{}"></script>', static(row["file"]))


@register.simple_tag(takes_context=True)
def messages_script(context: Context) -> SafeString:
    """The script with the messages of the reader's language, which speaks before the page's own scripts do: module scripts
    run in their order. English stands in the scripts themselves."""
    name = f"language-{get_language()}"
    return entry(context, name)  # empty for a language without a catalogue


@register.filter
def role_name(role: str) -> str:
    """What a role is called."""
    return str(ROLE_NAMES[Role(role)])


SCOPE_WORDS = {
    Scope.READ: gettext_lazy("See everything that you see"),
    Scope.COMMENT: gettext_lazy("Comment, and mark comments as done"),
    Scope.UPLOAD: gettext_lazy("Upload versions, lock sequences"),
    Scope.APPROVE: gettext_lazy("Approve and deliver"),
    Scope.MANAGE: gettext_lazy("Manage projects and people"),
}


@register.filter
def scope_words(scope: str) -> str:
    """What a token of that scope may do."""
    return str(SCOPE_WORDS[Scope(scope)])


@register.filter
def plainly(label: str) -> str:
    """allauth writes English labels in title case, which is not how the rest speaks. Other languages know why they
    write capitals."""
    return capfirst(label.lower()) if get_language() == "en" else capfirst(label)


@register.simple_tag
def sends_mail() -> bool:
    """Whether mail leaves this server; without a mail server it goes to the log only."""
    return bool(settings.EMAIL_HOST)


@register.simple_tag
def frontend_built() -> bool:
    return bool(manifest())


@register.simple_tag(takes_context=True)
def theme(context: dict[str, Any], default: str = "auto") -> str:
    """The theme that this browser chose, kept in a cookie so that the first paint is right without inline script."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", default) if request is not None else default
    return chosen if chosen in THEMES else default
