"""From a draft to the targets of units, and what is refused on the way."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InternalError, transaction
from django.db.models import F
from django.utils import timezone

from apps.allocations import services
from apps.allocations.models import Allocation, AllocationLine, Portion
from apps.allocations.selectors import ground_of, suggestion
from apps.allocations.services import Entry
from apps.audit.models import AuditEvent
from apps.jobs.consumer import run_job
from apps.jobs.models import Job
from apps.notifications.models import Notification
from apps.targets.models import Indicator, Target, UnitStatistic
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.closings import document

pytestmark = pytest.mark.django_db
State = Allocation.State


def refused(code: str):
    return pytest.raises(ValidationError, check=lambda wrong: code in codes(wrong))


def codes(wrong: ValidationError) -> set[str]:
    every = getattr(wrong, "error_dict", {"": [wrong]})
    return {one.code for errors in every.values() for one in errors}


def amounts(allocation: Allocation, unit: str) -> list[int | None]:
    rows = AllocationLine.objects.filter(portion__allocation=allocation, portion__unit=unit).order_by("year")
    return [None if one is None else int(one) for one in rows.values_list("amount", flat=True)]


def test_provinces_add_up_and_ministries_stand_beside(draft):
    provinces = Portion.objects.filter(allocation=draft, is_beside=False)
    assert provinces.count() == 34
    assert set(provinces.values_list("unit__kind", flat=True)) == {"province"}
    assert Portion.objects.filter(allocation=draft, is_beside=True, unit="BCT").exists()


@pytest.mark.parametrize("code", ["MT1", "MT2", "MT7"])
def test_what_is_the_nations_alone_is_not_divided(reference, officer, code):
    with refused("national"):
        services.draft_allocation(Indicator.objects.get(code=code), 2026, 2030, by=officer)


def test_a_whole_is_divided_over_the_years_to_the_last_one(given):
    assert sum(amounts(given, LAM_DONG)) == 501
    assert len(set(amounts(given, LAM_DONG))) <= 2


def test_a_number_that_changed_meanwhile_is_not_written_over(given, officer):
    with refused("stale"):
        services.write_amounts(given, [Entry(BAC_NINH, None, Decimal(9), Decimal(999), looked=True)], by=officer)
    assert sum(amounts(given, BAC_NINH)) == 1000


@pytest.mark.parametrize(("entry", "code"), [
    (Entry(BAC_NINH, None, Decimal(-1)), "negative"),
    (Entry(BAC_NINH, 2027, Decimal("1.5")), "whole"),
    (Entry(BAC_NINH, 2031, Decimal(1)), "unknown"),
    (Entry("VN-24-2008", None, Decimal(1)), "unknown"),
])  # fmt: skip
def test_a_wrong_number_is_refused_at_its_place(given, officer, entry, code):
    with refused(code):
        services.write_amounts(given, [Entry(LAM_DONG, None, Decimal(1)), entry], by=officer)
    assert sum(amounts(given, LAM_DONG)) == 501, "all or nothing"


def test_shares_of_enterprises_not_yet_counted_give_the_whole_need(draft, officer):
    for unit, active in ((BAC_NINH, 3400), (LAM_DONG, 1100)):
        UnitStatistic.objects.create(code="active_enterprises", unit_id=unit, year=2025, value=active)
    ground = ground_of(draft)
    found = suggestion(ground)
    sums = {unit: sum(years.values()) for unit, years in found.items() if any(years.values())}
    assert sums == {BAC_NINH: ground.need * 3 / 4, LAM_DONG: ground.need / 4}
    assert ground.need == ground.goal - 7000
    services.fill_by_share(draft, by=officer)
    given = AllocationLine.objects.filter(portion__allocation=draft).values_list("year", "amount")
    assert all(sum(a for year, a in given if year == one and a) == need for one, need in ground.needs.items())


def test_others_are_suggested_by_what_they_reached(figures, officer):
    three = Indicator.objects.get(code="MT3")
    ground = ground_of(services.draft_allocation(three, 2026, 2030, by=officer))
    assert ground.denominators is None
    assert not any(any(years.values()) for years in suggestion(ground).values()), "nobody has reached anything"


def test_approval_issues_a_target_for_each_line(given, approved, five):
    allocation = approved(given)
    assert allocation.state == State.APPROVED
    targets = Target.objects.filter(indicator=five, unit=LAM_DONG).order_by("year")
    assert [int(one.value) for one in targets][-1] == 100 + 501
    assert {one.legal_basis.number for one in targets} == {"55/QĐ-THU"}
    assert Target.objects.get(indicator=five, unit="BCT", year=2030).value == 50
    agree_with_lines()


def agree_with_lines() -> None:
    """What every unit is judged by and what its line says are one number: nothing else ever issues a unit's target."""
    lines = AllocationLine.objects.select_related("target", "portion", "portion__allocation")
    assert not Target.objects.filter(unit__isnull=False, line__isnull=True).exists()
    for line in lines.filter(target__isnull=False):
        before = AllocationLine.objects.filter(portion=line.portion, year__lte=line.year)
        assert line.target.value == line.portion.base + sum(before.values_list("amount", flat=True))
    decided = (State.APPROVED, State.SUPERSEDED)
    assert not lines.filter(amount__isnull=False, target=None, portion__allocation__state__in=decided).exists()


@pytest.mark.parametrize("change", [
    lambda: AllocationLine.objects.filter(amount__isnull=False).update(amount=F("amount") + 1),
    lambda: AllocationLine.objects.filter(amount__isnull=False).update(target=None),
    lambda: Portion.objects.update(base=0),
    lambda: Target.objects.filter(unit__isnull=False).update(value=1),
    lambda: Target.objects.filter(unit=BAC_NINH, year=2030)._raw_delete("default"),
    lambda: Allocation.objects.update(goal=1),
    lambda: Allocation.objects.update(state="draft"),
])  # fmt: skip
def test_what_was_approved_stays_whoever_writes(given, approved, change):
    approved(given)
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        change()


def test_a_line_points_to_no_target_that_says_another_number(given, officer, leader, five, approved):
    services.propose(given, by=officer)
    line = AllocationLine.objects.filter(portion__unit=BAC_NINH, year=2026).get()
    other = Target.objects.get(indicator=five, unit=None, year=2030)
    with pytest.raises(IntegrityError), transaction.atomic():
        AllocationLine.objects.filter(pk=line.pk).update(target=other)


def test_the_one_who_proposed_does_not_approve(given, officer, leader):
    leading = leader.memberships.get()
    leading.pk, leading.user = None, officer
    leading.save()
    services.propose(given, by=officer)
    with refused("same_person"):
        services.approve(given, document(), by=type(officer).objects.get(pk=officer.pk))


def test_a_later_version_supersedes_without_erasing(given, approved, officer, five):
    first = approved(given)
    second = services.draft_allocation(five, 2028, 2030, by=officer, like=first)
    assert sum(amounts(second, BAC_NINH)) == sum(amounts(first, BAC_NINH)[2:])
    services.write_amounts(second, [Entry(BAC_NINH, None, Decimal(6))], by=officer)
    approved(second)
    first.refresh_from_db()
    assert first.state == State.SUPERSEDED
    versions = Target.objects.filter(indicator=five, unit=BAC_NINH, year=2030).order_by("version")
    assert [(one.version, int(one.value)) for one in versions] == [(1, 1400), (2, 406)]
    agree_with_lines()


def test_who_had_a_target_needs_a_number_again(given, approved, officer, five):
    approved(given)
    second = services.draft_allocation(five, 2026, 2030, by=officer)
    services.write_amounts(second, [Entry(BAC_NINH, None, Decimal(6))], by=officer)
    with refused("gaps"):
        services.propose(second, by=officer)


def test_a_shorter_span_than_what_is_in_force_is_refused(given, approved, officer, five):
    approved(given)
    Target.objects.create(
        indicator=five, year=2028, value=50_000, legal_basis=Target.objects.filter(unit=None)[0].legal_basis
    )
    with refused("shorter"):
        services.draft_allocation(five, 2026, 2028, by=officer)
    with refused("no_goal"):
        services.draft_allocation(five, 2026, 2029, by=officer)


def test_a_new_draft_takes_the_place_of_the_open_one_with_its_comments(given, officer, five, member):
    editor = member("Editor Lam Dong", "unit_editor", LAM_DONG)
    services.circulate(given, timezone.localdate() + timedelta(days=5), by=officer)
    portion = Portion.objects.get(allocation=given, unit=LAM_DONG)
    services.comment_portion(portion, wish=Decimal(450), text="Ít doanh nghiệp", by=editor)
    services.comment_portion(portion, wish=None, text="", by=editor)
    assert Portion.objects.get(pk=portion.pk).comment.agrees, "the later word stands"
    with refused("wrong_state"):
        services.write_amounts(given, [Entry(LAM_DONG, None, Decimal(1))], by=officer)
    second = services.draft_allocation(five, 2026, 2030, by=officer, like=given)
    given.refresh_from_db()
    assert (given.state, second.version) == (State.SUPERSEDED, 2)
    with refused("closed"):
        services.comment_portion(portion, wish=None, text="", by=editor)


def run_tellers() -> None:
    for job in Job.objects.filter(kind__startswith="allocations.tell", state=Job.State.PENDING).order_by("created_at"):
        assert run_job(job.pk) == Job.State.DONE, job.error


def told(kind: str) -> list[tuple[int, bool]]:
    """Who was told, and for whom it is new."""
    rows = Notification.objects.filter(kind=f"allocations.{kind}").order_by("user")
    return [(one.user_id, one.read_at is None) for one in rows]


def test_whoever_is_asked_is_told_and_it_is_new_while_it_waits(given, officer, leader, member):
    editor = member("Editor Bac Ninh", "unit_editor", BAC_NINH)
    services.circulate(given, timezone.localdate(), by=officer)
    run_tellers()
    assert told("circulate") == [(editor.pk, True)]
    services.comment_portion(Portion.objects.get(allocation=given, unit=BAC_NINH), wish=None, text="", by=editor)
    run_tellers()
    assert told("circulate") == [(editor.pk, False)], "the unit has said its word"
    given = services.propose(given, by=officer)
    run_tellers()
    assert told("propose") == [(leader.pk, True)]
    given = services.return_for_revision(given, "Xem lại tỷ lệ", by=leader)
    run_tellers()
    assert (told("propose"), told("return_for_revision")) == ([(leader.pk, False)], [(officer.pk, True)])
    services.propose(given, by=officer)
    run_tellers()
    assert told("return_for_revision") == [(officer.pk, False)]


def test_a_unit_speaks_for_itself_alone(given, officer, member):
    editor = member("Editor Lam Dong", "unit_editor", LAM_DONG)
    services.circulate(given, timezone.localdate(), by=officer)
    with pytest.raises(PermissionDenied):
        services.comment_portion(Portion.objects.get(allocation=given, unit=BAC_NINH), wish=None, text="", by=editor)
    own = Portion.objects.get(allocation=given, unit=LAM_DONG)
    with pytest.raises(ValidationError):
        services.comment_portion(own, wish=Decimal(1), text="", by=editor)


def test_what_was_proposed_no_longer_follows_the_figures(given, officer, five):
    services.propose(given, by=officer)
    given.refresh_from_db()
    assert (given.base, given.base_year) == (7000, 2025)
    Target.objects.create(
        indicator=five, year=2030, value=1, version=2, legal_basis=Target.objects.filter(unit=None)[0].legal_basis
    )
    assert ground_of(given).goal == given.goal != 1


@pytest.mark.parametrize("act", [
    lambda one, by: services.propose(one, by=by),
    lambda one, by: services.circulate(one, timezone.localdate(), by=by),
    lambda one, by: services.fill_by_share(one, by=by),
    lambda one, by: services.draft_allocation(one.indicator, 2026, 2030, by=by),
])  # fmt: skip
def test_only_officers_prepare(given, leader, act):
    with pytest.raises(PermissionDenied):
        act(given, leader)


def test_every_step_is_in_the_audit(given, approved):
    approved(given)
    found = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"allocation.drafted", "allocation.filled", "allocation.proposed", "allocation.approved"} <= found
