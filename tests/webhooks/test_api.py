"""Receivers by the API: the pages' services, and a secret that one answer tells."""

import json

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.jobs.models import IdempotencyKey
from apps.webhooks.models import Attempt, Delivery, Subscription
from tests.accounts.clients import let_proof_grow_old
from tests.conftest import BAC_GIANG, BAC_NINH, TDC
from tests.people.people import person
from tests.people.test_token_pages import with_factor
from tests.people.test_tokens import by, code_of, issued

pytestmark = pytest.mark.django_db
URL = "/api/v1/webhooks/"
FACTS = {"label": "Nền tảng dữ liệu", "address": "https://nhan.example.vn/?k=1", "events": ["period.closed"]}


def post(client, url, data=None, **headers):
    return client.post(url, json.dumps(data or {}), content_type="application/json", headers=headers)


def test_the_secret_is_told_once_and_kept_nowhere(central_client):
    first, again = (post(central_client, URL, FACTS, **{"Idempotency-Key": "k"}) for _ in range(2))
    made = first.json()
    assert (first.status_code, again.status_code, Subscription.objects.count()) == (201, 200, 1)
    assert made["secret"].startswith("p996wh_")
    assert again.json() == made | {"secret": None}
    assert made["secret"] not in str(list(IdempotencyKey.objects.values()))
    shown = central_client.get(f"{URL}{made['id']}/")
    assert "secret" not in shown.json()
    assert shown.json()["address"] == "https://nhan.example.vn/?…"
    turned = post(central_client, f"{URL}{made['id']}/rotate/").json()["secret"]
    assert turned.startswith("p996wh_")
    assert turned != made["secret"]


def test_whose_rights_decide_is_oneself_or_a_program(central_client, central):
    program = person("Nền tảng", "service_account", TDC)
    mine = post(central_client, URL, FACTS | {"unit": BAC_NINH}).json()
    theirs = post(central_client, URL, FACTS | {"label": "Hai", "owner": program.email.upper()}).json()
    assert (mine["owner"], mine["unit"], theirs["owner"]) == (central.email, BAC_NINH, program.email)


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "http://nhan.example.vn/"}, {"address": "https://127.0.0.1/"}, {"events": []},
        {"events": ["jobs.export"]}, {"label": ""}, {"unit": "VN-99"}, {"owner": "ai@do.example"}, {"owner": 1},
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(central_client, wrong):
    answer = post(central_client, URL, FACTS | wrong)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, list(wrong))
    assert not Subscription.objects.exists()


def test_a_session_shows_a_recent_proof_where_the_pages_ask_for_one(central_client, subscribe):
    one = f"{URL}{subscribe().pk}/"
    let_proof_grow_old(central_client)
    for url in (URL, f"{one}rotate/", f"{one}remove/"):
        assert code_of(post(central_client, url, FACTS)) == (403, "proof_required"), url
    told = json.dumps({"updated_at": central_client.get(one).json()["updated_at"]})
    assert code_of(central_client.patch(one, told, content_type="application/json")) == (403, "proof_required")
    assert post(central_client, f"{one}pause/").json()["state"] == "paused"


def test_moves_in_their_turn_by_token(central, subscribe):
    key = issued(with_factor(central), ["webhooks:write"]).key
    client, made = by(key), subscribe()
    one = f"{URL}{made.pk}/"
    assert client.get(one).json()["allowed_actions"] == ["change", "pause", "rotate", "test", "remove"]
    assert post(client, f"{one}test/").json()["waiting"] == 1
    assert post(client, f"{one}pause/").json()["state"] == "paused"
    again = post(client, f"{one}pause/")
    assert (*code_of(again), again.json()["current"]) == (400, "wrong_state", "paused")
    assert post(client, f"{one}resume/").json()["state"] == "active"
    assert post(client, f"{one}remove/").json()["state"] == "removed"
    reading = by(issued(central, ["webhooks:read"], label="Đọc").key)
    assert reading.get(one).json()["allowed_actions"] == []
    assert code_of(post(reading, f"{one}pause/")) == (403, "wrong_scope")


def test_a_change_says_what_it_was_made_from(central_client, subscribe):
    one = f"{URL}{subscribe().pk}/"
    seen = central_client.get(one).json()

    def patch(**facts):
        return central_client.patch(one, json.dumps(facts), content_type="application/json")

    changed = patch(label="Tên khác", events=["report.accepted"], unit=BAC_NINH, updated_at=seen["updated_at"]).json()
    assert (changed["label"], changed["events"], changed["unit"]) == ("Tên khác", ["report.accepted"], BAC_NINH)
    assert (changed["address"], changed["owner"]) == (seen["address"], seen["owner"])
    stale = patch(label="Tên thứ ba", updated_at=seen["updated_at"])
    assert (*code_of(stale), stale.json()["current"]) == (409, "stale", "active")
    assert patch(label="Tên thứ ba").json()["errors"]["updated_at"]
    assert patch(events=["x"], updated_at=changed["updated_at"]).json()["errors"]["events"]
    assert patch(label="Tên khác", updated_at=changed["updated_at"]).json() == changed  # nothing was another
    [row] = AuditEvent.objects.filter(action="webhook.changed")
    assert (row.before["label"], row.after["label"], row.after["unit"]) == (seen["label"], "Tên khác", "Bắc Ninh")


def test_what_is_sent_back_as_it_was_read_may_stay_though_its_unit_ended(central_client, subscribe):
    made = subscribe()
    Subscription.objects.filter(pk=made.pk).update(unit=BAC_GIANG)  # since 1/7/2025 a part of Bắc Ninh
    one = f"{URL}{made.pk}/"
    seen = central_client.get(one).json()
    facts = {name: seen[name] for name in ("events", "unit", "updated_at")}

    def patch(**told):
        return central_client.patch(one, json.dumps(facts | told), content_type="application/json")

    changed = patch(label="Tên khác").json()
    assert (changed["label"], changed["unit"]) == ("Tên khác", BAC_GIANG)
    facts["updated_at"] = changed["updated_at"]
    assert patch(unit="VN-67-2008").json()["errors"]["unit"]  # another that ended


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_and_sending_again(central_client, subscribe, count, django_assert_max_num_queries):
    now, made = timezone.now(), subscribe()
    facts = {"subscription": made, "event": "period.closed", "data": {}, "occurred_at": now, "next_at": now}
    rows = [Delivery.objects.create(**facts, state="failed", finished_at=now) for _ in range(count)]
    for row in rows:
        Attempt.objects.create(delivery=row, milliseconds=1, failure="too_slow")
    log = f"{URL}{made.pk}/deliveries/"
    central_client.get(log)
    with django_assert_max_num_queries(14):
        told = central_client.get(log).json()
    assert [one["tries"][0]["failure"] for one in told["results"]] == ["too_slow"] * count
    sent = post(central_client, f"{log}{rows[0].pk}/redeliver/").json()
    assert (sent["id"], sent["state"], sent["allowed_actions"]) == (str(rows[0].pk), "pending", [])
    assert code_of(post(central_client, f"{log}{rows[0].pk}/redeliver/")) == (400, "wrong_state")
    elsewhere = subscribe("Khác")
    assert central_client.get(f"{URL}{elsewhere.pk}/deliveries/{rows[0].pk}/").status_code == 404
