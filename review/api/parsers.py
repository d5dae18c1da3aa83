"""JSON bodies, read with a bound and without surprises."""

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from review.problems import Problem

LIMIT = 1024 * 1024  # bytes; files do not come this way


class StrictJSONParser(BaseParser):
    """An object in UTF-8. Refuses NaN, nesting that exhausts the stack, bodies over LIMIT, and what is no object."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        body = stream.read(LIMIT + 1)
        if len(body) > LIMIT:
            raise Problem("body_too_large", f"At most {LIMIT} bytes are read.")
        try:
            data = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is no JSON: {str(error)[:200]}") from error
        if not isinstance(data, dict):
            raise ParseError("The body must be a JSON object.")
        return data


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
