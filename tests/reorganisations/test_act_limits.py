"""What no act may bring: rights over the whole programme, a province below a sub-unit, youngsters of a dead unit."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.accounts.models import User
from apps.enterprises.models import ProgrammeEvent
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.people.rights import rights_of, units_with
from apps.people.services.memberships import end_membership
from apps.reorganisations.services.plans import Plan, Result, transfer_plan
from apps.reorganisations.services.preview import preview_of
from apps.reorganisations.services.reorganisations import record_reorganisation
from apps.reorganisations.services.sub_units import SubUnit, add_sub_unit
from tests.factories.enterprises import ProgrammeEventFactory
from tests.factories.tasks import PlanTaskFactory
from tests.reorganisations.acts import (
    BAC_NINH,
    DOCUMENT,
    LAM_DONG,
    MERGED,
    Kind,
    done,
    merger,
    renaming,
    split,
    unit,
)

pytestmark = pytest.mark.django_db
SINCE = date(2025, 7, 1)
SO = SubUnit("Sở Khoa học và Công nghệ", "Sở KH&CN", "Sở")
CHI_CUC = SubUnit("Chi cục Tiêu chuẩn Đo lường Chất lượng", "Chi cục TĐC", "Chi cục")
CUC = SubUnit("Cục Thử", "Cục Thử", "Cục")
OFFICE, METROLOGY = "UBTDC", "BDL"
CHANGE = "enterprises.change_enterprise"
NEW_CUC = Result("Cục Mới", "Cục Mới", "Cục")


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def tomorrow(today) -> date:
    return today + timedelta(days=1)


@pytest.fixture
def beside(central) -> OrganisationUnit:
    """Under the programme office, and no part of it: its people look after no province."""
    return add_sub_unit(unit(OFFICE), CUC, valid_from=SINCE, by=central)


def again(user: User) -> User:
    """As a new request would read the person."""
    return User.objects.get(pk=user.pk)


def refused(plan: Plan, by: User) -> dict[str, list[tuple[str, str]]]:
    """Code and words per field, the same from the preview and from the act; nothing is written."""
    rows = OrganisationUnit.objects.count(), Reorganisation.objects.count()
    told = []
    for ask in (lambda: preview_of(plan), lambda: record_reorganisation(plan, document=DOCUMENT, by=by)):
        with pytest.raises(ValidationError) as refusal:
            ask()
        errors = refusal.value.error_dict.items()
        told.append({field: [(one.code, one.messages[0]) for one in found] for field, found in errors})
    assert told[0] == told[1]
    assert (OrganisationUnit.objects.count(), Reorganisation.objects.count()) == rows
    return told[0]


def codes(found: dict[str, list[tuple[str, str]]]) -> dict[str, list[str]]:
    return {field: [code for code, _words in errors] for field, errors in found.items()}


# --- the programme office ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_office_does_not_merge_with_a_unit_that_is_none(central, beside, member, today, turned):
    keeper = member("keeper cuc", "register_keeper", beside.pk)
    both = [beside, unit(METROLOGY)][:: -1 if turned else 1]
    found = refused(Plan(Kind.MERGER, both, [NEW_CUC], today), central)
    assert codes(found) == {"units": ["office_mixed"]}
    words = found["units"][0][1]
    assert words.startswith("Ban Đo lường là cơ quan điều phối Đề án, Cục Thử thì không")
    assert "Kết thúc Cục Thử" in words
    assert not units_with(again(keeper), CHANGE).everything


def test_units_that_are_all_office_stay_office(central, member, today):
    keeper = member("keeper bdl", "register_keeper", METROLOGY)
    new = done(Plan(Kind.MERGER, [unit(OFFICE), unit(METROLOGY)], [NEW_CUC], today), central).begun.get()
    assert new.is_programme_office
    assert units_with(again(keeper), CHANGE).everything


@pytest.mark.parametrize("heir", [0, 1])
def test_of_a_split_office_only_the_part_that_took_the_people_is_office(central, member, today, heir):
    keeper = member("keeper bdl", "register_keeper", METROLOGY)
    results = [
        Result(f"Cục {at}", f"Cục {at}", "Cục", share=Decimal("0.5"), takes_members=at == heir) for at in range(2)
    ]
    act = done(Plan(Kind.SPLIT, [unit(METROLOGY)], results, today), central)
    parts = {one.names.get().name: one for one in act.begun.all()}
    assert {name: one.is_programme_office for name, one in parts.items()} == {
        f"Cục {heir}": True,
        f"Cục {1 - heir}": False,
    }
    other = member("nguoi khac", "register_keeper", parts[f"Cục {1 - heir}"].pk, since=today)
    assert units_with(again(keeper), CHANGE).everything
    assert not units_with(again(other), CHANGE).everything


def test_part_of_the_office_is_not_moved_out_of_it(central, today):
    found = refused(transfer_plan(unit(METROLOGY), unit("BCT"), today), central)
    assert codes(found) == {"parent": ["office_leaves"]}
    assert "Bộ Công Thương" in found["parent"][0][1]
    assert "chia tách Ban Đo lường trước" in found["parent"][0][1]
    results = [Result(f"Cục {at}", f"Cục {at}", "Cục", parent=unit("BCT"), share=Decimal("0.5"), takes_members=not at)
               for at in range(2)]  # fmt: skip
    assert codes(refused(Plan(Kind.SPLIT, [unit(METROLOGY)], results, today), central)) == {"parent": ["office_leaves"]}


def test_part_that_is_no_office_any_more_may_go(central, today):
    results = [Result(f"Cục {at}", f"Cục {at}", "Cục", share=Decimal("0.5"), takes_members=not at) for at in range(2)]
    act = done(Plan(Kind.SPLIT, [unit(METROLOGY)], results, today), central)
    part = act.begun.get(is_programme_office=False)
    moved = done(transfer_plan(part, unit("BCT"), today + timedelta(days=1)), central).begun.get()
    assert (moved.parent_id, moved.is_programme_office) == ("BCT", False)


def test_office_as_a_whole_moves_and_stays_office(central, today):
    act = done(transfer_plan(unit(OFFICE), unit("BCT"), today), central)
    assert act.begun.get(parent="BCT").is_programme_office
    assert rights_of(again(central)).everywhere


def test_unit_that_moves_below_the_office_does_not_become_it(central, member, today):
    so = add_sub_unit(unit(BAC_NINH), SO, valid_from=SINCE, by=central)
    keeper = member("keeper so", "register_keeper", so.pk)
    done(transfer_plan(so, unit(OFFICE), today), central)
    assert not OrganisationUnit.objects.get(parent=OFFICE, names__name=SO.name).is_programme_office
    assert not units_with(again(keeper), CHANGE).everything


# --- the place of the result ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("above", ["chi_cuc", "BKHCN", "VINAMET"])
@pytest.mark.parametrize("kind", [Kind.MERGER, Kind.SPLIT])
def test_province_is_put_below_nothing(central, member, today, above, kind):
    chi_cuc = add_sub_unit(unit("VN-79-2025"), CHI_CUC, valid_from=SINCE, by=central)
    below = member("qt chi cuc", "unit_administrator", chi_cuc.pk)
    parent = chi_cuc if above == "chi_cuc" else unit(above)
    plan = merger(today) if kind == Kind.MERGER else split(today, "0.5", "0.5")
    plan = replace(plan, results=[replace(one, parent=parent) for one in plan.results])
    found = refused(plan, central)
    assert codes(found) == {"parent": ["parent_of_kind"]}
    assert found["parent"][0][1].startswith("Chỉ đơn vị trực thuộc")
    assert LAM_DONG not in units_with(again(below), "people.change_membership")


@pytest.mark.parametrize("pair", [("BCT", "BXD"), ("VOV", "VTV"), ("VINASME", "VINALAB")])
def test_only_sub_units_have_a_unit_above(central, today, pair):
    plan = Plan(Kind.MERGER, [unit(pk) for pk in pair], [Result("Cơ quan Mới", "CQ Mới", parent=unit("BKHCN"))], today)
    assert codes(refused(plan, central)) == {"parent": ["parent_of_kind"]}


def test_result_is_not_put_below_what_is_below_the_units_of_the_act(central, today):
    so = add_sub_unit(unit(BAC_NINH), SO, valid_from=SINCE, by=central)
    chi_cuc = add_sub_unit(so, CHI_CUC, valid_from=SINCE, by=central)
    tram = add_sub_unit(chi_cuc, CUC, valid_from=SINCE, by=central)
    other = add_sub_unit(unit(BAC_NINH), replace(SO, name="Sở Hai", short_name="Sở Hai"), valid_from=SINCE, by=central)
    for below in (chi_cuc, tram):
        result = Result("Sở Mới", "Sở Mới", "Sở", parent=below)
        assert codes(refused(Plan(Kind.MERGER, [other, so], [result], today), central)) == {"parent": ["parent_within"]}


def test_sub_units_merge_under_the_unit_that_is_chosen(central, today):
    parts = [add_sub_unit(unit(pk), SO, valid_from=SINCE, by=central) for pk in (BAC_NINH, LAM_DONG)]
    result = Result("Sở Liên tỉnh", "Sở LT", "Sở", parent=unit("VN-79-2025"))
    assert done(Plan(Kind.MERGER, parts, [result], today), central).begun.get().parent_id == "VN-79-2025"


# --- what is younger than the act -------------------------------------------------------------------------------------


@pytest.fixture
def march() -> date:
    return date(2026, 3, 1)


def test_sub_unit_that_begins_after_the_last_day_speaks_against_the_act(central, march):
    add_sub_unit(unit(LAM_DONG), SO, valid_from=march - timedelta(days=1), by=central)  # lived before the act
    add_sub_unit(unit(LAM_DONG), CUC, valid_from=date(2026, 10, 1), by=central)
    add_sub_unit(unit(LAM_DONG), CHI_CUC, valid_from=date(2026, 9, 1), by=central)
    for plan in (merger(march, LAM_DONG, "VN-96-2025"), split(march, "0.5", "0.5")):
        found = refused(plan, central)
        assert codes(found) == {"effective_on": ["younger_part"]}
        words = found["effective_on"][0][1]
        assert words.startswith("Chi cục TĐC bắt đầu từ 01/09/2026 dưới Lâm Đồng")
        assert "sau 01/09/2026" in words
    done(merger(date(2026, 10, 2), LAM_DONG, "VN-96-2025"), central)


def test_sub_unit_planned_below_a_unit_that_ends_first_speaks_against_it(central, tomorrow):
    so = add_sub_unit(unit(BAC_NINH), SO, valid_from=SINCE, by=central)
    done(transfer_plan(so, unit(LAM_DONG), tomorrow + timedelta(days=3)), central)
    assert codes(refused(merger(tomorrow, LAM_DONG, "VN-96-2025"), central)) == {"effective_on": ["younger_part"]}


def test_role_that_begins_after_the_last_day_speaks_against_the_act(central, member, march):
    member("Tran Thi Sau", "unit_editor", LAM_DONG, since=date(2026, 8, 1))
    member("Le Van Dau", "reader", LAM_DONG, since=date(2026, 6, 1))
    found = refused(merger(march, LAM_DONG, "VN-96-2025"), central)
    assert codes(found) == {"effective_on": ["younger_role"]}
    words = found["effective_on"][0][1]
    assert words.startswith("Le Van Dau giữ vai trò Người tra cứu ở Lâm Đồng từ 01/06/2026")
    assert "(số vai trò như vậy: 2)" in words
    assert "Kết thúc vai trò" in words


def test_role_that_is_over_holds_nothing_back_and_roles_from_before_go_along(central, member, march, today):
    """The remedy that the refusal names works."""
    keeper = member("keeper ld", "register_keeper", LAM_DONG)
    late = member("Sau", "reader", LAM_DONG, since=date(2026, 6, 1)).memberships.get()
    assert codes(refused(merger(march, LAM_DONG, "VN-96-2025"), central)) == {"effective_on": ["younger_role"]}
    end_membership(late, today - timedelta(days=1), by=central, reason="cấp lại ở đơn vị mới")
    new = done(merger(march, LAM_DONG, "VN-96-2025"), central).begun.get()
    assert rights_of(again(keeper)).units == (new.pk,)


def test_name_that_begins_after_the_last_day_speaks_against_the_act(central, march):
    done(renaming(date(2026, 6, 1)), central)
    found = refused(merger(march, LAM_DONG, "VN-96-2025"), central)
    assert codes(found) == {"effective_on": ["before_current_name"]}


def test_renaming_of_the_past_asks_nothing_of_parts_and_roles(central, member, march):
    add_sub_unit(unit(LAM_DONG), CHI_CUC, valid_from=date(2026, 9, 1), by=central)
    member("moi", "reader", LAM_DONG, since=date(2026, 6, 1))
    done(renaming(march), central)
    assert unit(LAM_DONG).names.count() == 2


def test_preview_counts_the_facts_that_are_younger_than_the_act(central, march):
    ProgrammeEventFactory.create_batch(3, unit_id="VN-96-2025", occurred_on=date(2026, 6, 1))
    ProgrammeEventFactory.create_batch(2, unit_id=LAM_DONG, occurred_on=date(2026, 1, 5))
    ProgrammeEventFactory(unit_id=LAM_DONG, occurred_on=march)
    plan = merger(march, LAM_DONG, "VN-96-2025")
    assert [(count.what, count.rows) for count in preview_of(plan).younger] == [("giai đoạn thực hiện", 4)]
    assert preview_of(merger(date(2026, 6, 2), LAM_DONG, "VN-96-2025")).younger == []
    done(plan, central)
    facts = ProgrammeEvent.objects.filter(occurred_on=date(2026, 6, 1))
    assert set(facts.values_list("unit", flat=True)) == {"VN-96-2025"}  # stay with the unit that reported them


def test_preview_counts_tasks_that_are_not_done(central, tomorrow):
    for state in ("draft", "in_progress", "appraised", "closed"):
        PlanTaskFactory(lead_unit_id=BAC_NINH, state=state)
    assert [(count.what, count.rows) for count in preview_of(merger(tomorrow)).open_work] == [("nhiệm vụ", 2)]
    [work] = preview_of(merger(tomorrow), by=central).open_work
    assert len(work.named) == 2
    assert all(url.startswith("/tasks/") for _name, url in work.named)


# --- the focal sub-unit of a unit that ends ---------------------------------------------------------------------------


def test_preview_names_the_focal_units_that_would_act_for_nobody(central, tomorrow):
    add_sub_unit(unit(BAC_NINH), SO, valid_from=SINCE, is_focal=True, by=central)
    add_sub_unit(unit(LAM_DONG), CHI_CUC, valid_from=SINCE, by=central)
    waiting = preview_of(merger(tomorrow)).left_behind
    assert [(one.short_name, one.parent_name) for one in waiting] == [("Sở KH&CN", "Bắc Ninh")]
    assert preview_of(merger(tomorrow, LAM_DONG, "VN-96-2025", result=MERGED)).left_behind == []
