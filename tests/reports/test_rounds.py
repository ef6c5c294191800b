"""Rounds and versions of the form, through their doors."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from apps.notifications.waiting import waiting_keys
from apps.reports.models import AnnualReport, FormCell, FormRule, FormVersion, ReportingRound
from apps.reports.services import forms, moves, rounds
from tests.conftest import BAC_NINH
from tests.factories.enterprises import ProgrammeEventFactory
from tests.factories.reports import facts_of_round, letter, open_round, report_of, unit_of
from tests.factories.sendings import accepted, sent

pytestmark = pytest.mark.django_db


def url(name: str, *more: object) -> str:
    return reverse(f"reports:{name}", args=more)


@pytest.fixture
def office(officer, signed_in):
    return signed_in(officer)


@pytest.fixture
def draft(officer) -> ReportingRound:
    return rounds.create_round(facts_of_round(), by=officer)


def shown(day) -> str:
    return f"{day:%d/%m/%Y}"


def test_a_new_round_starts_from_the_last(office, officer):
    open_round(officer, 2025)
    initial = office.get(url("reportinground_add")).context["form"].initial
    assert (initial["code"], initial["title"]) == ("2026", "Báo cáo năm 2026")
    told = {name: shown(value) if hasattr(value, "year") else value for name, value in initial.items() if value}
    answer = office.post(url("reportinground_add"), told | {"key": "a"})
    assert answer.status_code == 302
    made = ReportingRound.objects.get(code="2026")
    assert (made.period.year, made.reports.count(), made.state) == (2026, 60, "draft")
    twice = office.post(url("reportinground_add"), told | {"key": "b"})
    assert twice.status_code == 422
    assert "errsum" in twice.content.decode()


def test_a_new_round_may_begin_with_nobody_on_its_list(office, officer):
    open_round(officer, 2025)
    initial = office.get(url("reportinground_add")).context["form"].initial
    told = {name: shown(value) if hasattr(value, "year") else value for name, value in initial.items() if value}
    assert office.post(url("reportinground_add"), told | {"key": "a", "listed": "?"}).status_code == 422
    answer = office.post(url("reportinground_add"), told | {"key": "b", "listed": "nobody"}, follow=True)
    assert "Đưa các đơn vị phải báo cáo vào danh sách trước khi mở." in answer.content.decode()
    made = ReportingRound.objects.get(code="2026")
    assert (made.reports.count(), made.forms.count()) == (0, 3)
    lacking = [words for words, is_done in rounds.checklist(made) if not is_done]
    assert "có đơn vị phải báo cáo" in lacking


@pytest.mark.parametrize(("year", "covers"), [(2025, True), (2026, False)])
def test_a_unit_put_on_the_list_by_hand_reports_for_its_predecessors_too(officer, year, covers):
    """As one that the rule proposes: where the merger fell within the window."""
    made = rounds.create_round(facts_of_round(year), by=officer, propose=False)
    assert rounds.add_unit(made, unit_of(BAC_NINH), "Thí điểm", by=officer).covers_predecessors is covers


def test_a_round_in_preparation_is_the_offices_own(draft, office, signed_in, editor):
    assert office.get(draft.get_absolute_url()).status_code == 200
    assert signed_in(editor).get(draft.get_absolute_url()).status_code == 404
    assert signed_in(editor).get(url("reportinground_add")).status_code == 403
    assert signed_in(editor).post(url("reportinground_open", "2026")).status_code == 403


def test_it_opens_once_nothing_is_lacking_and_locks(draft, office):
    rows = ReportingRound.objects.filter(pk=draft.pk)
    rows.update(letter=None)
    assert office.post(url("reportinground_open", "2026")).status_code == 409
    rows.update(letter=letter())
    assert office.post(url("reportinground_open", "2026")).status_code == 302
    assert rows.get().state == "open"
    assert office.post(url("reportinground_lock", "2026")).status_code == 302
    assert office.post(url("reportinground_lock", "2026")).status_code == 409
    assert "Chốt số liệu kỳ 2026" in office.get(draft.get_absolute_url()).content.decode()


def test_days_change_and_of_an_open_round_not_its_window(round_2026, office, report):
    day = timezone.localdate() + timedelta(days=45)
    made = round_2026
    told = {name: shown(getattr(made, name)) for name in ("starts_on", "ends_on", "opens_on", "due_on")}
    told |= {"key": "a", "title": made.title, "letter": str(letter()), "due_on": shown(day)}
    page = office.get(url("reportinground_change", "2026"))
    told["letter"] = page.context["form"]["letter"].value()
    told["letter"] = page.context["form"].fields["letter"].prepare_value(told["letter"])
    assert office.post(url("reportinground_change", "2026"), told).status_code == 302
    report.refresh_from_db()
    assert report.due_on == day
    earlier = told | {"starts_on": shown(made.starts_on - timedelta(days=1))}
    assert office.post(url("reportinground_change", "2026"), earlier).status_code == 409
    assert office.post(url("reportinground_change", "2026"), told | {"due_on": "31/02/2026"}).status_code == 422


def test_units_come_onto_the_list_and_off_it(report, office):
    off = url("round_unit_excuse", "2026", report.unit.slug)
    assert office.post(off, {"reason": ""}).status_code == 422
    assert office.post(off, {"reason": "Đã báo cáo cùng đơn vị khác"}).status_code == 302
    report.refresh_from_db()
    assert report.excused_reason == "Đã báo cáo cùng đơn vị khác"
    assert office.post(off, {"reason": "Lần nữa"}).status_code == 404
    assert "Đã báo cáo cùng đơn vị khác" in office.get(report.round.get_absolute_url()).content.decode()
    add = url("round_unit_add", "2026")
    assert office.post(add, {"key": "a", "unit": BAC_NINH, "reason": "Vẫn phải báo cáo"}).status_code == 302
    assert AnnualReport.objects.expected().filter(pk=report.pk).exists()
    assert office.post(add, {"key": "b", "unit": BAC_NINH, "reason": "Hai lần"}).status_code == 422
    assert office.post(add, {"key": "c", "unit": "UBTDC", "reason": "Không có biểu mẫu"}).status_code == 422


def test_what_is_accepted_stays_on_the_list(report, office, editor, approver, officer):
    accepted(sent(report, editor, approver), officer)
    off = url("round_unit_excuse", "2026", report.unit.slug)
    assert office.post(off, {"reason": "Thử"}).status_code == 409


def test_an_extension_has_a_later_day_and_a_reason(report, office, officer):
    put_off = url("round_unit_extend", "2026", report.unit.slug)
    day = report.due_on + timedelta(days=10)
    for wrong in ({"due_on": shown(report.due_on), "reason": "Bão"}, {"due_on": shown(day), "reason": ""}):
        assert office.post(put_off, {"key": "a"} | wrong).status_code == 422
    assert office.post(put_off, {"key": "b", "due_on": shown(day), "reason": "Bão lũ"}).status_code == 302
    report.refresh_from_db()
    assert (report.due_on, report.extensions.get().granted_by) == (day, officer)


@pytest.mark.parametrize("count", [1, 3])
def test_the_round_asks_as_often_whatever_was_extended(
    round_2026, office, officer, count, django_assert_num_queries
):  # fmt: skip
    for report in round_2026.reports.order_by("unit")[:count]:
        rounds.extend(report, report.due_on + timedelta(days=5), "Bão lũ", by=officer)
    office.get(round_2026.get_absolute_url())
    with django_assert_num_queries(10):
        office.get(round_2026.get_absolute_url())


def test_whoever_is_shut_out_with_the_round_reads_why_until_the_day_is_put_off(
    report, office, officer, signed_in, editor
):
    rounds.lock_round(report.round, by=officer)
    unit, words = signed_in(editor), f"Kỳ 2026 đã khóa sổ ngày {shown(timezone.localdate())}"
    assert words in unit.get(report.get_absolute_url()).content.decode()
    rounds.extend(report, report.due_on + timedelta(days=5), "Bão lũ", by=officer)
    page = unit.get(report.get_absolute_url()).content.decode()
    assert words not in page
    assert "Bắt đầu báo cáo" in page


def test_a_locked_round_waits_for_who_closes_periods(report, leader, officer):
    def waits() -> list:
        return [key for key in waiting_keys(leader) if key.source == "reports.close"]

    assert waits() == []
    rounds.lock_round(report.round, by=officer)
    assert len(waits()) == 1
    assert [key for key in waiting_keys(officer) if key.source == "reports.close"] == []


# Versions of the form


@pytest.fixture
def copy(officer) -> FormVersion:
    return forms.copy_form(FormVersion.objects.get(audience="province", number=1), by=officer)


def test_a_copy_has_the_same_cells_and_rules(copy):
    first = copy.copied_from
    assert set(copy.cells.values_list("key", "code")) == set(first.cells.values_list("key", "code"))
    assert copy.rules.count() == first.rules.count()
    assert not copy.cells.filter(block__section__form=first).exists()


def test_a_version_is_read_and_copied_once(office):
    page = url("formversion_detail", "province", 1)
    assert office.get(url("formversion_list")).status_code == office.get(page).status_code == 200
    assert office.post(url("formversion_copy", "province", 1)).url == url("formversion_detail", "province", 2)
    assert office.get(url("formversion_detail", "province", 2)).status_code == 200
    office.post(url("formversion_copy", "province", 1))
    assert FormVersion.objects.filter(audience="province").count() == 2
    assert office.get(url("formversion_detail", "province", 9)).status_code == 404


def test_a_copy_is_changed_by_forms_and_buttons(copy, office):
    def at(name: str, *more: object) -> str:
        return url(name, "province", 2, *more)

    told = {"label": "Số văn bản chỉ đạo", "group": "", "hint": "", "unit_label": "văn bản"}
    assert office.post(at("formcell_change", "A3"), told).status_code == 302
    assert copy.cells.get(code="A3").label == "Số văn bản chỉ đạo"
    assert office.post(at("formcell_down", "A3")).status_code == 302
    assert copy.cells.get(code="A3").position == 2
    block = copy.cells.get(code="A3").block
    new = {"key": "a", "code": "A9", "cell_key": "documents.guides", "label": "Văn bản khác", "kind": "whole"}
    assert office.post(at("formcell_add", block.pk), new).status_code == 302
    assert office.post(at("formcell_add", block.pk), new | {"key": "b"}).status_code == 422
    blank = office.post(at("formcell_change", "A3"), told | {"label": ""})
    assert (blank.status_code, blank.context["form"].errors.keys()) == (422, {"label"})
    odd = office.post(at("formcell_add", block.pk), new | {"key": "c", "code": "A10", "cell_key": "Có Dấu"})
    assert (odd.status_code, odd.context["form"].errors.keys()) == (422, {"cell_key"})
    taken = office.post(at("formcell_add", block.pk), new | {"key": "f", "code": "A10"})
    assert (taken.status_code, taken.context["form"].errors.keys()) == (422, {"cell_key"})
    rule = {"key": "d", "kind": "at_most", "severity": "warning", "others": "A3"}
    assert office.post(at("formrule_add", "A9"), rule).status_code == 302
    assert office.post(at("formrule_add", "A9"), rule | {"key": "e", "others": "Z9"}).status_code == 422
    office.post(at("formcell_retire", "A3"))
    assert copy.cells.filter(code="A3").exists()  # the rule names it
    office.post(at("formrule_remove", "A9", FormRule.objects.get(cell__code="A9").pk))
    office.post(at("formcell_retire", "A3"))
    assert not copy.cells.filter(code="A3").exists()
    block.cells.all().delete()
    office.post(at("formcell_add", block.pk), new | {"key": "g"})
    office.post(at("formcell_add", block.pk), new | {"key": "h", "code": "A10", "cell_key": "documents.other"})
    assert [(one.code, one.position) for one in block.cells.order_by("position")] == [("A9", 1), ("A10", 2)]


def test_what_another_took_out_meanwhile_is_said_to_be_gone(copy, officer):
    cell = copy.cells.get(code="A3")
    rule = forms.add_rule(copy, copy.cells.get(code="A2"), "sum", "warning", others=["A4", "A5"], by=officer)
    forms.remove_rule(copy, rule, by=officer)
    forms.retire_cell(copy, cell, by=officer)
    for late in (
        lambda: forms.remove_rule(copy, rule, by=officer), lambda: forms.retire_cell(copy, cell, by=officer),
        lambda: forms.move_cell(copy, cell, 1, by=officer), lambda: forms.add_rule(copy, cell, "jump", "warning",
        percent=5, by=officer), lambda: forms.change_cell(copy, cell, {"label": "Khác"}, by=officer),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as refusal:
            late()
        assert refusal.value.code == "gone"


def test_nobody_writes_over_days_of_a_round_that_another_put_off(round_2026, officer, office):
    page = url("reportinground_change", "2026")
    form = office.get(page).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    later = round_2026.due_on + timedelta(days=5)
    rounds.change_round(round_2026, {"due_on": later}, by=officer)
    assert office.post(page, sent).status_code == 409
    round_2026.refresh_from_db()
    assert round_2026.due_on == later


def test_what_was_issued_never_changes(copy, office, officer):
    assert office.post(url("formversion_issue", "province", 2)).status_code == 302
    copy.refresh_from_db()
    assert copy.issued_by == officer
    told = {"label": "Khác", "group": "", "hint": "", "unit_label": ""}
    assert office.post(url("formcell_change", "province", 2, "A3"), told).status_code == 409
    office.post(url("formcell_retire", "province", 2, "A3"))
    assert FormCell.objects.filter(form=copy, code="A3").exclude(label="Khác").exists()
    assert office.get(url("formcell_change", "province", 2, "A3")).status_code == 302
    assert rounds.newest_forms()[-1].number == 2


def test_forms_are_the_offices(copy, signed_in, editor, leader):
    for person in (editor, leader):
        client = signed_in(person)
        assert client.get(url("formversion_list")).status_code == 403
        assert client.post(url("formversion_issue", "province", 2)).status_code == 403


def test_a_round_that_is_no_period_is_prefilled_with_what_came_in_its_window(officer, editor):
    for day in (date(2026, 2, 1), date(2026, 3, 31), date(2026, 4, 1)):
        ProgrammeEventFactory(occurred_on=day, unit_id=BAC_NINH, programme__enterprise__unit_id=BAC_NINH)
    made = open_round(
        officer, code="2026-q1", kind="quarter", period=None, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31)
    )
    report = moves.start(report_of(made, BAC_NINH), by=editor)
    told = dict(report.values.filter(cell__code__in=["5.1", "5.2", "5.3"]).values_list("cell__code", "number"))
    assert told["5.1"] == 2
    assert sum(number for code, number in told.items() if code != "5.1") == 2


def test_a_round_that_is_no_year_is_called_by_its_code(officer, editor, signed_in):
    made = open_round(
        officer, code="2026-q1", kind="quarter", period=None, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31)
    )
    moves.start(report_of(made, BAC_NINH), by=editor)
    page = signed_in(officer).get(reverse("reports:round_remind", args=["2026-q1"])).content.decode()
    assert "nhắc nộp báo cáo kỳ 2026-q1" in page
    told = signed_in(editor).get(reverse("reports:annualreport_print", args=["2026-q1", "bac-ninh"])).content.decode()
    assert "Kỳ 2026-q1</th>" in told
    assert "Năm 2026</th>" not in told
