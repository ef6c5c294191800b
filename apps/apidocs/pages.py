"""One resource of the API as its page shows it: each address, what it takes, what it answers, how it is called."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from apps.apidocs.calls import Call, curl_of, python_of, r_of
from apps.apidocs.kept import description
from apps.apidocs.parts import Field, field_of, fields_of, resolved, words_of

METHODS = ("get", "post", "put", "patch", "delete")
# Told once for all addresses.
EVERYWHERE = {"page", "page_size", "cursor", "total", "fields", "If-None-Match", "If-Match", "Idempotency-Key"}


@dataclass(frozen=True)
class Answer:
    status: str
    words: str
    kinds: tuple[str, ...]  # text/csv, where it is no JSON
    shape: str = ""  # what is answered, by its name
    is_list: bool = False
    is_in_pages: bool = False


@dataclass(frozen=True)
class Shape:
    """What several addresses of a resource answer: told once."""

    name: str
    words: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    words: str
    is_deprecated: bool
    own: tuple[Field, ...]  # parameters of this address
    common: tuple[str, ...]  # names of those that all have
    sent: tuple[Field, ...]
    answers: tuple[Answer, ...]
    refusals: tuple[Answer, ...]
    examples: dict[str, str]  # by language
    is_open: bool  # to everybody, without a token


@dataclass(frozen=True)
class Resource:
    name: str  # as in the addresses and in the scopes of tokens
    words: str
    operations: tuple[Operation, ...]
    shapes: tuple[Shape, ...]

    @property
    def is_open(self) -> bool:
        """Nobody is asked who they are."""
        return all(one.is_open for one in self.operations)

    @property
    def is_written(self) -> bool:
        return any(one.method != "GET" for one in self.operations)

    @property
    def methods(self) -> list[str]:
        used = {one.method for one in self.operations}
        return [method.upper() for method in METHODS if method.upper() in used]


@cache
def resources() -> dict[str, Resource]:
    described = description()
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in described["tags"]}
    for tag, one in _operations(described):
        found[tag].append(one)
    words = {tag["name"]: tag["description"] for tag in described["tags"]}
    return {
        name: Resource(name, words[name], tuple(operations), tuple(_shapes(operations, described)))
        for name, operations in found.items()
    }


def _shapes(operations: list[Operation], described: dict[str, Any]) -> Iterator[Shape]:
    names = dict.fromkeys(answer.shape for one in operations for answer in one.answers if answer.shape)
    for name in names:
        part = described["components"]["schemas"][name]
        yield Shape(name, words_of(part), tuple(fields_of(part, described, sent=False)))


def _operations(described: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in described["paths"].items():
        for method in sorted(methods, key=METHODS.index):
            yield methods[method]["tags"][0], _operation(path, method, methods[method], described)


def _operation(path: str, method: str, told: dict[str, Any], described: dict[str, Any]) -> Operation:
    parameters = [one for one in told.get("parameters", ()) if one["name"] != "ETag"]
    call = Call.of(path, method, told)
    answers = [_answer(status, one, described) for status, one in sorted(told["responses"].items())]
    summary = told["summary"]
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=summary,
        words="" if told["description"].rstrip(".") == summary else told["description"],
        is_deprecated=told.get("deprecated", False),
        own=tuple(_parameter(one, described) for one in parameters if one["name"] not in EVERYWHERE),
        common=tuple(one["name"] for one in parameters if one["name"] in EVERYWHERE),
        sent=tuple(fields_of(call.schema, described, sent=True)) if call.schema else (),
        answers=tuple(one for one in answers if one.status < "4"),
        refusals=tuple(one for one in answers if one.status >= "4"),
        examples={"curl": curl_of(call), "Python": python_of(call)} | ({"R": r_of(call)} if method == "get" else {}),
        is_open=call.is_open,
    )


def _parameter(told: dict[str, Any], described: dict[str, Any]) -> Field:
    schema = {**told["schema"], "description": told.get("description", "")}
    return field_of(told["name"], schema, described, is_required=told.get("required", False))


def _answer(status: str, told: dict[str, Any], described: dict[str, Any]) -> Answer:
    content = told.get("content", {})
    body = content.get("application/json", {}).get("schema", {})
    if not body or status >= "4":
        return Answer(status, told.get("description", ""), tuple(content))
    page = resolved(body, described).get("properties", {}).get("results")
    rows = page or body
    name = rows.get("items", rows).get("$ref", "").rpartition("/")[2]
    return Answer(status, told.get("description", ""), (), name, "items" in rows, page is not None)
