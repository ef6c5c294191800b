"""Old clients keep working: every answer of the kept sample is given today, with all its fields, in their kinds.

A new resource joins by its requests in `asked.py`, and `KEEP_SAMPLE=1 pytest tests/api/test_sample.py` once. What is
kept already is never written over: an answer that must change changes by docs/api.md.
"""

import json
import os

import pytest
from django.test import Client

from tests.api import asked
from tests.api.sampling import Shown, breaks, difference, keep, read

pytestmark = pytest.mark.django_db


def shown(client: Client, method: str, address: str, body: object = None) -> Shown:
    sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    answer = client.generic(method, f"/api/v1/{address}", **sent)
    return {"status": answer.status_code, "answer": answer.json() if answer.content else None}


def test_what_was_answered_is_answered_still(member, signed_in):
    people = {who: member(f"{who[0]} {who[1]}", *who) for who in {*asked.ASKED_BY.values(), asked.ANYBODY}}
    keys, faults = asked.rows(people[asked.ANYBODY], people["unit_editor", asked.BAC_NINH]), []
    for name, requests in asked.ASKED.items():
        client = signed_in(people[asked.ASKED_BY.get(name, asked.ANYBODY)])
        answers: dict[str, Shown] = {}
        for at, (method, address, *body) in enumerate(requests):
            answers[f"{at + 1}. {method} {address}"] = shown(client, method, address.format(**keys), *body)
        if os.environ.get("KEEP_SAMPLE"):
            keep(name, answers)
        kept = read(name)
        assert kept.keys() == answers.keys(), f"{name}: keep the sample of new requests (see above)"
        faults += [f"{told}: {fault}" for told in kept for fault in difference(kept[told], answers[told])]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("kept", "now", "fault"),
    [
        ({"a": 1}, {"a": 2, "b": 3}, ""),
        ({"a": None}, {"a": "1"}, ""),
        ({"a": 1}, {}, ".a: is gone"),
        ({"a": 1}, {"a": "1"}, ".a: was number, is text"),
        ({"a": "x"}, {"a": None}, ".a: was text, is null"),
        ({"a": True}, {"a": 1}, ".a: was boolean, is number"),
        ({"a": [{"b": 1}]}, {"a": [{"c": 1}]}, ".a[0].b: is gone"),
        ([1, 2], [1], ": had 2, has 1"),
    ],
)
def test_a_change_that_breaks_is_seen(kept, now, fault):
    assert list(breaks(kept, now)) == ([fault] if fault else [])
