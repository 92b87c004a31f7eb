"""The page that describes the API, made from its OpenAPI document.

A viewer written in JavaScript would be a megabyte, asks for looser rules of content and cannot be listened to;
what a program's author needs are addresses, fields and examples, in words.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A parameter or a field of a document."""

    name: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask for. `answers` are (status, fields of the document)."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[FieldRow]
    body: list[FieldRow]
    answers: list[tuple[str, list[FieldRow]]]


class ApiDocs(DocsBase):
    """A page without script."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: str) -> HttpResponse:
        """The page."""
        document = json.loads(json.dumps(api.get_openapi_schema(), default=str))
        context = {"info": document["info"], "operations": operations(document)}
        return render(request, "kernel/api_docs.html", context)


def operations(document: Schema) -> list[Operation]:
    """The operations of an OpenAPI 3 document, in its order."""
    return [
        _operation(document, method, path, found)
        for path, methods in document["paths"].items()
        for method, found in methods.items()
    ]


def _operation(document: Schema, method: str, path: str, found: Schema) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=found.get("summary", ""),
        description=found.get("description", ""),
        parameters=[_parameter(one) for one in found.get("parameters", [])],
        body=_content(document, found.get("requestBody", {})),
        answers=[(status, _content(document, answer)) for status, answer in found["responses"].items()],
    )


def _parameter(one: Schema) -> FieldRow:
    schema = one.get("schema", {})
    description = one.get("description") or schema.get("description", "")
    return FieldRow(one["name"], _kind(schema), bool(one.get("required")), description)


def _content(document: Schema, holder: Schema) -> list[FieldRow]:
    """The fields of the first document that `holder` (a body or an answer) may carry."""
    media: Schema = next(iter(holder.get("content", {}).values()), {})
    schema = _resolved(document, media.get("schema", {}))
    required = schema.get("required", [])
    return [
        FieldRow(name, _kind(one), name in required, one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]


def _resolved(document: Schema, schema: Schema) -> Schema:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    found: Schema = document["components"]["schemas"][name] if name else schema
    return found


def _kind(schema: Schema) -> str:
    """A schema's type in a few words: "string (date-time)", "list of PublishedOut"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    suffix = f" ({schema['format']})" if "format" in schema else ""
    return f"{schema.get('type', 'any')}{suffix}"
