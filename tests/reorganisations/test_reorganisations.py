"""Acts that change units: what they bring, what they leave, what is refused, and the way back before their date."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.documents.models import LegalDocument
from apps.organisations.matching import ProvinceMatcher
from apps.organisations.models import OrganisationUnit, Reorganisation, Succession, UnitName
from apps.organisations.search import find_units
from apps.organisations.selectors import current_units, successor_shares
from apps.people.rights import units_with
from apps.reorganisations.services.plans import Plan, Result
from apps.reorganisations.services.reorganisations import record_reorganisation, withdraw_reorganisation
from tests.factories.people import MembershipFactory
from tests.reorganisations.acts import (
    BAC_NINH,
    DOCUMENT,
    DONG_NAI,
    LAM_DONG,
    MERGED,
    Kind,
    done,
    merger,
    new_kind,
    renaming,
    split,
    unit,
)

pytestmark = pytest.mark.django_db
CHANGE = "enterprises.change_enterprise"


def everything() -> dict[str, list]:
    """All that an act may touch, but for the acts themselves and the audit."""
    units = OrganisationUnit.objects.order_by("pk").values_list(
        "pk", "slug", "valid_to", "ended_by", "begun_by", "is_focal"
    )
    names = UnitName.objects.order_by("unit", "valid_from").values_list("unit", "name", "valid_from", "valid_to")
    links = Succession.objects.order_by("predecessor", "successor").values_list("predecessor", "successor", "share")
    return {"units": list(units), "names": list(names), "links": list(links)}


def codes(refusal: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    error = refusal.value
    if not hasattr(error, "error_dict"):
        return {"": [one.code for one in error.error_list]}
    return {field: [one.code for one in errors] for field, errors in error.error_dict.items()}


# --- what an act brings -----------------------------------------------------------------------------------------------


def test_merger_ends_the_old_and_begins_a_new_unit(central, tomorrow):
    act = done(merger(tomorrow), central)
    today = tomorrow - timedelta(days=1)
    new = OrganisationUnit.objects.get(begun_by=act)
    assert (new.pk, new.slug, new.code, new.kind) == (f"VN-97-{tomorrow.year}", "bac-lam", "97", "province")
    assert (new.valid_from, new.valid_to, new.basis) == (tomorrow, None, "Nghị quyết 99/2026/QH16")
    assert new.region == unit(BAC_NINH).region
    name = new.names.get()
    assert (name.name, name.kind_label, name.valid_from, name.recorded_with) == (
        "Thành phố Bắc Lâm", "Thành phố", tomorrow, act,
    )  # fmt: skip
    for pk in (BAC_NINH, LAM_DONG):
        old = unit(pk)
        assert (old.valid_to, old.ended_by, old.names.order_by("valid_from").last().valid_to) == (today, act, today)
    links = Succession.objects.filter(recorded_with=act)
    assert {(link.predecessor_id, link.share, link.relation, link.takes_members) for link in links} == {
        (BAC_NINH, Decimal(1), "merged", True),
        (LAM_DONG, Decimal(1), "merged", True),
    }
    assert act.document.number == "99/2026/QH16"
    assert act.plan["results"][0]["id"] == new.pk


def test_merger_is_felt_from_its_day_on(central, tomorrow):
    done(merger(tomorrow), central)
    today = tomorrow - timedelta(days=1)
    provinces = OrganisationUnit.objects.filter(kind="province")
    assert provinces.valid_on(today).count() == 34
    assert provinces.valid_on(tomorrow).count() == 33
    assert [one.pk for one in current_units(BAC_NINH, on=today)] == [BAC_NINH]
    assert [one.pk for one in current_units("VN-24-2008", on=tomorrow)] == [f"VN-97-{tomorrow.year}"]
    assert f"VN-97-{tomorrow.year}" in find_units("Bắc Giang", tomorrow)
    assert f"VN-97-{tomorrow.year}" not in find_units("Bắc Giang", today)


def test_split_shares_the_past_and_sends_the_people_one_way(central, tomorrow):
    act = done(split(tomorrow, "0.6", "0.4", heir=1), central)
    left, right = act.begun.order_by("code")
    assert dict(successor_shares(tomorrow)[LAM_DONG]) == {left.pk: Decimal("0.6"), right.pk: Decimal("0.4")}
    taking = Succession.objects.get(predecessor=LAM_DONG, takes_members=True)
    assert (taking.successor, taking.relation) == (right, "split")
    assert dict(successor_shares(tomorrow - timedelta(days=1)))[LAM_DONG] == [(LAM_DONG, Decimal(1))]


@pytest.mark.parametrize("plan", [renaming, new_kind])
def test_same_unit_under_a_new_name(central, tomorrow, plan):
    act = done(plan(tomorrow), central)
    before, after = unit(LAM_DONG).names.order_by("valid_from")
    assert (before.valid_to, after.valid_from, after.recorded_with) == (tomorrow - timedelta(days=1), tomorrow, act)
    assert unit(LAM_DONG).valid_to is None
    assert not Succession.objects.filter(recorded_with=act).exists()
    assert unit(LAM_DONG).name_on(tomorrow) == after
    assert unit(LAM_DONG).name_on(tomorrow - timedelta(days=1)) == before


def test_renaming_keeps_the_kind_and_the_new_kind_is_taken(central, tomorrow):
    done(renaming(tomorrow), central)
    city = Result("Thành phố Lâm Viên", "Lâm Viên", "Thành phố")
    done(Plan(Kind.CHANGE_OF_KIND, [unit(LAM_DONG)], [city], tomorrow + timedelta(days=30)), central)
    labels = list(unit(LAM_DONG).names.order_by("valid_from").values_list("kind_label", flat=True))
    assert labels == ["Tỉnh", "Tỉnh", "Thành phố"]


def test_merger_of_sub_units_carries_the_focal_flag_and_the_parent(central, tomorrow):
    parts = list(OrganisationUnit.objects.filter(parent="BKHCN", valid_to=None, is_programme_office=False)[:2])
    OrganisationUnit.objects.filter(pk=parts[1].pk).update(is_focal=True)
    act = done(Plan(Kind.MERGER, parts, [Result("Vụ Thử nghiệm", "Vụ Thử", "Vụ")], tomorrow), central)
    new = act.begun.get()
    assert (new.parent_id, new.kind, new.is_focal) == ("BKHCN", "department", True)
    assert new.pk == f"VU-THU-BO-KHCN-{tomorrow.year}"
    withdraw_reorganisation(act, "thử", by=central)
    assert unit(parts[1].pk).is_focal


def test_late_paperwork_counts_from_its_day_and_stays(central):
    day = timezone.localdate() - timedelta(days=10)
    act = done(merger(day), central)
    assert act.state == Reorganisation.State.IN_EFFECT
    with pytest.raises(ValidationError) as refusal:
        withdraw_reorganisation(act, "nhầm", by=central)
    assert codes(refusal) == {"": ["wrong_state"]}
    assert current_units(BAC_NINH).get().begun_by == act


def test_document_in_the_portal_is_found_and_a_new_one_is_made_once(central, tomorrow):
    known = LegalDocument.objects.get(number="202/2025/QH15")
    act = done(
        renaming(tomorrow), central, document=replace(DOCUMENT, number="202/2025/qh15", title="khác", issued_on=None)
    )
    assert act.document == known
    known.refresh_from_db()
    assert known.title != "khác"
    second = done(merger(tomorrow, BAC_NINH, DONG_NAI), central)
    assert LegalDocument.objects.filter(number="99/2026/QH16").get() == second.document
    told = AuditEvent.objects.get(action="document.added")  # of the new one only
    assert (told.target_id, told.actor) == (str(second.document.pk), central.email)
    stated = {"number": "99/2026/QH16", "kind": "Nghị quyết", "title": "Sắp xếp thử", "issuer": "Quốc hội"}
    assert told.after == stated | {"issued_on": "2026-11-01", "replaced_by": None}


def test_every_unit_touched_has_its_audit_row(central, tomorrow):
    act = done(merger(tomorrow), central)
    rows = {row.target_id: row for row in AuditEvent.objects.filter(action="reorganisation.recorded")}
    assert set(rows) == {BAC_NINH, LAM_DONG, f"VN-97-{tomorrow.year}"}
    assert all(row.unit == pk and row.actor == central.email for pk, row in rows.items())
    today = (tomorrow - timedelta(days=1)).isoformat()
    assert (rows[BAC_NINH].before, rows[BAC_NINH].after) == ({"valid_to": None}, {"valid_to": today})
    assert rows[f"VN-97-{tomorrow.year}"].after["tên đầy đủ"] == "Thành phố Bắc Lâm"
    withdraw_reorganisation(act, "Nghị quyết hoãn", by=central)
    back = AuditEvent.objects.filter(action="reorganisation.withdrawn")
    assert {row.target_id for row in back} == set(rows)
    assert {row.reason for row in back} == {"Nghị quyết hoãn"}


# --- ids and slugs ----------------------------------------------------------------------------------------------------


def test_no_id_and_no_slug_is_given_twice(central, tomorrow):
    first = done(merger(tomorrow), central)
    withdraw_reorganisation(first, "làm lại", by=central)
    again = done(merger(tomorrow), central)
    assert again.begun.get().pk == f"VN-97-{tomorrow.year}-2"
    named_alike = Result("Thành phố Đồng Nai", "Đồng Nai", "Thành phố", code="75")
    other = done(merger(tomorrow, DONG_NAI, "VN-79-2025", result=named_alike), central)
    assert other.begun.get().slug == f"dong-nai-{tomorrow.year}"
    assert unit(DONG_NAI).slug == "dong-nai"


# --- refusals ---------------------------------------------------------------------------------------------------------


def refused(plan: Plan, central: User, document=DOCUMENT) -> dict[str, list[str]]:
    before = everything(), Reorganisation.objects.count(), AuditEvent.objects.count(), LegalDocument.objects.count()
    with pytest.raises(ValidationError) as refusal:
        record_reorganisation(plan, document=document, by=central)
    after = everything(), Reorganisation.objects.count(), AuditEvent.objects.count(), LegalDocument.objects.count()
    assert after == before
    return codes(refusal)


def test_units_that_are_refused(central, tomorrow):
    assert refused(merger(tomorrow, BAC_NINH), central) == {"units": ["too_few_units"]}
    assert refused(merger(tomorrow, BAC_NINH, BAC_NINH), central) == {"units": ["same_unit_twice"]}
    assert refused(merger(tomorrow, BAC_NINH, "BCT"), central) == {"units": ["different_kinds"]}
    assert refused(merger(tomorrow, BAC_NINH, "VN-24-2008"), central) == {"units": ["ended"]}
    two = replace(split(tomorrow, "0.5", "0.5"), units=[unit(LAM_DONG), unit(BAC_NINH)])
    assert refused(two, central) == {"units": ["one_unit"]}


def test_days_that_are_refused(central, tomorrow):
    assert refused(merger(date(2025, 7, 1)), central) == {"effective_on": ["not_in_force", "not_in_force"]}
    assert refused(merger(date(2026, 9, 20)), central) == {"effective_on": ["before_current_name"]}
    done(renaming(tomorrow + timedelta(days=5)), central)
    assert refused(new_kind(tomorrow), central) == {"effective_on": ["before_current_name"]}


def test_acts_that_overlap_are_refused(central, tomorrow):
    done(merger(tomorrow + timedelta(days=5)), central)
    assert refused(renaming(tomorrow), central) == {"units": ["ended"]}
    assert refused(merger(tomorrow, LAM_DONG, DONG_NAI), central) == {"units": ["ended"]}


@pytest.mark.parametrize(
    "shares, found",
    [
        (("0.6", "0.3"), {"share_1": ["shares_not_one"]}),
        (("0.6", "0.400001"), {"share_1": ["shares_not_one"]}),
        (("1", "0"), {"share_2": ["share"]}),
        (("1",), {"results": ["too_few_results"]}),
    ],
)
def test_shares_that_are_refused(central, tomorrow, shares, found):
    assert refused(split(tomorrow, *shares), central) == found


def test_people_go_to_exactly_one_part(central, tomorrow):
    assert refused(split(tomorrow, "0.5", "0.5", heir=7), central) == {"heir": ["members"]}


def test_names_and_codes_that_are_refused(central, tomorrow):
    def merged(**fields) -> dict:
        return refused(merger(tomorrow, result=replace(MERGED, **fields)), central)

    assert merged(name="Thành phố Huế", short_name="Huế") == {"name_1": ["name_taken"]}
    assert merged(name="Thành phố Đà Nẵng") == {"name_1": ["name_taken"]}
    assert merged(name="Tỉnh Bắc Lâm") == {"name_1": ["kind_not_in_name"]}
    assert merged(kind_label="Sở", name="Sở Bắc Lâm") == {"kind_label_1": ["kind_label"]}
    assert merged(code="") == {"code_1": ["code"]}
    assert merged(code="١٢") == {"code_1": ["code"]}
    assert merged(code="79") == {"code_1": ["code_taken"]}
    assert merged(name="", short_name="") == {"name_1": ["required"], "short_name_1": ["required"]}
    twins = split(tomorrow, "0.5", "0.5")
    twins = replace(twins, results=[twins.results[0], replace(twins.results[0], takes_members=False)])
    assert set(refused(twins, central)) == {"name_1", "name_2", "short_name_1", "short_name_2", "code_1", "code_2"}


def test_change_that_changes_nothing_is_refused(central, tomorrow):
    same = unit(LAM_DONG).names.last()
    assert refused(renaming(tomorrow, name=same.name, short=same.short_name), central) == {"name_1": ["unchanged"]}
    again = Plan(Kind.CHANGE_OF_KIND, [unit(LAM_DONG)], [Result(same.name, same.short_name, "Tỉnh")], tomorrow)
    assert refused(again, central) == {"kind_label_1": ["unchanged"]}


def test_new_document_must_be_described(central, tomorrow):
    told = refused(merger(tomorrow), central, replace(DOCUMENT, number="", kind="", issuer=""))
    assert told == {"number": ["blank"], "kind": ["blank"], "issuer": ["blank"]}


# --- the way back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "plan",
    [merger, lambda day: split(day, "0.25", "0.75"), renaming, new_kind],
    ids=["merger", "split", "name", "kind"],
)
def test_withdrawn_act_leaves_everything_as_it_was(central, tomorrow, plan):
    before = everything()
    act = done(plan(tomorrow), central)
    assert everything() != before
    act = withdraw_reorganisation(act, "Chưa có nghị quyết", by=central)
    assert everything() == before
    assert (act.withdrawn_by, act.withdrawn_reason) == (central, "Chưa có nghị quyết")
    assert act.plan["units"][0]["name"]
    with pytest.raises(ValidationError) as refusal:
        withdraw_reorganisation(act, "lần nữa", by=central)
    assert codes(refusal) == {"": ["wrong_state"]}


def test_withdrawal_needs_a_reason(central, tomorrow):
    act = done(merger(tomorrow), central)
    with pytest.raises(ValidationError) as refusal:
        withdraw_reorganisation(act, "  ", by=central)
    assert codes(refusal) == {"reason": ["required"]}
    assert act.begun.exists()


def test_withdrawal_waits_for_what_was_built_upon_it(central, tomorrow):
    act = done(merger(tomorrow), central)
    new = act.begun.get()
    later = done(
        Plan(Kind.RENAMING, [new], [Result("Thành phố Lâm Bắc", "Lâm Bắc")], tomorrow + timedelta(days=9)), central
    )
    before = everything()
    with pytest.raises(ValidationError) as refusal:
        withdraw_reorganisation(act, "nhầm", by=central)
    assert codes(refusal) == {"": ["built_upon"]}
    assert everything() == before
    withdraw_reorganisation(later, "nhầm", by=central)
    withdraw_reorganisation(act, "nhầm", by=central)
    assert not OrganisationUnit.objects.filter(pk=new.pk).exists()


def test_withdrawal_names_what_already_refers_to_the_planned_unit(central, tomorrow):
    act = done(merger(tomorrow), central)
    MembershipFactory(unit=act.begun.get(), valid_from=tomorrow)
    with pytest.raises(ValidationError) as refusal:
        withdraw_reorganisation(act, "nhầm", by=central)
    assert codes(refusal) == {"": ["in_use"]}
    assert "Bắc Lâm" in refusal.value.messages[0]
    assert "vai trò được giao" in refusal.value.messages[0]


# --- what follows -----------------------------------------------------------------------------------------------------


def test_members_follow_on_the_day_and_not_before(central, keeper, tomorrow, monkeypatch):
    new = done(merger(tomorrow), central).begun.get()
    assert units_with(User.objects.get(pk=keeper.pk), CHANGE).ids == {BAC_NINH, "VN-24-2008", "VN-27-2008"}
    monkeypatch.setattr(timezone, "localdate", lambda *_: tomorrow)
    later = units_with(User.objects.get(pk=keeper.pk), CHANGE).ids
    assert {new.pk, BAC_NINH, LAM_DONG, "VN-24-2008", "VN-68-2008"} <= later
    assert DONG_NAI not in later


def test_members_of_a_split_unit_get_one_part(central, outsider, tomorrow, monkeypatch):
    left, right = done(split(tomorrow, "0.6", "0.4", heir=1), central).begun.order_by("code")
    monkeypatch.setattr(timezone, "localdate", lambda *_: tomorrow)
    ids = units_with(User.objects.get(pk=outsider.pk), CHANGE).ids
    assert right.pk in ids
    assert left.pk not in ids


def test_file_rows_match_the_old_name_before_the_day_and_the_new_unit_after(central, tomorrow):
    new = done(merger(tomorrow), central).begun.get()
    before = ProvinceMatcher.load(today=tomorrow - timedelta(days=1))
    assert before.match("Lâm Đồng", tomorrow - timedelta(days=1)).unit_id == LAM_DONG
    assert before.match("Lâm Đồng", tomorrow - timedelta(days=1)).note == ""
    after = ProvinceMatcher.load(today=tomorrow)
    found = after.match("Lâm Đồng", tomorrow)
    day, eve = f"{tomorrow:%d/%m/%Y}", f"{tomorrow - timedelta(days=1):%d/%m/%Y}"
    assert found.unit_id == new.pk
    assert found.note == f"“Lâm Đồng” là đơn vị đến {eve}, từ {day} thuộc Bắc Lâm: ghi vào Bắc Lâm."
    assert after.match("Lâm Đồng", tomorrow - timedelta(days=1)).unit_id == LAM_DONG
    assert after.match("TP. Bắc Lâm", tomorrow).unit_id == new.pk
    assert after.match("Bắc Ninh", tomorrow).note.startswith(f"“Bắc Ninh” là đơn vị đến {eve}")
    oldest = after.match("Bắc Giang", tomorrow)
    assert (oldest.unit_id, oldest.note) == (
        new.pk, "“Bắc Giang” là đơn vị đến 30/06/2025, từ 01/07/2025 thuộc Bắc Ninh: ghi vào Bắc Lâm.",
    )  # fmt: skip


def test_file_row_with_the_name_of_a_split_unit_must_say_which(central, tomorrow):
    done(split(tomorrow, "0.6", "0.4"), central)
    found = ProvinceMatcher.load(today=tomorrow).match("Lâm Đồng", tomorrow)
    assert found.unit_id is None
    assert "chia thành Lâm Đồng 0, Lâm Đồng 1" in found.note


@pytest.mark.parametrize(
    "plan",
    [merger, lambda day: split(day, "0.25", "0.75"), renaming, new_kind],
    ids=["merger", "split", "name", "kind"],
)
def test_reference_data_loaded_again_leave_a_recorded_act_alone(central, tomorrow, plan):
    done(plan(tomorrow), central)
    before = everything()
    call_command("load_reference", verbosity=0)
    assert everything() == before


def test_reference_data_mend_what_a_withdrawn_act_left(central, tomorrow):
    before = everything()
    withdraw_reorganisation(done(merger(tomorrow), central), "thử", by=central)
    UnitName.objects.filter(unit=LAM_DONG).update(name="Tỉnh Sai Tên")
    call_command("load_reference", verbosity=0)
    assert everything() == before
