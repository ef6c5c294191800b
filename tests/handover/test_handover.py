"""Published figures on their way to the national reporting system: what is said, answered, taken back."""

import hashlib
import hmac
import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.handover import mapping as mappings
from apps.handover import services
from apps.handover.mapping import Mapped, mapping
from apps.handover.message import values_of
from apps.handover.models import ANSWER_KEPT, Handover
from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.notifications.models import Notification
from apps.progress.services import recompute
from apps.public.open_files import content_of
from apps.public.open_tables import TABLES, Edition
from apps.targets.models import Indicator, Publication
from apps.targets.publishing import withdraw_publication
from tests.factories.closings import close, publish
from tests.factories.enterprises import ProgrammeEventFactory
from tests.handover.conftest import KEY
from tests.webhooks.receiver import status

pytestmark = pytest.mark.django_db


def work() -> int:
    """Every job of ours that waits, due or not, as relay and workers would do it; how many ran."""
    ran = 0
    while row := Job.objects.filter(kind__startswith="handover.", state="pending", not_before__lte=clock.machine_now()):
        Job.objects.filter(pk=row[0].pk).update(not_before=Now())
        assert run_job(row[0].pk) == "done", Job.objects.get(pk=row[0].pk).error
        ran += 1
    return ran


def later() -> None:
    """The pause before the next attempt is over."""
    Handover.objects.filter(state="pending").update(next_at=timezone.now())
    Job.objects.filter(kind="handover.send", state="pending").update(not_before=Now())


def answering(code: int, text: str = "") -> Any:
    def answer(handler: Any) -> None:
        body = text.encode()
        handler.send_response(code)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def states() -> list[tuple[str, str]]:
    return list(Handover.objects.order_by("number").values_list("kind", "state"))


def told(request: Any) -> dict[str, Any]:
    return json.loads(request.body)


def observations(message: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """(their code of the indicator, area) → number, as a reader of SDMX-JSON finds them."""
    structure, [data_set] = message["data"]["structures"][0], message["data"]["dataSets"]
    lists = [[one["id"] for one in dimension["values"]] for dimension in structure["dimensions"]["observation"]]
    attributes = [[one["id"] for one in attribute["values"]] for attribute in structure["attributes"]["observation"]]
    found = {}
    for key, cell in data_set["observations"].items():
        place = tuple(values[int(number)] for values, number in zip(lists, key.split(":"), strict=True))
        found[place] = (
            (cell[0], *(values[at] for values, at in zip(attributes, cell[1:], strict=True))) if cell else None
        )
    return found


@pytest.fixture
def published() -> Publication:
    for _number in range(6):
        ProgrammeEventFactory(occurred_on=date(2025, 3, 12))
    recompute()
    close(2025)
    return publish(2025)


def test_what_is_published_arrives_signed_with_the_very_numbers_of_open_data(system, published):
    system.answer = answering(200, '{"id": "BN-2025-17"}')
    assert work() == 2
    [row], [request] = Handover.objects.all(), system.got
    assert (row.state, row.receipt) == ("delivered", "BN-2025-17")
    assert row.received_at is not None
    assert request.headers["X-P996-Delivery"] == request.headers["Idempotency-Key"] == str(row.pk)
    moment, _comma, given = request.headers["X-P996-Signature"].partition(",v1=")
    signed = moment.removeprefix("t=").encode() + b"." + request.body
    assert given == hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
    assert KEY not in str(list(Handover.objects.values()))
    message, codes = told(request), {one.code: code for code, one in mapping().indicators.items()}
    assert message["meta"]["id"] == str(row.pk)
    assert message["meta"]["test"] is True  # by codes that are invented
    sent = {(codes[code], area): cell[0] for (code, area), cell in observations(message).items()}
    table = json.loads(content_of(Edition(published), TABLES["figures"], "json"))
    assert sent == {(one["indicator"], one["unit"]): one["value"] for one in table if one["value"] is not None}
    assert sent
    assert message["data"]["structures"][0]["dimensions"]["dataSet"][0]["values"][0]["id"] == "2025"
    assert set(AuditEvent.objects.filter(action__startswith="handover.").values_list("action", flat=True)) == {
        "handover.planned",
        "handover.delivered",
    }


def test_message_is_of_the_form_that_the_standard_asks_for(published):
    message = values_of(published, mapping(), "0-0")
    meta, [structure] = message["meta"], message["data"]["structures"]
    assert {"schema", "id", "prepared", "sender"} <= set(meta)
    assert re.fullmatch(r"[A-Za-z0-9_@$-]+", meta["sender"]["id"])
    assert structure["dataSets"] == [0]
    every = [*structure["dimensions"]["dataSet"], *structure["dimensions"]["observation"]]
    assert sorted(one["keyPosition"] for one in every) == [0, 1, 2]
    assert {one["id"] for one in every} == set(mapping().dimensions.values())
    [data_set] = message["data"]["dataSets"]
    assert (data_set["structure"], data_set["action"]) == (0, "Replace")


def test_multiplier_divides_and_says_so(published):
    told_anew = mapping().__class__(**mapping().__dict__ | {"indicators": {"MT5": Mapped("X5", "DN", 3)}})
    found = observations(values_of(published, told_anew, "0-0"))
    value, measured_in, multiplier = found["X5", "VN"]
    assert (measured_in, multiplier) == ("DN", "3")
    table = json.loads(content_of(Edition(published), TABLES["figures"], "json"))
    [nation] = [one["value"] for one in table if (one["indicator"], one["unit"]) == ("MT5", "VN")]
    assert Decimal(str(value)) * 1000 == nation > 0


def test_every_indicator_of_the_programme_has_a_code_that_is_marked_as_invented():
    assert set(Indicator.objects.values_list("code", flat=True)) == set(mapping().indicators)
    assert mapping().is_illustrative
    assert "minh họa" in mapping().note
    assert all(one.code.startswith("MINHHOA_") for one in mapping().indicators.values())


@pytest.mark.parametrize(
    "change",
    [
        {"dimensions": {"indicator": "A", "unit": "A", "period": "B"}},
        {"indicators": {"MT1": {"code": "A B", "unit_of_measure": "X"}}},
        {"indicators": {"MT1": {"code": "A", "unit_of_measure": "X"}, "MT2": {"code": "A", "unit_of_measure": "X"}}},
        {"indicators": {"MT1": {"code": "A", "unit_of_measure": "X", "multiplier": 0.5}}},
        {"something": "else"},
    ],
)
def test_mapping_that_makes_no_sense_stops_the_reader(change, settings, tmp_path):
    kept = json.loads(settings.OWN_FACTS.joinpath("handover.json").read_text())
    (tmp_path / "handover.json").write_text(json.dumps(kept | change))
    settings.FACTS = tmp_path
    mappings.mapping.cache_clear()
    try:
        with pytest.raises(ImproperlyConfigured):
            mapping()
    finally:
        mappings.mapping.cache_clear()


def test_system_that_is_away_is_asked_again_with_growing_pauses_and_the_same_bytes(system, published):
    system.answer = lambda handler: status(handler, 503)
    work()
    pauses = []
    for _attempt in range(3):
        row = Handover.objects.get()
        pauses.append((row.next_at - row.tries.last().at).total_seconds() // 60)
        later()
        work()
    assert pauses == sorted(pauses)
    assert len(set(pauses)) == 3
    system.answer = answering(201, "đã nhận")
    later()
    work()
    row = Handover.objects.get()
    assert (row.state, row.receipt, row.answer) == ("delivered", "", "đã nhận")
    assert len({request.body for request in system.got}) == len({r.headers["Idempotency-Key"] for r in system.got}) == 1
    assert [one.answer_code for one in row.tries.all()] == [503] * 4 + [201]


def test_after_three_days_it_is_given_up_told_and_sent_anew_by_hand(system, published, central, signed_in, monkeypatch):
    monkeypatch.setattr("apps.handover.services.sending.MINUTES", (1,))
    system.answer = lambda handler: status(handler, 503)
    work()
    later()
    work()
    row = Handover.objects.get()
    assert row.state == "failed"
    assert Notification.objects.filter(kind="handover.failed", user=central).exists()
    system.answer = answering(200, '{"id": 17}')
    client = signed_in(central)
    page = client.get(reverse("handover:handover_list")).text
    assert "Gửi lại" in page
    client.post(reverse("handover:handover_resend", args=[row.pk]))
    work()
    row.refresh_from_db()
    assert (row.state, row.receipt) == ("delivered", "17")
    assert AuditEvent.objects.filter(action="handover.resent", actor_id=central.pk).count() == 1
    assert "17 · " in client.get(reverse("handover:handover_list")).text
    assert "MINHHOA_MT5" in client.get(row.get_absolute_url()).text


def test_message_that_is_refused_is_not_sent_again_by_itself(system, published):
    system.answer = answering(422, "x" * 10_000)
    work()
    row = Handover.objects.get()
    assert row.state == "failed"
    assert len(row.answer) == ANSWER_KEPT
    later()
    work()
    assert len(system.got) == 1


def test_publication_that_is_taken_back_is_taken_back_there(system, published):
    work()
    withdraw_publication(published, "Nhầm số", by=published.published_by)
    work()
    assert states() == [("values", "delivered"), ("withdrawal", "delivered")]
    first, last = map(told, system.got)
    assert last["data"]["dataSets"][0]["action"] == "Delete"
    assert observations(last) == dict.fromkeys(observations(first))
    services.prepare(published.pk)
    assert len(states()) == 2


def test_what_nobody_was_sent_is_not_sent_after_it_was_taken_back(system, published):
    services.prepare(published.pk)
    withdraw_publication(published, "Nhầm số", by=published.published_by)
    work()
    assert states() == [("values", "withheld")]
    assert not system.got


def test_what_they_may_have_heard_of_is_taken_back_all_the_same(system, published):
    system.answer = lambda handler: status(handler, 503)
    work()
    withdraw_publication(published, "Nhầm số", by=published.published_by)
    system.answer = answering(200)
    work()
    assert states() == [("values", "withheld"), ("withdrawal", "delivered")]
    failed = Handover.objects.get(kind="values")
    with pytest.raises(ValidationError):
        services.resend(failed, by=published.published_by)


def test_later_publication_follows_and_its_withdrawal_brings_the_earlier_one_again(system, published):
    work()
    close(2025)
    second = publish(2025)
    work()
    withdraw_publication(second, "Nhầm số", by=second.published_by)
    work()
    assert states() == [("values", "delivered")] * 2 + [("withdrawal", "delivered"), ("values", "delivered")]
    assert Handover.objects.first().publication_id == published.pk
    assert [told(request)["data"]["dataSets"][0]["action"] for request in system.got] == [
        "Replace",
        "Replace",
        "Delete",
        "Replace",
    ]


def test_withdrawal_goes_before_what_comes_after_it(system, published):
    work()
    system.answer = lambda handler: status(handler, 503)
    withdraw_publication(published, "Nhầm số", by=published.published_by)
    work()
    close(2025)
    publish(2025)
    work()
    assert [state for _kind, state in states()] == ["delivered", "pending", "pending"]
    assert [row.kind for row in Handover.objects.in_turn()] == ["withdrawal"]
    system.answer = answering(200)
    later()
    work()
    assert [state for _kind, state in states()] == ["delivered"] * 3
    assert told(system.got[-1])["data"]["dataSets"][0]["action"] == "Replace"


def test_without_an_address_nothing_is_written_and_the_page_says_so(published, central, signed_in):
    work()
    assert not Handover.objects.exists()
    page = signed_in(central).get(reverse("handover:handover_list")).text
    assert "Chưa thiết lập địa chỉ và khóa" in page


def test_address_that_is_set_up_later_gets_what_was_published_before(published, system):
    Job.objects.all().delete()
    services.prepare_all()
    work()
    services.prepare_all()
    assert states() == [("values", "delivered")]


@pytest.mark.parametrize("number", ["10.0.0.7", "127.0.0.1", "169.254.169.254"])
def test_inner_address_is_not_called(system, published, number):
    system.names["nhan.example.vn"] = [number]
    work()
    row = Handover.objects.get()
    assert (row.state, row.tries.get().failure) == ("pending", "barred")
    assert not system.got
    assert not system.called


def test_odd_address_and_short_key_are_said_at_start(settings):
    settings.NATIONAL_REPORTING_URL, settings.NATIONAL_REPORTING_KEY = "http://10.0.0.1/", "abc"
    found = {one.id for one in run_checks()}
    assert {"handover.E001", "handover.E002"} <= found


def test_others_see_nothing_of_it(published, keeper, signed_in):
    assert signed_in(keeper).get(reverse("handover:handover_list")).status_code == 403
