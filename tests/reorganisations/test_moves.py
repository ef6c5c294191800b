"""A sub-unit under another unit from a day on; and a ministry that becomes an agency, which begins anew as well."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.organisations.models import OrganisationUnit, Reorganisation, Succession, UnitName
from apps.organisations.search import find_units
from apps.organisations.selectors import acts_of, current_units
from apps.people.granting import deputies_for
from apps.people.grantors import grantors_of
from apps.people.models import Membership
from apps.people.rights import rights_of, units_with
from apps.people.staff import staff_of
from apps.reorganisations.services.plans import Plan, Result, transfer_plan
from apps.reorganisations.services.preview import preview_of
from apps.reorganisations.services.reorganisations import record_reorganisation, withdraw_reorganisation
from apps.reorganisations.services.sub_units import SubUnit, add_sub_unit
from tests.reorganisations.acts import (
    BAC_NINH,
    DOCUMENT,
    DONG_NAI,
    LAM_DONG,
    Kind,
    done,
    merger,
    new_kind,
    renaming,
    unit,
)

pytestmark = pytest.mark.django_db
SO = SubUnit("Sở Khoa học và Công nghệ", "Sở KH&CN", "Sở", "SKHCN")
CHI_CUC = SubUnit("Chi cục Tiêu chuẩn Đo lường Chất lượng", "Chi cục TĐC", "Chi cục")
TRAM = SubUnit("Trung tâm Kiểm định", "Trung tâm KĐ", "Trung tâm")
SINCE = date(2025, 7, 1)
SEE, WRITE, PEOPLE = "enterprises.view_enterprise", "enterprises.change_enterprise", "people.change_membership"


@pytest.fixture
def on_its_day(tomorrow, monkeypatch):
    return lambda: monkeypatch.setattr(timezone, "localdate", lambda *_: tomorrow)


@pytest.fixture
def so(central) -> OrganisationUnit:
    """A focal Sở of Bắc Ninh with a chi cục, which has a trung tâm."""
    so = add_sub_unit(unit(BAC_NINH), SO, valid_from=SINCE, is_focal=True, by=central)
    chi_cuc = add_sub_unit(so, CHI_CUC, valid_from=SINCE, by=central)
    add_sub_unit(chi_cuc, TRAM, valid_from=SINCE, by=central)
    return so


def moved(so: OrganisationUnit, to: str, day: date, **names: str) -> Plan:
    return transfer_plan(unit(so.pk), unit(to), day, **names)


def scope(user: User, permission: str = SEE) -> set[str]:
    """As a new request would read it."""
    return set(units_with(User.objects.get(pk=user.pk), permission).ids)


def part(of: str, **fields) -> OrganisationUnit:
    return OrganisationUnit.objects.get(parent=of, **fields)


def everything() -> list[list]:
    units = OrganisationUnit.objects.order_by("pk").values_list("pk", "slug", "parent", "kind", "valid_to", "is_focal")
    names = UnitName.objects.order_by("unit", "valid_from").values_list("unit", "name", "valid_from", "valid_to")
    return [list(units), list(names), list(Succession.objects.order_by("pk").values_list("pk", "share"))]


def refused(plan: Plan, central: User) -> dict[str, list[str]]:
    before = everything(), Reorganisation.objects.count(), AuditEvent.objects.count()
    for ask in (lambda: preview_of(plan), lambda: record_reorganisation(plan, document=DOCUMENT, by=central)):
        with pytest.raises(ValidationError) as refusal:
            ask()
        assert (everything(), Reorganisation.objects.count(), AuditEvent.objects.count()) == before
    return {field: [one.code for one in errors] for field, errors in refusal.value.error_dict.items()}


# --- what the move brings ---------------------------------------------------------------------------------------------


def test_sub_unit_goes_on_under_the_other_unit_with_all_below_it(so, central, tomorrow):
    act = done(moved(so, LAM_DONG, tomorrow), central)
    today = tomorrow - timedelta(days=1)
    new = part(LAM_DONG)
    assert (new.pk, new.slug) == (f"SO-KHCN-LAM-DONG-{tomorrow.year}", "so-khcn-lam-dong")
    assert (new.valid_from, new.is_focal, new.symbol, new.begun_by) == (tomorrow, True, "SKHCN", act)
    assert new.region == unit(LAM_DONG).region
    assert (new.names.get().name, new.names.get().kind_label) == (SO.name, "Sở")
    assert part(part(new.pk).pk).names.get().name == TRAM.name
    assert part(new.pk).slug == "chi-cuc-tdc-so-khcn-lam-dong"
    assert act.successions.count() == 3
    assert set(act.successions.values_list("relation", "share", "takes_members")) == {("unchanged", 1, True)}
    # Each day has its parent: the placement that ended keeps the old one.
    old = unit(so.pk)
    assert (old.parent_id, old.valid_to, old.ended_by) == (BAC_NINH, today, act)
    assert (part(so.pk).valid_to, part(part(so.pk).pk).valid_to) == (today, today)
    for parent, day in ((BAC_NINH, today), (LAM_DONG, tomorrow)):
        assert OrganisationUnit.objects.get(pk__in=[so.pk, new.pk], parent=parent).is_valid_on(day)
    assert [one.pk for one in current_units(so, on=tomorrow)] == [new.pk]
    assert [one.pk for one in current_units(so, on=today)] == [so.pk]


def test_department_of_a_merged_province_moves_to_the_new_one(so, central, tomorrow, member, on_its_day):
    editor = member("editor so", "unit_editor", so.pk)
    new = done(merger(tomorrow), central).begun.get()
    done(moved(so, new.pk, tomorrow), central)
    assert part(new.pk).slug == "so-khcn-bac-lam"
    assert rights_of(User.objects.get(pk=editor.pk)).units == (so.pk,)
    on_its_day()
    assert rights_of(User.objects.get(pk=editor.pk)).units == (part(new.pk).pk,)
    assert {new.pk, BAC_NINH, LAM_DONG, so.pk, "VN-24-2008"} <= scope(editor)


def test_members_reach_the_new_unit_on_the_day_and_leave_the_old(so, central, member, on_its_day):
    day = timezone.localdate() + timedelta(days=1)
    keeper = member("keeper so", "register_keeper", so.pk)
    done(moved(so, LAM_DONG, day), central)
    assert {so.pk, BAC_NINH} <= scope(keeper, WRITE)
    assert LAM_DONG not in scope(keeper, WRITE)
    on_its_day()
    new = part(LAM_DONG)
    assert rights_of(User.objects.get(pk=keeper.pk)).units == (new.pk,)
    assert {new.pk, so.pk, LAM_DONG} <= scope(keeper, WRITE)
    assert BAC_NINH not in scope(keeper, WRITE)
    assert [post.person.pk for post in staff_of(new, day).now] == [keeper.pk]
    assert Membership.objects.get(user=keeper).unit_id == so.pk


def test_who_was_above_no_longer_governs_the_people_and_who_is_above_does(so, central, member, on_its_day, tomorrow):
    """The role stays recorded in the old unit: its old neighbours must not end it."""
    keeper = member("keeper tram", "register_keeper", part(part(so.pk).pk).pk)
    before, after = member("qt bn", "unit_administrator", BAC_NINH), member("qt ld", "unit_administrator", LAM_DONG)
    approver = member("duyet ld", "unit_approver", LAM_DONG)
    held = Membership.objects.filter(user=keeper)

    def governs(person: User) -> bool:
        return held.editable_by(User.objects.get(pk=person.pk)).exists()

    done(moved(so, LAM_DONG, tomorrow), central)
    assert (governs(before), governs(after)) == (True, False)
    assert [one.email for one in grantors_of(so.pk)] == [before.email]
    on_its_day()
    assert (governs(before), governs(after)) == (False, True)
    assert [one.email for one in grantors_of(so.pk)] == [after.email]
    assert so.pk not in scope(before, SEE) | scope(before, PEOPLE)
    assert keeper.pk in {one.pk for one in deputies_for(approver.memberships.get())}


def test_focal_flag_is_not_taken_from_the_one_there(so, central, tomorrow):
    there = add_sub_unit(
        unit(LAM_DONG), replace(SO, name="Sở KHCN Lâm Đồng", short_name="Sở LĐ"), valid_from=SINCE, is_focal=True,
        by=central,
    )  # fmt: skip
    assert preview_of(moved(so, LAM_DONG, tomorrow)).loses_focal
    done(moved(so, LAM_DONG, tomorrow), central)
    assert list(unit(LAM_DONG).children.filter(is_focal=True)) == [there]


def test_new_name_comes_with_the_move_where_one_is_said(so, central, tomorrow):
    add_sub_unit(unit(LAM_DONG), SO, valid_from=SINCE, by=central)
    assert refused(moved(so, LAM_DONG, tomorrow), central) == {"name_1": ["name_taken"]}
    act = done(moved(so, LAM_DONG, tomorrow, name="Sở KHCN thứ hai", short_name="Sở KHCN 2"), central)
    assert act.begun.get(parent=LAM_DONG).names.get().name == "Sở KHCN thứ hai"
    assert unit(so.pk).names.get().name == SO.name


def test_search_finds_old_and_new(so, central, tomorrow):
    done(moved(so, LAM_DONG, tomorrow, short_name="Sở Lang Biang"), central)
    new = part(LAM_DONG)
    assert new.pk in find_units("Sở Lang Biang", tomorrow)
    assert {so.pk, new.pk} <= set(find_units("so khcn", tomorrow))


def test_history_names_old_and_new_unit_their_parts_and_both_above(so, central, tomorrow):
    act = done(moved(so, LAM_DONG, tomorrow), central)
    new = part(LAM_DONG)
    told = {so.pk, new.pk, part(so.pk).pk, part(new.pk).pk, BAC_NINH, LAM_DONG}
    assert all(list(acts_of(unit(pk))) == [act] for pk in told)
    assert not acts_of(unit("BCT"))
    rows = {row.target_id: row for row in AuditEvent.objects.filter(action="reorganisation.recorded")}
    assert set(rows) == {one.pk for one in act.begun.all()} | {one.pk for one in act.ended.all()}
    assert rows[new.pk].after["parent"] == "Lâm Đồng"
    assert rows[so.pk].after == {"valid_to": (tomorrow - timedelta(days=1)).isoformat()}


def test_preview_tells_who_goes_along_and_writes_nothing(so, central, member, tomorrow):
    member("keeper so", "register_keeper", so.pk)
    member("keeper chi cuc", "reader", part(so.pk).pk)
    before = everything(), AuditEvent.objects.count()
    found = preview_of(moved(so, LAM_DONG, tomorrow))
    assert [one.short_name for one in found.parts] == ["Chi cục TĐC", "Trung tâm KĐ"]
    assert {(row.people, row.source, row.target) for row in found.people} == {
        (1, "Sở KH&CN", "Sở KH&CN (Lâm Đồng)"),
        (1, "Chi cục TĐC", "Chi cục TĐC"),
    }
    assert (found.sub_units, found.loses_focal, found.above) == ([], False, "Tỉnh Lâm Đồng")
    assert (everything(), AuditEvent.objects.count()) == before


# --- refusals and the way back ----------------------------------------------------------------------------------------


def test_places_that_are_refused(so, central, tomorrow):
    assert refused(moved(so, BAC_NINH, tomorrow), central) == {"parent": ["unchanged"]}
    assert refused(moved(so, "VN-24-2008", tomorrow), central) == {"parent": ["parent_ended"]}
    assert refused(moved(so, part(so.pk).pk, tomorrow), central) == {"parent": ["parent_within"]}
    assert refused(moved(so, so.pk, tomorrow), central) == {"parent": ["parent_within"]}
    assert refused(moved(unit(DONG_NAI), LAM_DONG, tomorrow), central) == {"units": ["not_a_sub_unit"]}
    nowhere = moved(so, LAM_DONG, tomorrow)
    nowhere = replace(nowhere, results=[replace(nowhere.results[0], parent=None)])
    assert refused(nowhere, central) == {"parent": ["required"]}


def test_part_that_is_younger_than_the_move_or_about_to_end_speaks_against_it(so, central, tomorrow):
    late = add_sub_unit(so, replace(TRAM, name="Viện Đo", short_name="Viện Đo"), valid_from=tomorrow, by=central)
    assert refused(moved(so, LAM_DONG, timezone.localdate()), central) == {"effective_on": ["not_in_force"]}
    OrganisationUnit.objects.filter(pk=late.pk).update(valid_to=tomorrow + timedelta(days=9))
    assert refused(moved(so, LAM_DONG, tomorrow + timedelta(days=3)), central) == {"units": ["ended"]}


def test_unit_does_not_merge_into_what_is_below_itself(so, central, tomorrow):
    both = Plan(Kind.MERGER, [part(so.pk), unit(so.pk)], [Result("Sở Mới", "Sở Mới", "Sở")], tomorrow)
    assert refused(both, central) == {"parent": ["parent_within"]}


def test_planned_move_is_withdrawn_without_a_trace_but_its_own(so, central, tomorrow):
    before = everything()
    act = done(moved(so, LAM_DONG, tomorrow), central)
    assert everything() != before
    withdraw_reorganisation(act, "Chưa có quyết định", by=central)
    assert everything() == before
    assert unit(so.pk).is_focal
    told = {row.target_id: row for row in AuditEvent.objects.filter(action="reorganisation.withdrawn")}
    assert told.keys() >= {so.pk}
    planned = told[f"SO-KHCN-LAM-DONG-{tomorrow.year}"]  # gone, and what was written of it keeps its name
    assert planned.target == planned.unit_name == f"{so.names.last().short_name} (Lâm Đồng)"
    again = done(moved(so, LAM_DONG, tomorrow), central)
    assert again.begun.get(parent=LAM_DONG).pk == f"SO-KHCN-LAM-DONG-{tomorrow.year}-2"


def test_withdrawals_go_backwards(so, central, tomorrow):
    merged = done(merger(tomorrow), central)
    move = done(moved(so, merged.begun.get().pk, tomorrow), central)
    with pytest.raises(ValidationError) as refusal:
        withdraw_reorganisation(merged, "nhầm", by=central)
    assert refusal.value.code == "in_use"
    later = done(
        renaming(tomorrow + timedelta(days=2), of=part(merged.begun.get().pk).pk, name="Sở Hai", short="Sở Hai"),
        central,
    )
    with pytest.raises(ValidationError) as refusal:
        withdraw_reorganisation(move, "nhầm", by=central)
    assert refusal.value.code == "built_upon"
    for act in (later, move, merged):
        withdraw_reorganisation(act, "nhầm", by=central)


def test_move_that_has_come_to_pass_stays(so, central):
    act = done(moved(so, LAM_DONG, timezone.localdate()), central)
    with pytest.raises(ValidationError) as refusal:
        withdraw_reorganisation(act, "nhầm", by=central)
    assert refusal.value.code == "wrong_state"


def test_reference_data_loaded_again_leave_a_moved_department_alone(central, tomorrow):
    vu = OrganisationUnit.objects.filter(parent="BKHCN", valid_to=None, is_programme_office=False).first()
    done(moved(vu, "BCT", tomorrow), central)
    before = everything()
    call_command("load_reference", verbosity=0)
    assert everything() == before


# --- a change of kind that the kind of the unit does not cover --------------------------------------------------------


def agency(day: date, of: str = "BCT", label: str = "Cơ quan thuộc Chính phủ") -> Plan:
    return Plan(Kind.CHANGE_OF_KIND, [unit(of)], [Result("Ủy ban Công Thương", "Ủy ban Công Thương", label)], day)


def reporting(day: date) -> set[str]:
    return set(OrganisationUnit.objects.reporting().valid_on(day).values_list("pk", flat=True))


def test_ministry_that_becomes_an_agency_reports_until_its_last_day(central, member, tomorrow, on_its_day):
    today = tomorrow - timedelta(days=1)
    cuc = add_sub_unit(unit("BCT"), replace(CHI_CUC, kind_label="Cục"), valid_from=SINCE, by=central)
    editor = member("editor bct", "unit_editor", "BCT")
    before = reporting(today)
    found = preview_of(agency(tomorrow))
    assert (found.reporting_before, found.reporting_after) == (len(before), len(before))
    assert [one.pk for one in found.parts] == [cuc.pk]
    act = done(agency(tomorrow), central)
    new = act.begun.get(kind="government_agency")
    assert (new.pk, new.symbol, new.names.get().kind_label) == (
        f"BCT-{tomorrow.year}",
        "BCT",
        "Cơ quan thuộc Chính phủ",
    )
    assert (unit("BCT").kind, unit("BCT").valid_to) == ("ministry", today)
    assert act.successions.get(predecessor="BCT").relation == "reorganised"
    assert part(new.pk).names.get().name == CHI_CUC.name
    assert (reporting(today), reporting(tomorrow)) == (before, before - {"BCT"} | {new.pk})
    on_its_day()
    assert {new.pk, "BCT", part(new.pk).pk, cuc.pk} <= scope(editor)
    assert reporting(today) == before


def test_agency_that_becomes_a_ministry_reports_from_its_first_day(central, tomorrow):
    of = "VOV"
    act = done(replace(agency(tomorrow, of, "Bộ"), results=[Result("Bộ Phát thanh", "Bộ Phát thanh", "Bộ")]), central)
    new = act.begun.get(kind="ministry")
    today = tomorrow - timedelta(days=1)
    assert reporting(tomorrow) == reporting(today) - {of} | {new.pk}
    assert of in reporting(today)


def test_kind_changed_within_one_kind_keeps_the_unit(central, tomorrow):
    act = done(new_kind(tomorrow), central)
    assert not act.begun.exists()
    assert (unit(LAM_DONG).kind, unit(LAM_DONG).valid_to) == ("province", None)


def test_kinds_that_no_change_leads_to(central, tomorrow):
    assert refused(agency(tomorrow, "BCT", "Tỉnh"), central) == {"kind_label_1": ["kind_label"]}
    assert refused(agency(tomorrow, LAM_DONG, "Bộ"), central) == {"kind_label_1": ["kind_label"]}
    same = Result("Bộ Thương mại", "Bộ Thương mại", "Bộ")
    assert refused(replace(agency(tomorrow), results=[same]), central) == {"kind_label_1": ["unchanged"]}


def test_withdrawn_change_of_kind_leaves_everything_as_it_was(central, tomorrow):
    add_sub_unit(unit("BCT"), replace(CHI_CUC, kind_label="Cục"), valid_from=SINCE, by=central)
    before = everything()
    withdraw_reorganisation(done(agency(tomorrow), central), "Chưa có nghị quyết", by=central)
    assert everything() == before
