"""The catalogues of messages, `locale/<language>/LC_MESSAGES/{django,checks}.po`: found in the sources, merged, compiled.

The `.po` files are the truth. What Django reads, `.mo`, is made from them wherever they are newer (`compile_stale`, at the
start of every process), by Babel: no program of gettext is needed. English stands in the sources and has no catalogue.
"""

import ast
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from review import check_texts

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
OF_FILES = "of a file"  # the context of what the pipeline says, see review/media_words.py
OF_CHECKS = "of a check"  # of what the sync checks say, see review/report_words.py
CHECKS = ("core/checks/", "core/corrections/plan.py", "core/corrections/proof.py")  # where they say it, of media_pipeline
TEMPLATES = ROOT / "templates"
SOURCES = (ROOT / "review", ROOT / "media_pipeline")
# Calls in Python, and which of their arguments are texts (None: the first).
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}
_LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_IN_TEMPLATE = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\(({_LITERAL}(?:,\s*{_LITERAL})*)")

PIPELINE_ERRORS = frozenset({"MediaError", "TimecodeError"})  # code, message, remedy

HEADER = """\
# What Twopop's server says in this language. `python3 manage.py messages` brings it up to date with the sources.
msgid ""
msgstr ""
"Project-Id-Version: Twopop\\n"
"Language: {language}\\n"
"Plural-Forms: {plural}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

Found = tuple[str | None, str | tuple[str, str]]  # context, text or (one, many)


def languages() -> list[str]:
    """Codes of the languages that have a catalogue."""
    return sorted(path.name for path in LOCALE.iterdir() if (path / "LC_MESSAGES/django.po").exists())


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES/django.po"


def checks_file(language: str) -> Path:
    """What the sync checks say stands in a file of its own: it is many texts, and none of Django's."""
    return LOCALE / language / "LC_MESSAGES/checks.po"


def read(language: str) -> Catalog:
    """All messages of a language, of both files."""
    with po_file(language).open("rb") as handle:
        catalog = read_po(handle, locale=language, abort_invalid=True)
    if checks_file(language).exists():
        with checks_file(language).open("rb") as handle:
            for message in read_po(handle, locale=language, abort_invalid=True):
                if message.id:
                    catalog.add(message.id, message.string, context=message.context, flags=message.flags)
    return catalog


def in_template(text: str) -> Iterator[Found]:
    """The messages of a Django template. Django itself turns it into calls of gettext; what stands in those is taken."""
    for call, arguments in _IN_TEMPLATE.findall(templatize(text)):
        texts = ast.literal_eval(f"({arguments},)")
        context = texts[0] if call.startswith(("pg", "np")) else None
        rest = texts[1:] if context is not None else texts
        yield context, (rest[0], rest[1]) if call.startswith("n") else rest[0]


def in_python(handle: IO[bytes]) -> Iterator[Found]:
    """The messages of a Python source."""
    for row in extract_python(handle, KEYWORDS, (), {"encoding": "utf-8"}):
        call, given = cast("tuple[str, str | tuple[str | None, ...]]", row[1:3])  # Babel's own type has them wrong
        texts = [one for one in ([given] if isinstance(given, str) else given) if one]
        if call.startswith("p") and len(texts) > 1:
            yield texts[0], texts[1]
        elif call.startswith("n") and len(texts) > 1:
            yield None, (texts[0], texts[1])
        elif texts:
            yield None, texts[0]


def of_files(source: str) -> Iterator[Found]:
    """What the pipeline says of files and timecodes: message and remedy of each error, values in them as `%(name)s`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PIPELINE_ERRORS:
            for argument in node.args[1:3]:
                branches = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
                yield from ((OF_FILES, text) for one in branches if (text := _with_placeholders(one)))


def _with_placeholders(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return None
    text, names = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        else:
            names += 1
            text += f"%(value{names})s"
    return text


def template() -> Catalog:
    """Every message that the sources and templates hold."""
    found = Catalog()
    for path in sorted(TEMPLATES.rglob("*")):
        if path.suffix in {".html", ".txt"}:
            _add(found, in_template(path.read_text(encoding="utf-8")))
    for folder in SOURCES:
        for path in sorted(folder.rglob("*.py")):
            with path.open("rb") as handle:
                _add(found, in_python(handle))
            if path.is_relative_to(ROOT / "media_pipeline"):
                _add(found, of_files(path.read_text(encoding="utf-8")))
            if any(place in path.as_posix() for place in CHECKS) and path.name not in check_texts.NOT_SAID:
                _add(found, ((OF_CHECKS, text) for text in check_texts.of_checks(path.read_text(encoding="utf-8"))))
    _add(found, ((OF_CHECKS, text) for text in check_texts.PIECES))
    return found


def _add(catalog: Catalog, found: Iterator[Found]) -> None:
    for context, text in found:
        formats = context != OF_CHECKS and "%" in (text if isinstance(text, str) else text[0])
        catalog.add(text, context=context, flags=["python-format"] if formats else [])


def update(language: str) -> Catalog:
    """Bring a catalogue up to date with the sources: new messages come in empty, those that are gone go. Writes the file
    only when something changed. Returns the catalogue."""
    catalog = read(language)
    catalog.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    write(language, catalog)
    return catalog


def write(language: str, catalog: Catalog) -> None:
    """Put a catalogue in its places; nothing is touched where it says the same already."""
    for path, of_checks in ((po_file(language), False), (checks_file(language), True)):
        part = Catalog(locale=language)
        for message in catalog:
            if message.id and (message.context == OF_CHECKS) == of_checks:
                part.add(message.id, message.string, context=message.context, flags=message.flags)
        text = io.BytesIO()
        # Without places and dates, in the order of the texts: two branches that add messages rarely meet in one line.
        write_po(text, part, width=126, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
        content = HEADER.format(language=language, plural=catalog.plural_forms).encode() + text.getvalue().strip() + b"\n"
        if not path.exists() or content != path.read_bytes():
            beside = path.with_suffix(".new")
            beside.write_bytes(content)
            beside.replace(path)


def untranslated(catalog: Catalog) -> list[str]:
    """Texts of a catalogue that have no translation, or one that awaits a look."""
    return [_first(message) for message in catalog if message.id and (message.fuzzy or not _whole(message))]


def _whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def compile_stale() -> list[str]:
    """Compile the catalogues that are newer than what was made of them. Returns their languages.

    A `.mo` carries the time of the `.po` that it was made from. Processes that start together may all do it: each writes
    beside and puts its file in place whole. Where the folder cannot be written, what is there stays.
    """
    done = []
    for language in languages():
        source, target = po_file(language), po_file(language).with_suffix(".mo")
        time = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == time:
            continue
        beside = target.with_suffix(f".{os.getpid()}")
        try:
            with beside.open("wb") as handle:
                write_mo(handle, read(language))
            os.utime(beside, ns=(time, time))
            beside.replace(target)
        except PermissionError:
            continue
        done.append(language)
    return done
