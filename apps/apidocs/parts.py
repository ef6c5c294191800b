"""Parts of the description as one reads them: references followed, several in one put together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DEEPEST = 3  # fields of fields of fields: below it a name says enough
Node = dict[str, Any]


def resolved(node: Node, described: Node) -> Node:
    """The part itself. Of several in one (allOf) all they say; of one out of several (oneOf) what each may be."""
    if reference := node.get("$ref"):
        name = reference.rpartition("/")[2]
        return resolved(described["components"]["schemas"][name], described)
    found = {key: value for key, value in node.items() if key not in ("allOf", "oneOf")}
    for one in node.get("allOf", ()):
        found = resolved(one, described) | found
    choices = [resolved(one, described) for one in node.get("oneOf", ())]
    if choices:
        values = [value for one in choices for value in one.get("enum", ())]
        named = next((one for one in choices if "properties" in one or one.get("description")), choices[0])
        found = named | found | ({"enum": values} if values else {"either": choices})
    return found


@dataclass(frozen=True)
class Field:
    name: str
    kinds: tuple[str, ...]  # `danh sách`, `văn bản`
    words: str
    values: tuple[tuple[str, str], ...]  # those that it may have, with what each means
    is_required: bool = False
    default: str = ""  # what holds where it is not named


KINDS = {
    "string": "văn bản", "integer": "số nguyên", "number": "số", "boolean": "đúng hoặc sai", "array": "danh sách",
    "object": "đối tượng", "date": "ngày", "date-time": "thời điểm", "uuid": "UUID", "uri": "địa chỉ",
    "decimal": "số thập phân, dạng văn bản",
}  # fmt: skip


EITHER = " hoặc "


def words_of(part: Node) -> str:
    return _told(part.get("description", ""))[0]


def field_of(name: str, part: Node, described: Node, *, is_required: bool = False) -> Field:
    node = resolved(part, described)
    told, listed = _told(part.get("description", "") or node.get("description", ""))
    inner = resolved(node["items"], described) if "items" in node else node
    listed = listed or _told(inner.get("description", ""))[1]
    values = tuple((str(one), listed.get(str(one), "")) for one in inner.get("enum", ()) if one not in ("", None))
    default = node.get("default")
    return Field(
        name, tuple(_kinds(node, described)), told, values, is_required, "" if default is None else str(default)
    )


def fields_of(part: Node, described: Node, *, sent: bool, before: str = "", depth: int = 1) -> Iterator[Field]:
    """Every field of a body, those within others by their whole name: `targets[].year`. `sent`: by a client."""
    node = resolved(part, described)
    if "items" in node:
        node, before = resolved(node["items"], described), f"{before.removesuffix('.')}[]." if before else "[]."
    hidden, required = "readOnly" if sent else "writeOnly", node.get("required", ())
    for name, one in node.get("properties", {}).items():
        if resolved(one, described).get(hidden):
            continue
        yield field_of(f"{before}{name}", one, described, is_required=sent and name in required)
        if depth < DEEPEST:
            yield from fields_of(one, described, sent=sent, before=f"{before}{name}.", depth=depth + 1)


def _kinds(node: Node, described: Node) -> Iterator[str]:
    yield EITHER.join(dict.fromkeys(_kind(one) for one in node.get("either") or [node]))
    if "items" in node:
        yield from _kinds(resolved(node["items"], described), described)
    if node.get("nullable"):
        yield "null"


def _kind(node: Node) -> str:
    kind: str = node.get("type", "object")
    return KINDS.get(node.get("format", ""), KINDS[kind]) if kind == "string" else KINDS.get(kind, kind)


def _told(text: str) -> tuple[str, dict[str, str]]:
    """The library tells the values of a choice in a list below the words: * `draft` - Bản nháp."""
    words = [line for line in text.splitlines() if not line.startswith("* `")]
    pairs = (line[3:].split("` - ", 1) for line in text.splitlines() if line.startswith("* `"))
    return " ".join(" ".join(words).split()), {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
