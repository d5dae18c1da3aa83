"""The API's reference as one page, made from the OpenAPI document, without scripts."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from review.api.schema import document


def _type(schema: dict[str, Any]) -> dict[str, str]:
    """A schema in words, and the component it points to."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return {"text": name, "component": name}
    for key in ("oneOf", "allOf", "anyOf"):
        if key in schema:
            parts = [
                _type(one) for one in schema[key] if one.get("$ref", "").rpartition("/")[2] not in ("NullEnum", "BlankEnum")
            ]
            component = next((one["component"] for one in parts if one["component"]), "")
            return {"text": " or ".join(one["text"] for one in parts), "component": component}
    if schema.get("type") == "array":
        inner = _type(schema.get("items", {}))
        return {"text": f"list of {inner['text']}", "component": inner["component"]}
    kinds = schema.get("type", "any value")
    return {"text": " or ".join(kinds) if isinstance(kinds, list) else str(kinds), "component": ""}


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = set(schema.get("required", ()))
    return [
        {"name": name, "type": _type(one), "required": name in required, "description": one.get("description", "")}
        for name, one in schema.get("properties", {}).items()
    ]


def _operations(paths: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for path, methods in paths.items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            answers = [
                {"status": status, "types": [_type(one.get("schema", {})) for one in answer.get("content", {}).values()]}
                for status, answer in operation["responses"].items()
            ]
            parameters = [{**one, "type": _type(one.get("schema", {}))} for one in operation.get("parameters", ())]
            found.append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "description": operation.get("description", ""),
                    "parameters": parameters,
                    "body": _type(body["schema"]) if body else None,
                    "answers": answers,
                }
            )
    return found


@cache
def _context() -> dict[str, Any]:
    made = document()
    components = [
        {"name": name, "description": one.get("description", ""), "fields": _fields(one), "values": one.get("enum", ())}
        for name, one in sorted(made["components"]["schemas"].items())
    ]
    return {"info": made["info"], "operations": _operations(made["paths"]), "components": components}


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Open to anybody, like the document itself."""
    return render(request, "review/api_docs.html", _context())
