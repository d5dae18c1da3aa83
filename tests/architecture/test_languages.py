"""Every text of the server speaks every language: nothing missing in a catalogue, nothing hard-coded in a page."""

import re
from pathlib import Path

import pytest

from review import catalogues

TEMPLATES = sorted(path for path in catalogues.TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})
ENGLISH_ONLY = {"review/api_docs.html"}  # a reference for programmers, made from docstrings
SAME_EVERYWHERE = {"Twopop", "· Twopop", "UTC"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
# What people do not read: Django's tags and values (but what stands between trans tags is taken out before), scripts,
# addresses and commands in <code>, the HTML tags themselves.
MESSAGES = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
CLASSES = re.compile(r"\{% block (?:main_class|body_class) %\}.*?\{% endblock %\}")
UNREAD = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<script.*?</script>|<code>.*?</code>|<!--.*?-->|<[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r"""\b(?:aria-label|title|placeholder|alt)=(?:"([^"]*)"|'([^']*)')""")


def name(path: Path) -> str:
    return str(path.relative_to(catalogues.TEMPLATES))


def hard_coded(text: str) -> list[str]:
    """Texts of a template that no catalogue can reach."""
    bare = CLASSES.sub("", MESSAGES.sub("", text))
    attributes = [first or second for first, second in ATTRIBUTE.findall(re.sub(r"\{[%{].*?[%}]\}", "", bare))]
    found = [part.strip() for part in UNREAD.sub("\n", bare).split("\n")] + attributes
    return [one for one in found if re.search(r"[^\W\d_]{2}", one) and one not in SAME_EVERYWHERE]


@pytest.mark.parametrize("path", [path for path in TEMPLATES if name(path) not in ENGLISH_ONLY], ids=name)
def test_no_text_is_hard_coded_in_a_page(path):
    assert hard_coded(path.read_text()) == []


def test_hard_coded_text_is_found():
    page = '<p title="Open">{% trans "One" %} two</p>{% blocktrans %}3 {{ x }}{% endblocktrans %}<i alt="{% trans \'Four\' %}">'
    assert hard_coded(page) == ["two", "Open"]


@pytest.mark.parametrize("language", catalogues.languages())
def test_a_catalogue_holds_every_message_and_no_other(language):
    """`python3 manage.py messages` adds what is missing (to be translated) and removes what is gone."""
    wanted = {(message.context, message.id) for message in catalogues.template() if message.id}
    catalogue = catalogues.read(language)
    assert len(wanted) > 100
    assert {(message.context, message.id) for message in catalogue if message.id} == wanted
    assert catalogues.untranslated(catalogue) == []


@pytest.mark.parametrize("language", catalogues.languages())
def test_what_is_put_into_a_message_is_the_same_in_each_language(language):
    for message in catalogues.read(language):
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for text in [message.string] if isinstance(message.string, str) else message.string or ():
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(source)), message.id


def test_messages_are_found_in_templates_and_python(tmp_path):
    page = "{% trans 'One' %}{% blocktrans count n=n %}{{ n }} two{% plural %}{{ n }} twos{% endblocktrans %}{{ _('Three') }}"
    assert list(catalogues.in_template(page)) == [(None, "One"), (None, ("%(n)s two", "%(n)s twos")), (None, "Three")]
    refused = 'MediaError("code", f"{n:,} pictures" if n else "None", "Split it.")'
    assert [text for _, text in catalogues.of_files(refused)] == ["%(value1)s pictures", "None", "Split it."]
    source = tmp_path / "x.py"
    source.write_text('_("One")\nngettext("a", "b", 2)\npgettext("verb", "Open")\ngettext_lazy("Long " "one")\n')
    with source.open("rb") as handle:
        assert list(catalogues.in_python(handle)) == [(None, "One"), (None, ("a", "b")), ("verb", "Open"), (None, "Long one")]
