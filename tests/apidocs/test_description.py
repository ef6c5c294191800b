"""The description for programs: the same for everybody, made once, and complete where a linter would complain."""

import re
from collections import Counter
from typing import Any

import pytest

from apps.apidocs import kept
from apps.apidocs.bodies import ASKED, BODIES
from apps.apidocs.english_operations import RESOURCES
from apps.apidocs.kept import description

pytestmark = pytest.mark.django_db
SCHEMA = "/api/schema/"


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, told) for path, found in description()["paths"].items() for method, told in found.items()]


def test_it_is_made_once_and_alike_for_everybody(client, signed_in, officer, stranger, monkeypatch):
    first = client.get(SCHEMA, {"format": "json"})
    assert "/api/v1/indicators/{code}/values/" in first.json()["paths"]
    monkeypatch.delattr(kept.spectacular_settings, "DEFAULT_GENERATOR_CLASS")  # nothing is made anew
    for person in (officer, stranger):
        answer = signed_in(person).get(SCHEMA, {"format": "json"})
        assert (answer.content, answer["ETag"]) == (first.content, first["ETag"])


def test_what_has_not_changed_is_not_sent(client):
    answer = client.get(SCHEMA, {"format": "yaml"})
    assert answer["Content-Type"].endswith("charset=utf-8")
    again = client.get(SCHEMA, {"format": "yaml"}, headers={"If-None-Match": f'"x", W/{answer["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == answer["ETag"]
    assert client.get(SCHEMA, {"format": "json"}, headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_every_address_says_what_it_is_and_where_it_belongs():
    for path, method, told in operations():
        at = f"{method} {path}"
        assert told["summary"], at
        assert len(told["summary"]) < 120, at
        assert re.search(r"[À-ỹ]", told["summary"]), at
        assert len(told["tags"]) == 1, at
        assert path.startswith(f"/api/v1/{told['tags'][0]}/"), at
    assert {tag["name"] for tag in description()["tags"]} == RESOURCES.keys(), "name it in english_operations.py"


def test_names_of_operations_are_given_once_and_can_be_names_in_a_program():
    names = Counter(told["operationId"] for _path, _method, told in operations())
    assert [name for name, times in names.items() if times > 1 or not name.isidentifier()] == []


def test_what_is_sent_has_an_example_that_the_description_allows():
    sent = [told["requestBody"]["content"] for _path, _method, told in operations() if "requestBody" in told]
    assert len(sent) > 40
    for content in sent:
        shape = content["application/json"]["schema"].get("$ref", "").rpartition("/")[2]
        if shape:
            part, example = description()["components"]["schemas"][shape], content["application/json"]["example"]
            writable = {name for name, one in part["properties"].items() if not one.get("readOnly")}
            assert set(part.get("required", ())) & writable <= example.keys() <= writable, shape


def test_no_example_is_kept_for_what_is_gone():
    names = {told["operationId"] for _path, _method, told in operations()}
    assert {*ASKED, *BODIES} <= names


def test_every_key_of_an_address_has_an_example():
    told = [one for _path, _method, found in operations() for one in found.get("parameters", ()) if one["in"] == "path"]
    assert [one["name"] for one in told if not one.get("example")] == []
