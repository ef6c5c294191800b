"""A trial merger of two provinces, looked at on its eve and on its day, wherever units show."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.organisations.asked import UnitView
from apps.people.rights import rights_of, units_with
from apps.progress.figures import figures
from apps.progress.services import recompute
from apps.targets.models import Indicator
from tests.factories.enterprises import ProgrammeEventFactory
from tests.factories.tasks import PlanTaskFactory
from tests.organisations.found import units_found
from tests.reorganisations.acts import BAC_NINH, LAM_DONG, done, merger, unit

pytestmark = pytest.mark.django_db
YEAR = 2026


@pytest.fixture
def on_its_day(tomorrow, monkeypatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(timezone, "localdate", lambda *_: tomorrow)


@pytest.fixture
def planned(central, tomorrow):
    """Three enterprises of Bắc Ninh and one of its predecessor Bắc Giang, two of Lâm Đồng; the merger is recorded."""
    for place, count in ((BAC_NINH, 3), ("VN-24-2008", 1), (LAM_DONG, 2)):
        day = date(2024, 5, 6) if place.endswith("2008") else date(YEAR, 3, 12)
        ProgrammeEventFactory.create_batch(count, unit_id=place, occurred_on=day)
    recompute()
    return done(merger(tomorrow), central).begun.get()


@pytest.fixture
def officer_client(officer, signed_in) -> Client:
    return signed_in(officer)


def mt5(view: UnitView) -> dict[str | None, int]:
    found = figures(Indicator.objects.get(code="MT5"), view=view, year=YEAR)
    return {figure.unit_id: int(figure.value) for figure in found if figure.value}


def listed(client: Client, **query: str) -> set[str]:
    answer = client.get("/units/", {"kind": "province", "per_page": 100, **query})
    return {row.record.pk for row in answer.context["table"].rows}


def test_both_unit_views(planned, on_its_day):
    eve = {None: 6, BAC_NINH: 4, LAM_DONG: 2}
    reported = {None: 6, BAC_NINH: 3, "VN-24-2008": 1, LAM_DONG: 2}
    assert (mt5(UnitView.CURRENT), mt5(UnitView.AS_REPORTED)) == (eve, reported)
    on_its_day()
    assert mt5(UnitView.CURRENT) == {None: 6, planned.pk: 6}
    assert mt5(UnitView.AS_REPORTED) == reported
    recompute()
    assert mt5(UnitView.CURRENT) == {None: 6, planned.pk: 6}
    assert mt5(UnitView.AS_REPORTED) == reported


def test_who_reports_on_screen_and_on_paper(planned, officer_client, on_its_day, tomorrow):
    today, day = listed(officer_client), f"{tomorrow:%d/%m/%Y}"
    assert {BAC_NINH, LAM_DONG} <= today
    assert planned.pk not in today
    ahead = listed(officer_client, on=day)
    assert planned.pk in ahead
    assert not {BAC_NINH, LAM_DONG} & ahead
    assert f'data-unit="{planned.pk}"' not in officer_client.get("/units/print/").content.decode()
    paper = officer_client.get("/units/print/", {"on": day}).content.decode()
    assert "<td>Thành phố Bắc Lâm</td>" in paper
    assert f'data-unit="{BAC_NINH}"' not in paper
    on_its_day()
    assert listed(officer_client) == ahead
    assert listed(officer_client, reporting="1") == ahead
    assert f'data-unit="{planned.pk}"' in officer_client.get("/units/print/").content.decode()


def test_memberships_follow(planned, keeper, outsider, on_its_day):
    def now(person: User) -> User:
        return User.objects.get(pk=person.pk)

    assert rights_of(now(keeper)).units == (BAC_NINH,)
    on_its_day()
    for person in (keeper, outsider):
        assert rights_of(now(person)).units == (planned.pk,)
        assert {planned.pk, BAC_NINH, LAM_DONG} <= units_with(now(person), "enterprises.change_enterprise").ids
    assert keeper.memberships.get().unit_id == BAC_NINH  # the row itself stays where it was given


def test_search_leads_to_the_new_unit(planned, officer_client, on_its_day):
    assert planned.pk not in units_found(officer_client, "Lâm Đồng")
    on_its_day()
    for text in ("Lâm Đồng", "lam dong", "Bắc Giang", "Bắc Lâm", "TP.BL"):
        assert planned.pk in units_found(officer_client, text), text
    assert listed(officer_client, q="Lâm Đồng") == {planned.pk}


def test_history_of_the_old_unit_is_intact(planned, officer_client, on_its_day, tomorrow):
    before = list(unit(BAC_NINH).names.values_list("name", "valid_from"))
    on_its_day()
    assert list(unit(BAC_NINH).names.values_list("name", "valid_from")) == before
    page = officer_client.get("/units/bac-ninh/").content.decode()
    eve = tomorrow - timedelta(days=1)
    figures_page = "/units/bac-ninh/figures/?units=as-reported"
    told = ("Tỉnh Bắc Ninh", "Thành phố Bắc Ninh", f"Đơn vị này tồn tại đến {eve:%d/%m/%Y}.", "Nay thuộc")
    for text in (*told, 'href="/units/bac-lam/"', "99/2026/QH16", figures_page):
        assert text in page, text
    new = officer_client.get("/units/bac-lam/").content.decode()
    assert 'href="/units/bac-ninh/"' in new
    assert "Chưa có hiệu lực" not in new
    assert officer_client.get(f"/targets/mt5/provenance/{YEAR}/bac-ninh/?units=as-reported").status_code == 200
    told = AuditEvent.objects.get(action="reorganisation.recorded", target_id=BAC_NINH)
    assert told.after == {"valid_to": eve.isoformat()}


def test_planned_unit_says_so_until_its_day(planned, officer_client, on_its_day, tomorrow):
    page = officer_client.get("/units/bac-lam/").content.decode()
    assert f"Đơn vị có hiệu lực từ {tomorrow:%d/%m/%Y}." in page
    assert "Chưa có hiệu lực" in page
    assert "Đã kết thúc" not in page
    old = officer_client.get("/units/bac-ninh/").content.decode()
    assert "Đang hoạt động" in old
    PlanTaskFactory(lead_unit_id=BAC_NINH, state="in_progress")
    assert "Nhiệm vụ chủ trì" in officer_client.get("/units/bac-ninh/").content.decode()
    assert "Nay thuộc" not in old
    ahead = officer_client.get("/units/bac-ninh/", {"on": f"{tomorrow:%d/%m/%Y}"}).content.decode()
    assert "Nay thuộc" in ahead


def test_agency_of_the_frame_outlives_a_planned_merger(central, officer_client, tomorrow):
    """A merger of the ministry in charge that is only planned must not take the agency's name off the pages."""
    name = officer_client.get("/search/").context["shell"].agency
    office = unit("UBTDC")
    office.valid_to = tomorrow
    office.save(update_fields=["valid_to"])
    assert officer_client.get("/search/").context["shell"].agency == name
