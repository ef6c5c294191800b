"""What may change in the register, when, and what a change sets going."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from apps.accounts.scope import UnitScope
from apps.audit.models import AuditEvent
from apps.enterprises import services
from apps.enterprises.history import history_of
from apps.enterprises.importing import SOURCE
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.selectors import read_provinces, reporting_unit
from apps.jobs.models import Job
from apps.jobs.services import claim_key, keep_response
from apps.organisations.models import OrganisationUnit
from apps.targets.models import RecomputeRequest
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG, TDC
from tests.exchange import enterprise_files as files
from tests.factories.enterprises import EnterpriseFactory, tax_code

pytestmark = pytest.mark.django_db
WRONG_CODE = "2400000010"


def new_enterprise(**fields) -> Enterprise:
    facts = {"tax_code": tax_code(9), "name": "Công ty A", "ownership": "private", "located_on": date(2025, 8, 1)}
    return Enterprise(**facts | {"unit": unit(BAC_NINH)} | fields)


def unit(pk: str) -> OrganisationUnit:
    return OrganisationUnit.objects.get(pk=pk)


def new_event(on: date = date(2026, 3, 12), place: str = BAC_NINH, stage: str = "applied") -> ProgrammeEvent:
    return ProgrammeEvent(stage=stage, occurred_on=on, unit=unit(place))


def codes(refusal: pytest.ExceptionInfo[ValidationError]) -> set[str]:
    return {error.code for error in refusal.value.error_list} if not hasattr(refusal.value, "error_dict") else {
        error.code for errors in refusal.value.error_dict.values() for error in errors
    }  # fmt: skip


def stale() -> list[str]:
    """What is to be recounted, change by change, and that somebody was told to each time."""
    sources = list(RecomputeRequest.objects.values_list("source", flat=True))
    assert [job.payload["source"] for job in Job.objects.filter(kind="progress.recompute")] == sources
    return sources


# --- an enterprise ----------------------------------------------------------------------------------------------------


def test_register_enterprise_records_and_counts_nothing_yet(keeper):
    made = services.register_enterprise(new_enterprise(), by=keeper)
    assert AuditEvent.objects.get(action="enterprise.registered").target_id == str(made.pk)
    assert stale() == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"tax_code": WRONG_CODE}, "tax_code_check_digit"),
        ({"tax_code": "12345"}, "tax_code"),
        ({"tax_code": "001099012345"}, "tax_code"),  # twelve digits are a household's
        ({"name": ""}, "blank"),
        ({"ownership": "other"}, "invalid_choice"),
        ({"located_on": date(2024, 8, 1)}, "unit_not_valid"),
    ],
)
def test_register_enterprise_refuses_bad_facts(keeper, fields, code):
    with pytest.raises(ValidationError) as refusal:
        services.register_enterprise(new_enterprise(**fields), by=keeper)
    assert codes(refusal) == {code}
    assert not Enterprise.objects.exists()


def test_a_wrong_check_digit_passes_with_a_reason(keeper):
    made = services.register_enterprise(
        new_enterprise(tax_code=WRONG_CODE, tax_code_reason="Đối chiếu giấy đăng ký"), by=keeper
    )
    assert made.tax_code == WRONG_CODE


def test_a_keeper_writes_for_own_and_predecessor_provinces_only(keeper, central_keeper):
    past = new_enterprise(unit=unit(BAC_GIANG), located_on=date(2024, 8, 1))
    assert services.register_enterprise(past, by=keeper).unit_id == BAC_GIANG
    elsewhere = {"unit": unit(LAM_DONG), "tax_code": tax_code(10)}
    with pytest.raises(ValidationError) as refusal:
        services.register_enterprise(new_enterprise(**elsewhere), by=keeper)
    assert codes(refusal) == {"other_unit"}
    assert services.register_enterprise(new_enterprise(**elsewhere), by=central_keeper).unit_id == LAM_DONG


def test_a_ministry_is_no_place(central_keeper):
    with pytest.raises(ValidationError) as refusal:
        services.register_enterprise(new_enterprise(unit=unit(TDC)), by=central_keeper)
    assert codes(refusal) == {"unit_not_valid"}


def test_the_same_tax_code_is_refused(keeper, enterprise):
    with pytest.raises(ValidationError) as refusal:
        services.register_enterprise(new_enterprise(tax_code=enterprise.tax_code), by=keeper)
    assert codes(refusal) == {"unique"}


def test_only_what_a_figure_counts_asks_for_a_recount(keeper, enterprise, event_of):
    event_of(enterprise, "applied", date(2024, 3, 12), unit=BAC_GIANG)
    services.update_enterprise(enterprise, {"name": "Tên mới", "note": "x"}, by=keeper)
    assert stale() == []
    services.update_enterprise(enterprise, {"ownership": "state"}, by=keeper)
    assert stale() == [SOURCE]
    services.update_enterprise(enterprise, {"tax_code": tax_code(9)}, by=keeper)
    assert stale() == [SOURCE, SOURCE]


def test_an_update_that_changes_nothing_leaves_no_trace(keeper, enterprise):
    services.update_enterprise(enterprise, {"name": enterprise.name}, by=keeper)
    assert not AuditEvent.objects.filter(action="enterprise.updated").exists()


def test_an_update_of_what_somebody_changed_since_is_refused(keeper, enterprise):
    seen = enterprise.updated_at
    services.update_enterprise(enterprise, {"name": "Của người kia"}, by=keeper, seen=seen)
    with pytest.raises(ValidationError) as refusal:
        services.update_enterprise(enterprise, {"note": "Của tôi"}, by=keeper, seen=seen)
    assert codes(refusal) == {"stale"}
    enterprise.refresh_from_db()
    assert (enterprise.name, enterprise.note) == ("Của người kia", "")


# --- events -----------------------------------------------------------------------------------------------------------


def test_add_event_says_who_and_asks_for_the_figure_of_its_place_and_day(keeper, enterprise):
    made = services.add_event(
        enterprise, "written", new_event(date(2024, 3, 12), BAC_GIANG), reported_by=unit(BAC_NINH), by=keeper
    )
    assert (made.programme.form, made.entered_by, made.reported_by_id) == ("written", keeper, BAC_NINH)
    assert stale() == [SOURCE]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ((date(2024, 3, 12), BAC_NINH), "unit_not_valid"),
        ((date(2026, 3, 12), BAC_GIANG), "unit_not_valid"),
        ((date(2026, 3, 12), LAM_DONG), "other_unit"),
    ],
)
def test_an_event_belongs_to_a_province_of_its_day_and_of_the_keeper(keeper, enterprise, event, code):
    with pytest.raises(ValidationError) as refusal:
        services.add_event(enterprise, "served", new_event(*event), reported_by=unit(BAC_NINH), by=keeper)
    assert codes(refusal) == {code}
    assert stale() == []


def test_the_same_event_twice_is_refused(keeper, enterprise, event_of):
    event_of(enterprise)
    with pytest.raises(ValidationError, match="Chương trình này đã có giai đoạn đó"):
        services.add_event(enterprise, "served", new_event(), reported_by=unit(BAC_NINH), by=keeper)


def test_a_corrected_event_asks_for_both_places_and_years(keeper, enterprise, event_of):
    event = event_of(enterprise, on=date(2026, 3, 12))
    changes = {"occurred_on": date(2024, 3, 12), "unit": unit(BAC_GIANG)}
    services.correct_event(event, changes, "Nhầm năm", by=keeper)
    assert stale() == [SOURCE]
    assert AuditEvent.objects.get(action="programme_event.corrected").reason == "Nhầm năm"


def test_a_withdrawn_event_asks_for_its_place_and_stays(keeper, enterprise, event_of):
    event = event_of(enterprise)
    services.withdraw_event(event, "Nhập nhầm doanh nghiệp", by=keeper)
    event.refresh_from_db()
    assert (event.is_live, event.withdrawn_by, event.withdrawn_reason) == (False, keeper, "Nhập nhầm doanh nghiệp")
    assert stale() == [SOURCE]


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_correction_and_a_withdrawal_need_a_reason(keeper, enterprise, event_of, reason):
    event = event_of(enterprise)
    for act in (
        lambda: services.withdraw_event(event, reason, by=keeper),
        lambda: services.correct_event(event, {"note": "x"}, reason, by=keeper),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert codes(refusal) == {"reason"}
    assert stale() == []


def test_a_withdrawn_event_can_be_changed_no_more(keeper, enterprise, event_of):
    event = event_of(enterprise)
    services.withdraw_event(event, "Nhập nhầm", by=keeper)
    for act in (
        lambda: services.withdraw_event(event, "Lại", by=keeper),
        lambda: services.correct_event(event, {"note": "x"}, "Lại", by=keeper),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert codes(refusal) == {"withdrawn"}


def test_an_event_does_not_move_to_a_province_of_others(keeper, enterprise, event_of):
    event = event_of(enterprise)
    with pytest.raises(ValidationError) as refusal:
        services.correct_event(event, {"unit": unit(LAM_DONG)}, "Chuyển", by=keeper)
    assert codes(refusal) == {"other_unit"}
    event.refresh_from_db()
    assert event.unit_id == BAC_NINH


def test_facts_are_reported_by_the_persons_own_unit(keeper, central_keeper, officer, stranger):
    permission = "enterprises.add_programmeevent"
    assert reporting_unit(keeper, permission).pk == BAC_NINH
    assert reporting_unit(central_keeper, permission).pk == TDC
    assert reporting_unit(officer, permission) is None
    assert reporting_unit(stranger, permission) is None


# --- history ----------------------------------------------------------------------------------------------------------


def test_history_tells_who_when_why_before_and_after(keeper, enterprise, event_of):
    event = event_of(enterprise)
    services.update_enterprise(enterprise, {"name": "Tên hai", "address": "Số 1"}, by=keeper)
    services.update_enterprise(enterprise, {"name": "Tên ba"}, by=keeper)
    services.correct_event(event, {"occurred_on": date(2026, 4, 1)}, "Nhầm tháng", by=keeper)
    enterprise.refresh_from_db()
    event.refresh_from_db()
    entries = history_of(enterprise, [event], read_provinces(), UnitScope(everything=True))
    assert [(entry.action, entry.who, entry.reason) for entry in entries] == [
        ("Sửa giai đoạn", "Keeper Bac Ninh", "Nhầm tháng"),
        ("Sửa hồ sơ", "Keeper Bac Ninh", ""),
        ("Sửa hồ sơ", "Keeper Bac Ninh", ""),
    ]
    told = [[(change.before, change.after) for change in entry.changes] for entry in entries]
    assert told == [
        [("12/03/2026", "01/04/2026")],
        [("Tên hai", "Tên ba")],
        [("Công ty CP Thực phẩm Sông Cầu", "Tên hai"), ("–", "Số 1")],
    ]


def test_history_masks_a_households_number(keeper):
    household = EnterpriseFactory(tax_code="001099012345", ownership="household")
    services.update_enterprise(household, {"tax_code": "001099012346"}, by=keeper)
    household.refresh_from_db()
    [entry] = history_of(household, [], read_provinces(), UnitScope(everything=True))
    assert [(change.before, change.after) for change in entry.changes] == [("••••••••2345", "••••••••2346")]


@pytest.mark.parametrize(("seen", "who"), [(BAC_NINH, "Keeper Bac Ninh"), (LAM_DONG, "Đơn vị khác")])
def test_what_a_file_wrote_and_its_undo_gave_back_are_told_too(upload, write, undo, enterprise, seen, who):
    code = enterprise.tax_code
    line = files.put(files.put(files.rows(1)[0], "Mã số thuế", code), "Ngày", "01/03/2026")
    files.put(files.put(line, "Địa chỉ", "Số 1"), "Tên doanh nghiệp", enterprise.name)
    undo(write(upload(files.workbook([line]))))
    entries = history_of(enterprise, [], read_provinces(), UnitScope(ids=frozenset([seen])))
    assert [(entry.action, entry.who) for entry in entries] == [
        ("Trả lại giá trị trước khi nhập", who),
        ("Cập nhật theo tệp nhập", who),
    ]
    told = [(change.label, change.before, change.after) for change in entries[1].changes if change.label == "địa chỉ"]
    assert told == [("địa chỉ", "–", "Số 1")]


# --- many at once -----------------------------------------------------------------------------------------------------


def at_once(count: int, act: Callable[[], object]) -> list[object]:
    """The same call from that many threads, each over its own connection; results or errors."""
    gate, results = threading.Barrier(count), []

    def run() -> None:
        gate.wait()
        try:
            results.append(act())
        except ValidationError as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_twenty_identical_creates_make_one(keeper):
    home = unit(BAC_NINH)

    def create() -> int:
        with transaction.atomic():
            claimed = claim_key("one-form", by=keeper)
            if claimed.response is None:
                keep_response(claimed, id=services.register_enterprise(new_enterprise(unit=home), by=keeper).pk)
            return claimed.response["id"]

    results = at_once(20, create)
    assert results == [Enterprise.objects.get().pk] * 20


@pytest.mark.django_db(transaction=True)
def test_two_people_with_one_tax_code_make_one(keeper):
    """Without a common key: one wins, the others are told in words."""
    home = unit(BAC_NINH)
    results = at_once(8, lambda: services.register_enterprise(new_enterprise(unit=home), by=keeper))
    assert Enterprise.objects.count() == 1
    refusals = [result for result in results if isinstance(result, ValidationError)]
    assert len(results) == 8
    assert len(refusals) == 7
    assert all("tax_code" in refusal.error_dict for refusal in refusals)
