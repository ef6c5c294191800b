"""The forms that change the register, each asked: works, other unit, no right, wrong state, bad data, sent twice."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.enterprises import services
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.jobs.models import Job
from apps.targets.models import RecomputeRequest
from tests.conftest import BAC_NINH, LAM_DONG
from tests.enterprises.conftest import LIST, text_of
from tests.factories.enterprises import tax_code

pytestmark = pytest.mark.django_db


def facts(**fields) -> dict[str, str]:
    kept = {
        "key": "k1", "tax_code": tax_code(31), "name": "Công ty mới", "ownership": "private", "industry_code": "C10",
        "unit": BAC_NINH, "located_on": "01/08/2025", "address": "", "note": "",
    }  # fmt: skip
    return kept | fields


def event_facts(**fields) -> dict[str, str]:
    kept = {"key": "k1", "form": "served", "stage": "applied", "occurred_on": "12/03/2026", "unit": BAC_NINH}
    return kept | {"note": "", "reason": "Nhầm"} | fields


def errors_of(response) -> dict[str, list[str]]:
    return response.context["form"].errors


def test_register_makes_the_enterprise(client, keeper):
    response = client.post(f"{LIST}new/", facts(name="  Công  ty   mới "))
    made = Enterprise.objects.get()
    assert response.url == made.get_absolute_url()
    assert (made.name, made.industry.code, made.industry.version) == ("Công ty mới", "10", "2018")
    assert "Thêm giai đoạn thực hiện" in text_of(client.get(response.url))


def test_register_sent_twice_makes_one(client):
    assert client.post(f"{LIST}new/", facts()).url == client.post(f"{LIST}new/", facts()).url
    assert Enterprise.objects.count() == 1
    again = client.post(f"{LIST}new/", facts(key="k2"))
    assert again.status_code == 409
    assert "tax_code" in errors_of(again)


def test_each_form_has_a_key_of_its_own(client):
    keys = {client.get(f"{LIST}new/").context["form"]["key"].value() for _ in range(3)}
    assert len(keys) == 3


BAD = [
    ({"tax_code": "12345"}, "tax_code"),
    ({"tax_code": ""}, "tax_code"),
    ({"tax_code": "001099012345"}, "tax_code"),
    ({"name": " "}, "name"),
    ({"name": "A\u202eB"}, "name"),
    ({"name": "x" * 301}, "name"),
    ({"ownership": "x"}, "ownership"),
    ({"industry_code": "99999X"}, "industry_code"),
    ({"unit": LAM_DONG}, "unit"),
    ({"unit": "X"}, "unit"),
    ({"located_on": "31/02/2026"}, "located_on"),
    ({"located_on": "01/08/2999"}, "located_on"),
    ({"located_on": "2026-08-01"}, "located_on"),
    ({"located_on": "01/08/2024"}, "unit"),  # that province did not exist yet
    ({"key": ""}, "key"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD, ids=[str(wrong) for wrong, _field in BAD])
def test_register_explains_bad_facts(client, wrong, field):
    response = client.post(f"{LIST}new/", facts(**wrong))
    assert response.status_code == 200
    assert list(errors_of(response)) == [field]
    assert response.content.decode().count("Cần sửa 1 lỗi") == 1
    assert not Enterprise.objects.exists()


def test_a_wrong_check_digit_asks_for_a_reason_and_then_passes(client):
    wrong = facts(tax_code="2400000010")
    assert 'type="hidden" name="tax_code_reason"' in client.get(f"{LIST}new/").content.decode()
    asked = client.post(f"{LIST}new/", wrong)
    assert "Chữ số kiểm tra không khớp" in errors_of(asked)["tax_code_reason"][0]
    assert 'type="text" name="tax_code_reason"' in asked.content.decode()
    client.post(f"{LIST}new/", wrong | {"tax_code_reason": "Theo giấy đăng ký"})
    assert Enterprise.objects.get().tax_code_reason == "Theo giấy đăng ký"


def test_a_household_has_its_own_number(client):
    client.post(f"{LIST}new/", facts(tax_code="001099012345", ownership="household"))
    assert Enterprise.objects.get().shown_tax_code == "••••••••2345"


def test_update_keeps_what_was_not_asked(client, enterprise):
    page = client.get(f"{enterprise.get_absolute_url()}edit/")
    sent = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    response = client.post(f"{enterprise.get_absolute_url()}edit/", sent | {"name": "Tên mới"})
    before = (enterprise.tax_code, enterprise.unit_id, enterprise.located_on)
    enterprise.refresh_from_db()
    assert response.url == enterprise.get_absolute_url()
    assert enterprise.name == "Tên mới"
    assert (enterprise.tax_code, enterprise.unit_id, enterprise.located_on) == before
    assert "Đã lưu hồ sơ" in text_of(client.get(response.url))


def test_update_of_a_changed_record_is_a_conflict(client, keeper, enterprise):
    seen = enterprise.updated_at.isoformat()
    services.update_enterprise(enterprise, {"name": "Của người kia"}, by=keeper)
    response = client.post(f"{enterprise.get_absolute_url()}edit/", facts(seen=seen, tax_code=enterprise.tax_code))
    assert response.status_code == 409
    assert "vừa được người khác sửa" in text_of(response)
    enterprise.refresh_from_db()
    assert enterprise.name == "Của người kia"


def test_add_event_recounts_and_says_so(client, keeper, enterprise):
    response = client.post(f"{enterprise.get_absolute_url()}events/new/", event_facts())
    made = ProgrammeEvent.objects.get()
    assert (made.reported_by_id, made.entered_by, made.programme.form) == (BAC_NINH, keeper, "served")
    assert RecomputeRequest.objects.get().source == "enterprises.programme_event"
    assert Job.objects.filter(kind="progress.recompute").exists()
    page = client.get(response.url)
    assert "Số liệu MT5 đang được tính lại" in text_of(page)
    assert 'role="status"' in page.content.decode()
    assert reverse("progress:indicator_detail", args=["mt5"]) in page.content.decode()


def test_add_event_sent_twice_makes_one(client, enterprise):
    for _ in range(2):
        assert client.post(f"{enterprise.get_absolute_url()}events/new/", event_facts()).status_code == 302
    assert ProgrammeEvent.objects.count() == 1
    again = client.post(f"{enterprise.get_absolute_url()}events/new/", event_facts(key="k2"))
    assert "Chương trình này đã có giai đoạn đó" in text_of(again)
    assert ProgrammeEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"stage": ""}, "stage"),
        ({"form": "x"}, "form"),
        ({"occurred_on": "hôm qua"}, "occurred_on"),
        ({"occurred_on": "12/03/2024"}, "unit"),
        ({"unit": LAM_DONG}, "unit"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_add_event_explains_bad_facts(client, enterprise, wrong, field):
    response = client.post(f"{enterprise.get_absolute_url()}events/new/", event_facts(**wrong))
    assert list(errors_of(response)) == [field]
    assert not ProgrammeEvent.objects.exists()
    assert not RecomputeRequest.objects.exists()


def test_correct_and_withdraw(client, enterprise, event_of):
    event = event_of(enterprise)
    seen = event.updated_at.isoformat()
    client.post(f"{LIST}events/{event.pk}/correct/", event_facts(occurred_on="01/04/2026", seen=seen))
    event.refresh_from_db()
    assert event.occurred_on == date(2026, 4, 1)
    client.post(f"{LIST}events/{event.pk}/withdraw/", {"reason": "Nhập nhầm"})
    event.refresh_from_db()
    assert event.withdrawn_reason == "Nhập nhầm"


@pytest.mark.parametrize("verb", ["correct", "withdraw"])
def test_a_change_of_an_event_needs_a_reason(client, enterprise, event_of, verb):
    event = event_of(enterprise)
    response = client.post(f"{LIST}events/{event.pk}/{verb}/", event_facts(reason="  "))
    assert errors_of(response)["reason"] == ["Nhập lý do."]
    event.refresh_from_db()
    assert event.is_live


@pytest.mark.parametrize("verb", ["correct", "withdraw"])
def test_a_withdrawn_event_is_a_conflict(client, keeper, enterprise, event_of, verb):
    event = event_of(enterprise)
    services.withdraw_event(event, "Nhập nhầm", by=keeper)
    address = f"{LIST}events/{event.pk}/{verb}/"
    assert client.get(address).url == enterprise.get_absolute_url()
    response = client.post(address, event_facts(seen=event.updated_at.isoformat()))
    assert response.status_code == 409
    assert "Giai đoạn đã được thu hồi" in text_of(response)


NEW = "new/"
ROWS = ["{enterprise}/edit/", "{enterprise}/events/new/", "events/{event}/correct/", "events/{event}/withdraw/"]


@pytest.mark.parametrize("door", [NEW, *ROWS])
@pytest.mark.parametrize("method", ["get", "post"])
def test_changes_need_the_right(signed_in, officer, stranger, enterprise, event_of, door, method):
    address = LIST + door.format(enterprise=enterprise.pk, event=event_of(enterprise).pk)
    for person in (officer, stranger):
        response = getattr(signed_in(person), method)(address, event_facts() | facts())
        assert response.status_code == 403
        assert enterprise.name not in response.content.decode()
    assert ProgrammeEvent.objects.live().count() == 1


@pytest.mark.parametrize("door", ROWS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_changes_of_another_units_rows_are_not_found(signed_in, outsider, enterprise, event_of, door, method):
    address = LIST + door.format(enterprise=enterprise.pk, event=event_of(enterprise).pk)
    response = getattr(signed_in(outsider), method)(address, event_facts() | facts())
    assert response.status_code == 404
    assert enterprise.name not in response.content.decode()
    enterprise.refresh_from_db()
    assert enterprise.name != facts()["name"]


def test_changes_ask_for_a_csrf_token(keeper, enterprise):
    client = Client(enforce_csrf_checks=True)
    client.force_login(keeper, backend="apps.people.backends.MembershipBackend")
    assert client.post(f"{LIST}new/", facts()).status_code == 403
    assert Enterprise.objects.count() == 1


@pytest.mark.parametrize("seen", [None, "", "hôm qua"])
def test_a_change_that_does_not_say_what_it_saw_is_refused(client, enterprise, seen):
    """Without it the check against a colleague's newer change would be skipped."""
    form = facts(tax_code=enterprise.tax_code, name="Tên đè lên") | ({} if seen is None else {"seen": seen})
    response = client.post(f"{enterprise.get_absolute_url()}edit/", form)
    assert response.status_code == 200
    assert "Mở lại trang" in response.content.decode()
    enterprise.refresh_from_db()
    assert enterprise.name != "Tên đè lên"
