"""Finds what the sync checks say in their sources, for the catalogues: sentences, and the pieces that they are put together of.

A text is taken as a shape: values in it are `{1}`, `{2}` … in their order. `review/report_words.py` finds it again by that.
"""

import ast
import re
from collections.abc import Iterator

_WORD = re.compile(r"[A-Za-z]{3}")
_SENTENCE = re.compile(r"[A-Za-z]{2}[^ ]* .*[A-Za-z]{2}|^[A-Z][a-z][a-z-][a-z]")
_NO_TEXT = re.compile(
    r"ffmpeg |-[a-z]|[a-z_]+\.[a-z_]*(\{\d\})?$|tracks\.|[a-z0-9]+_[a-z0-9_]+$|[a-z]+=|a(resample|trim|delay)="
)
# Declarations for docs/sync-checks.md alone, and what is no text.
_UNSAID = frozenset({"how", "source", "id", "code", "kind", "command", "stage", "key", "unit"})
_SAYS = frozenset(
    {"Number", "Evidence", "Finding", "Remedy", "Check", "Row", "passed", "found", "does_not_apply", "cannot_tell"}
)
_LOGS = frozenset({"warning", "info", "exception", "error", "debug", "get", "measured", "array", "rows", "encode"})
# Words that stand in lists of names.
PIECES = (
    *("beginning", "middle", "end"),
    *("frame rate", "frames", "start timecode", "duration", "aspect", "audio channels", "picture shift", "sound offset"),
    "none",
)
# Modules that speak to developers, or in a terminal.
NOT_SAID = frozenset({"contract.py", "describe.py", "local.py", "registry.py", "run.py", "packet_arrays.py", "spec.py"})


def of_checks(source: str) -> Iterator[str]:
    """The texts of one module, each as often as it stands there."""
    finder = _Finder()
    finder.visit(ast.parse(source))
    yield from finder.found


def shape(node: ast.JoinedStr) -> str:
    """An f-string with its values numbered."""
    text, count = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        else:
            count += 1
            text += f"{{{count}}}"
    return text


class _Finder(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: list[str] = []
        self._loose = False  # a single word may be a text here

    def _take(self, text: str, pattern: re.Pattern[str]) -> None:
        if pattern.search(text) and not _NO_TEXT.match(text):
            numbers = iter(range(1, 100))
            self.found.append(re.sub(r"\{\}", lambda _: f"{{{next(numbers)}}}", text))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._take(shape(node), _WORD)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._take(node.value, _WORD if self._loose else _SENTENCE)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)  # what stands in the brackets is a key, or a type

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        return

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for part in node.body:
            self.visit(part)

    def visit_If(self, node: ast.If) -> None:
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        call = node.exc
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "CannotMeasure":
            self.generic_visit(call)

    def visit_Compare(self, node: ast.Compare) -> None:
        return  # texts are said, not compared

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in _UNSAID:
            self.visit(node.value)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.visit(node.test)
        before, self._loose = self._loose, True
        self.visit(node.body)
        self.visit(node.orelse)
        self._loose = before

    def visit_Call(self, node: ast.Call) -> None:
        name = (
            node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        )
        self.visit(node.func)
        if name in _LOGS or name == "MediaError":  # those have their own place in the catalogues
            return
        before, self._loose = self._loose, name in _SAYS
        for argument in node.args:
            self.visit(argument)
        for keyword in node.keywords:
            self.visit(keyword)
        self._loose = before

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.visit(node.value)

    def visit_Dict(self, node: ast.Dict) -> None:
        for value in node.values:
            self.visit(value)
