"""What the register narrows by, and what the database itself holds."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.enterprises.models import Enterprise, EnterprisePlace, ProgrammeEvent
from apps.enterprises.selectors import (
    Province,
    Provinces,
    Year,
    counted_event,
    figure_note,
    read_provinces,
    register_facts,
)
from apps.progress.sources import COUNTS
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.enterprises import EnterpriseFactory, tax_code

pytestmark = pytest.mark.django_db


def names(queryset) -> list[str]:
    return list(queryset.order_by("name_sort", "id").values_list("name", flat=True))


@pytest.mark.parametrize("typed", ["song cau", "SÔNG CẦU", "bao dam", "đảm bảo", "Bảo đảm"], ids=lambda text: text)
def test_search_ignores_accents_and_case(reference, typed):
    EnterpriseFactory(name="Công ty Sông Cầu Bảo đảm")
    EnterpriseFactory(name="Công ty Hồng Hà")
    wanted = "Công ty Sông Cầu Bảo đảm"
    assert names(Enterprise.objects.search(typed)) == [wanted]


def test_search_takes_the_beginning_of_a_tax_code(reference):
    one = EnterpriseFactory(tax_code=tax_code(77))
    branch = EnterpriseFactory(tax_code=f"{tax_code(77)}-001")
    EnterpriseFactory(tax_code=tax_code(4_000_077))
    assert set(Enterprise.objects.search(one.tax_code[:8])) == {one, branch}
    assert list(Enterprise.objects.search(f"{one.tax_code}001")) == [branch]
    assert list(Enterprise.objects.search(f"{one.tax_code}-0")) == [branch]


def test_a_households_number_cannot_be_guessed_digit_by_digit(reference):
    household = EnterpriseFactory(tax_code="001099012345", ownership=Enterprise.Ownership.HOUSEHOLD, name="Hộ bà Tư")
    for known in range(1, 12):
        assert not Enterprise.objects.search("001099012345"[:known]).exists()
    assert list(Enterprise.objects.search("001099012345")) == [household]
    assert household.shown_tax_code == "••••••••2345"


def test_search_uses_the_trigram_index(reference):
    EnterpriseFactory.create_batch(3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = Enterprise.objects.search("Sông Cầu").order_by().explain()
    assert "enterprise_name_trgm" in plan


def withdraw(event: ProgrammeEvent) -> None:
    by = User.objects.create_user("rut@example.vn", full_name="Người rút")
    ProgrammeEvent.objects.filter(pk=event.pk).update(
        withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_reason="Nhập nhầm"
    )


def test_with_progress_tells_latest_stage_and_first_day_in_force(enterprise, event_of):
    event_of(enterprise, "approached", date(2023, 5, 1), unit=BAC_GIANG)
    first = event_of(enterprise, "applied", date(2024, 3, 12), unit=BAC_GIANG)
    event_of(enterprise, "maintained", date(2026, 2, 2), form="written")
    gone = event_of(enterprise, "stopped", date(2026, 5, 5))
    withdraw(gone)
    row = Enterprise.objects.with_progress().get()
    assert row.latest["stage"] == "maintained"
    assert row.first == {"on": first.occurred_on.isoformat(), "unit": BAC_GIANG}


def test_started_within_asks_for_the_first_event_of_either_form(reference, event_of):
    early, late, never = (EnterpriseFactory(name=name) for name in ("Sớm", "Muộn", "Chưa"))
    event_of(early, "applied", date(2023, 6, 1), unit=BAC_GIANG)
    event_of(early, "applied", date(2024, 6, 1), unit=BAC_GIANG, form="written")
    event_of(late, "maintained", date(2024, 7, 1), unit=BAC_GIANG)
    event_of(never, "issued", date(2024, 7, 1), unit=BAC_GIANG)
    since = date(2018, 12, 15)
    last_year, before = (date(2023, 12, 15), date(2024, 12, 14)), (date(2022, 12, 15), date(2023, 12, 14))
    assert names(Enterprise.objects.started_within([last_year], since=since)) == ["Muộn"]
    assert names(Enterprise.objects.started_within([before], since=since)) == ["Sớm"]
    assert names(Enterprise.objects.started_within([last_year, before], since=since)) == ["Muộn", "Sớm"]


def test_latest_is_takes_the_later_row_of_one_day(reference, event_of):
    stopped, going = EnterpriseFactory(name="Ngừng"), EnterpriseFactory(name="Tiếp")
    event_of(stopped, "applied", date(2026, 1, 5))
    event_of(stopped, "stopped", date(2026, 1, 5), form="written")
    event_of(going, "stopped", date(2026, 1, 5))
    event_of(going, "maintained", date(2026, 2, 5))
    assert names(Enterprise.objects.latest_is(Q(stage="stopped"))) == ["Ngừng"]
    assert names(Enterprise.objects.latest_is(Q(stage__in=ProgrammeEvent.IN_FORCE))) == ["Tiếp"]


# --- places -----------------------------------------------------------------------------------------------------------


def places() -> set[tuple[int, str]]:
    return set(EnterprisePlace.objects.values_list("enterprise_id", "unit_id"))


def places_told_by_facts() -> set[tuple[int, str]]:
    seats = set(Enterprise.objects.live().values_list("pk", "unit_id"))
    opening = ProgrammeEvent.objects.live().filter(opens_record=True)
    return seats | set(opening.values_list("programme__enterprise_id", "unit_id"))


def test_places_follow_every_change(reference, event_of):
    one, other = EnterpriseFactory(), EnterpriseFactory(unit_id=LAM_DONG)
    moved = event_of(one, "applied", date(2024, 3, 12), unit=BAC_GIANG)
    event_of(one, "approached", date(2024, 1, 12), unit=BAC_GIANG)
    assert places() == places_told_by_facts() == {(one.pk, BAC_NINH), (one.pk, BAC_GIANG), (other.pk, LAM_DONG)}
    ProgrammeEvent.objects.filter(pk=moved.pk).update(unit=LAM_DONG)
    assert places() == places_told_by_facts()
    assert (one.pk, BAC_GIANG) in places()  # another event still stands there
    ProgrammeEvent.objects.update(unit=BAC_NINH)
    Enterprise.objects.update(unit=LAM_DONG)
    assert places() == places_told_by_facts() == {(one.pk, BAC_NINH), (one.pk, LAM_DONG), (other.pk, LAM_DONG)}


def test_visible_where_seated_or_touched_and_editable_where_seated(
    reference, event_of, keeper, outsider, officer, stranger
):
    moved = EnterpriseFactory(name="Chuyển đi", unit_id=LAM_DONG)
    event_of(moved, "applied", date(2024, 3, 12), unit=BAC_GIANG)
    EnterpriseFactory(name="Ở lại")
    assert names(Enterprise.objects.visible_to(keeper)) == ["Chuyển đi", "Ở lại"]
    assert names(Enterprise.objects.visible_to(outsider)) == ["Chuyển đi"]
    assert names(Enterprise.objects.visible_to(officer)) == ["Chuyển đi", "Ở lại"]
    assert names(Enterprise.objects.visible_to(stranger)) == []
    assert names(Enterprise.objects.editable_by(keeper)) == ["Ở lại"]
    assert names(Enterprise.objects.editable_by(outsider)) == ["Chuyển đi"]
    assert names(Enterprise.objects.editable_by(officer)) == []


def test_one_live_event_per_stage_and_day(enterprise, event_of):
    event = event_of(enterprise)
    with pytest.raises(IntegrityError), transaction.atomic():
        event_of(enterprise)
    withdraw(event)
    assert event_of(enterprise).is_live


def test_a_withdrawal_needs_who_and_why(enterprise, event_of):
    event = event_of(enterprise)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammeEvent.objects.filter(pk=event.pk).update(withdrawn_at=timezone.now())


# --- what the pages say beside the rows ------------------------------------------------------------------------------


def test_provinces_know_their_past(reference):
    provinces = read_provinces()
    assert len(provinces) == 97
    assert provinces.now(BAC_GIANG) == "Bắc Ninh"
    assert provinces.told(BAC_GIANG) == "Bắc Giang (nay thuộc Bắc Ninh)"
    assert provinces.told(BAC_NINH) == "Bắc Ninh"
    assert provinces.before(BAC_NINH, BAC_GIANG) == "Bắc Giang"
    assert provinces.before(BAC_GIANG) == "Bắc Giang"
    assert provinces.before(BAC_NINH, "VN-27-2008") == ""  # Bắc Ninh of old: no other name
    assert provinces.before(BAC_NINH, "VN-68-2008") == ""  # came from elsewhere: that is not this place's past
    assert set(provinces.area(BAC_NINH)) == {BAC_NINH, BAC_GIANG, "VN-27-2008"}
    assert provinces.area(BAC_GIANG) == [BAC_GIANG]
    assert [one.is_current for one in provinces.within(UnitScope(everything=True))] == [True] * 34 + [False] * 63
    assert provinces[BAC_GIANG].dated_name == "Bắc Giang (đến 30/06/2025)"


def test_an_unknown_place_is_told_by_its_id():
    provinces = Provinces({"X": Province("X", "Xa", None, None, ("X",))})
    assert (provinces.now("Y"), provinces.told("Y"), provinces.before("Y", None)) == ("Y", "Y", "")


def test_sections_of_one_name_are_one_choice(officer):
    choices = dict(register_facts(officer).section_choices())
    assert choices["2025:C,2018:C"] == "C – Công nghiệp chế biến, chế tạo"
    assert "2018:J" in choices  # gone in 2025
    assert choices["2025:D,2018:D"].startswith("D – Sản xuất và phân phối điện")  # spelt hòa and hoà


def test_figures_are_told_apart_as_accepted_and_preliminary():
    def year(number, closed, figure, now=None):
        return Year(number, date(number, 1, 1), date(number, 12, 31), closed, figure, now or figure)

    years = [year(2024, True, 30), year(2025, True, 38450), year(2026, False, 45980)]
    assert figure_note(years) == "Tính vào MT5: 38.450 đến hết 2025 · 7.530 trong năm 2026 (tạm tính)"
    assert figure_note(years[:2]) == "Tính vào MT5: 38.450 đến hết 2025"
    adjusted = [years[0], year(2025, True, 38450, 38453)]
    assert figure_note(adjusted) == "Tính vào MT5: 38.450 đến hết 2025 · +3 điều chỉnh sau khi chốt"
    assert figure_note([year(2026, False, 7)]) == "Tính vào MT5: 7 trong năm 2026 (tạm tính)"
    assert figure_note([year(2026, False, None)]) == ""


def test_the_counted_event_is_the_one_the_roll_up_counts(reference, event_of, officer):
    """The record's page and the figures follow one rule, each in its own place."""
    enterprises = EnterpriseFactory.create_batch(5)
    event_of(enterprises[0], "applied", date(2017, 5, 1), unit=BAC_GIANG)  # before the programme's first period
    event_of(enterprises[0], "maintained", date(2019, 5, 1), unit=BAC_GIANG)
    event_of(enterprises[1], "maintained", date(2024, 5, 1), unit=BAC_GIANG)
    event_of(enterprises[1], "applied", date(2024, 5, 1), unit=LAM_DONG.replace("2025", "2008"), form="written")
    event_of(enterprises[2], "issued", date(2024, 5, 1), unit=BAC_GIANG)
    withdrawn = event_of(enterprises[3], "applied", date(2020, 5, 1), unit=BAC_GIANG)
    withdraw(withdrawn)
    event_of(enterprises[3], "applied", date(2026, 5, 1))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT record_id, row_id FROM ({COUNTS['MT5'].rows}) counted")
        rolled_up = dict(cursor.fetchall())
    provinces = read_provinces()
    shown = {one.pk: counted_event(one, provinces, user=officer) for one in enterprises}
    assert {pk: counted.event.pk for pk, counted in shown.items() if counted} == rolled_up
    assert shown[enterprises[0].pk].period.code == "2019"
