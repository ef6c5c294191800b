"""Examples of the documentation run as they are shown, against rows that answer them."""

import ast

import pytest

from apps.apidocs.calls import Call, curl_of, python_of
from apps.apidocs.kept import description
from apps.apidocs.pages import Operation, resources
from apps.apidocs.stories import stories
from apps.people.scopes import all_scopes
from tests.api import asked
from tests.apidocs.running import content_of, run_curl, run_python
from tests.conftest import BAC_NINH, TDC
from tests.people.test_token_pages import with_factor
from tests.people.test_tokens import issued

__all__ = ["run_python"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def people(member):
    """Who reads everything, and whose unit's tasks and reports are written."""
    officer = with_factor(member("officer", "programme_administrator", TDC))
    editor = with_factor(member("editor", "unit_editor", BAC_NINH))
    return officer, editor, asked.rows(officer, editor)


def readers() -> list[Operation]:
    """Of declared registers one: the others are declared alike."""
    found = [one for resource in resources().values() for one in resource.operations if one.method == "GET"]
    return [one for one in found if "/registers/" not in one.path or "/standards/" in one.path or "/enter" in one.path]


def test_every_list_is_read_by_its_example(people, run_python):
    officer, _editor, keys = people
    token = issued(officer, all_scopes()).key
    for one in readers():
        texts = dict(one.examples)
        for slug, key in keys.items():
            texts = {
                name: text.replace(f"/registers/{slug}/1/", f"/registers/{slug}/{key}/") for name, text in texts.items()
            }
        answer = run_curl(texts["curl"], token)
        if "/1/" in texts["curl"] or "jobs/0189" in texts["curl"]:  # a row that is not there has no number here
            assert answer.status_code in (200, 404), one.id
            continue
        assert answer.status_code == 200, f"{one.id}: {content_of(answer).decode()}"
        run_python(texts["Python"], token)


def test_a_list_of_several_pages_is_read_whole(people, run_python, monkeypatch):
    monkeypatch.setattr("apps.apidocs.calls.LARGEST", 40)
    call, token = Call("get", "/api/v1/units/", None, is_in_pages=True), issued(people[0], ["units:read"]).key
    last = run_curl(curl_of(call), token).json()
    assert last["next"] is None
    assert last["previous"]
    assert run_python(python_of(call), token).split() == [str(last["count"])]


def test_bodies_written_by_hand_are_taken(people):
    _officer, editor, _keys = people
    token = issued(editor, all_scopes()).key
    [made] = [one for one in resources()["tasks"].operations if one.id == "tasks_create"]
    first, again = (run_curl(made.examples["curl"], token) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again["Idempotency-Replayed"] == "true"


def test_stories_in_python(people, run_python):
    officer, editor, _keys = people
    told = {one.name: one.examples["Python"] for one in stories()}
    assert run_python(told["read"], issued(officer, ["units:read", "indicators:read"]).key).split()[-1] == "304"
    assert "accepted" in run_python(told["figures"], issued(officer, ["indicators:read"]).key)
    printed = run_python(told["write"], issued(editor, ["tasks:write"]).key).splitlines()
    assert printed == ["201 200", "200", "412 precondition_failed"]


def test_every_example_in_python_is_python():
    """Also of what is written, which would need rows in every state to be run."""
    found = [one for resource in resources().values() for one in resource.operations]
    assert len(found) == sum(len(methods) for methods in description()["paths"].values())
    for one in found:
        compile(one.examples["Python"], one.id, "exec")


def test_a_value_is_written_as_python_has_it():
    value = {"a": None, "b": [True, False, 1.5], "c": 'Đo "lường": null', "d": [{"e": "x" * 80}], "f": {}}
    told = Call("post", "/", {"type": "object"}, value)
    assert ast.literal_eval(python_of(told).partition("json=")[2].partition(",\n    timeout")[0]) == value
