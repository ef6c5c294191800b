"""The page of one section, and what it sends: all its cells at once, or each by itself as it is typed."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View
from django.views.generic.detail import SingleObjectMixin

from apps.documents.selectors import attachments_of
from apps.organisations.selectors import unit_labels
from apps.reports import moving
from apps.reports.answers import Outcome, read_answers, write
from apps.reports.checking import NOT_GIVEN
from apps.reports.focus import check_url, section_url, shell_context
from apps.reports.models import AnnualReport, FormBlock, FormCell
from apps.reports.presence import look_around
from apps.reports.rows import Drawn, Row, grid_of, same_line
from apps.reports.selectors.blank import Section, blank_of
from apps.reports.selectors.filled import entries_of
from apps.reports.selectors.sheet import Sheet, sheet_of, with_files
from apps.reports.services.prefilling import refresh_prefill
from apps.reports.taskcounts import counted
from apps.reports.views.common import ReportMixin

CHECK = "check"
NAMED = 12  # blank cells that are named one by one
CELL_TEMPLATES: dict[Any, str] = {
    FormBlock.Layout.LIST: "reports/cell_row.html",
    FormBlock.Layout.GRID: "reports/cell_box.html",
    FormBlock.Layout.TEXT: "reports/cell_text.html",
}


class EntryMixin(ReportMixin, PermissionRequiredMixin, SingleObjectMixin):
    """Of the unit's own people: who only reads the report does not get the page on which it is written."""

    permission_required = moving.FILL
    scope = "editable_by"
    queryset = with_files(AnnualReport.objects.for_pages())

    def begun(self) -> AnnualReport | None:
        """None where there is nothing to write yet."""
        report = self.get_object()
        return None if report.state == moving.State.NOT_STARTED else report

    def not_begun(self) -> HttpResponse:
        messages.warning(self.request, _("Báo cáo chưa bắt đầu. Chọn “Bắt đầu báo cáo” để mở các mục."))
        return redirect(self.get_object().get_absolute_url())


def section_of(sheet: Sheet, code: str) -> Section:
    found = sheet.blank.section(code)
    if found is None:
        raise Http404
    return found


def context_of(sheet: Sheet, section: Section, user: Any, outcome: Outcome) -> dict[str, Any]:
    drawn = Drawn(sheet, outcome.typed)
    return shell_context(sheet, section) | {
        "unit": unit_labels()[sheet.report.unit_id],
        "section": section.section,
        "title": f"{section.section.position}. {section.section.title}",
        "standing": sheet.standing(section),
        "blocks": [drawn.block(one) | _shown(one.block.layout, sheet, user) for one in section.blocks],
        "summary": summary_of(drawn, section),
        "general": outcome.general,
        "is_writable": bool(sheet.open_keys),
        "has_cells": bool(section.cells),
        "has_numbers": any(cell.kind != FormCell.Kind.TEXT and not cell.is_sum for cell in section.cells),
        "is_known": any(cell.prefill for cell in section.cells),
        "merged": merged_words(sheet),
        "colleagues": others_of(sheet.report, user, section.section.code),
    }


def _shown(layout: str, sheet: Sheet, user: Any) -> dict[str, Any]:
    """What a block shows that has no cells of its own."""
    if layout == FormBlock.Layout.TASKS:
        return {"counted": counted(sheet.report, user)}
    return {"files": attachments_of(sheet.report, user)} if layout == FormBlock.Layout.FILES else {}


def summary_of(drawn: Drawn, section: Section) -> dict[str, Any]:
    """What is to be mended in the section, each line leading to its cell."""
    problems, typed = drawn.sheet.problems, drawn.typed
    lines, missing, errors, to_explain = [], 0, 0, 0
    for cell in section.cells:
        if cell.key not in problems and cell.code not in typed:
            continue
        row = drawn.row(cell)
        told = [row.refused] if row.refused else []
        told += [row.conflict.words] if row.conflict else []
        empty = [one for one in problems.get(cell.key, ()) if one.code == NOT_GIVEN and not told]
        wrong = [one for one in row.problems if one.blocks and not one.is_early]
        missing += len(empty)
        errors += len(told) + sum(one.is_error for one in wrong)
        to_explain += sum(not one.is_error for one in wrong)
        lines += [(row, words, True) for words in told]
        lines += [(row, one.text, False) for one in empty]
        lines += [(row, one.text, one.is_error) for one in wrong]
    title, blank = to_mend(missing, errors, to_explain), may_stay_blank(drawn, section)
    return {
        "lines": lines, "title": title, "errors": errors, "may_stay": blank, "names_them": len(blank) <= NAMED,
    }  # fmt: skip


def may_stay_blank(drawn: Drawn, section: Section) -> list[Row]:
    """What is blank besides: with it the list accounts for every cell that the counts of the report miss."""
    entries = drawn.sheet.entries
    cells = [one for one in section.cells if not one.is_sum and not one.is_required]
    return [drawn.row(one) for one in cells if entries[one.key].given.is_blank]


def to_mend(missing: int, errors: int, to_explain: int) -> str:
    """«Cần điền 2 ô bắt buộc, sửa 1 lỗi và giải trình 3 số liệu»."""
    acts = [
        _("điền %(n)s ô bắt buộc") % {"n": missing} if missing else "",
        _("sửa %(n)s lỗi") % {"n": errors} if errors else "",
        _("giải trình %(n)s số liệu") % {"n": to_explain} if to_explain else "",
    ]
    *first, last = [act for act in acts if act] or [""]
    listed = _("%(first)s và %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    return _("Cần %(acts)s") % {"acts": listed}


def apart_words(sheet: Sheet) -> str:
    """In which sections the report holds other numbers than the portal knows; nothing changes them but a person."""
    counts = {
        section.section.position: sum(sheet.entries[cell.key].is_apart for cell in section.cells)
        for section in sheet.blank.sections
    }
    listed = ", ".join(_("mục %(place)s: %(n)s") % {"place": place, "n": n} for place, n in counts.items() if n)
    words = _("Số đã nhập giữ nguyên; số ô khác hệ thống: %(listed)s. Chọn “Dùng số …” ở ô hoặc để nguyên.")
    return words % {"listed": listed} if listed else ""


def merged_words(sheet: Sheet) -> list[str]:
    """The units that the years before are the sum of, where they are several."""
    units = {unit for year in sheet.before.values() for before in year.values() for unit, _n in before.parts}
    labels = unit_labels()
    names = {labels[one].short_name: labels[one].sort for one in units}
    return sorted(names, key=lambda name: names[name]) if len(names) > 1 else []


def others_of(report: AnnualReport, user: Any, here: str) -> list[tuple[str, str]]:
    """Colleagues who have the report open, each with the number of the section."""
    blank = blank_of(report.form)
    found = [(one.name, blank.section(one.section)) for one in look_around(report, user, here)]
    return [(name, str(section.section.position)) for name, section in found if section is not None]


class SectionView(EntryMixin, View):
    """Page 04. Without a script it is one form; with one each cell is saved by itself."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = self.begun()
        if report is None:
            return self.not_begun()
        sheet = sheet_of(report)
        return self._page(sheet, section_of(sheet, self.kwargs["section"]), Outcome())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = self.begun()
        if report is None:
            return self.not_begun()
        sheet = sheet_of(report)
        section = section_of(sheet, self.kwargs["section"])
        outcome = write(report, read_answers(section.cells, request.POST, sheet.entries), by=self.request.user)
        if outcome.status != 200:
            return self._page(sheet_of(report), section, outcome)
        go = request.POST.get("go", "")
        if go == CHECK or sheet.blank.section(go):
            return redirect(check_url(report) if go == CHECK else section_url(report, go))
        if outcome.written:
            messages.success(request, _("Đã lưu %(n)s ô.") % {"n": outcome.written})
        return redirect(section_url(report, section.section.code, is_from_check=self.is_from_check))

    @property
    def is_from_check(self) -> bool:
        """Who came from the check goes back to it."""
        return self.request.GET.get("from") == CHECK

    def _page(self, sheet: Sheet, section: Section, outcome: Outcome) -> HttpResponse:
        page = {"is_page_refused": outcome.status != 200, "is_from_check": self.is_from_check}
        context = context_of(sheet, section, self.request.user, outcome) | page
        return render(self.request, "reports/annualreport_edit.html", context, status=outcome.status)


def at_its_cell(outcome: Outcome) -> Outcome:
    """What is refused of the whole report stands at the one cell that was sent."""
    if not outcome.general:
        return outcome
    words = " ".join(outcome.general)
    return replace(outcome, typed={code: replace(one, refused=words) for code, one in outcome.typed.items()})


class CellView(EntryMixin, View):
    """One cell as it is typed: its row comes back, and what else of the page looks different now."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = self.begun()
        if report is None:
            raise Http404
        cell = blank_of(report.form).cell(self.kwargs["code"])
        if cell is None or cell.is_sum:
            raise Http404
        entries = entries_of(report, [cell]) if "act" in request.POST else None
        outcome = write(report, read_answers([cell], request.POST, entries), by=self.request.user)
        return self._answer(sheet_of(report), cell, at_its_cell(outcome))

    def _answer(self, sheet: Sheet, cell: Any, outcome: Outcome) -> HttpResponse:
        drawn = Drawn(sheet, outcome.typed, is_answer=True)
        section = sheet.blank.section_of(cell)
        here = {one.key: one for one in section.cells}
        touched = [here[key] for key in here if key in sheet.blank.touched_by(cell.key) and key != cell.key]
        shown = shell_context(sheet, section) | {
            "row": drawn.row(cell),
            "template": CELL_TEMPLATES[cell.block.layout],
            "others": [(CELL_TEMPLATES[one.block.layout], drawn.row(one)) for one in touched],
            "years": sorted(sheet.before),
            "summary": summary_of(drawn, section),
            "rates": self._rates(drawn, [cell, *touched]),
            "is_refused": outcome.status != 200,
        }
        return render(self.request, "reports/cell_answer.html", shown, status=outcome.status)

    def _rates(self, drawn: Drawn, cells: list[Any]) -> list[dict[str, Any]]:
        """Of the lines of grids in which something changed."""
        lines: dict[tuple[int, str], dict[str, Any]] = {}
        for cell in cells:
            place = (cell.block_id, cell.row)
            if cell.block.layout == FormBlock.Layout.GRID and place not in lines:
                lines[place] = grid_of([drawn.row(one) for one in same_line(drawn.sheet, cell)])["lines"][0]
        return [line for line in lines.values() if line["rate"] is not None]


class HereView(EntryMixin, View):
    """Who else has the report open; asked again and again by the page, which is no use of the session."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.request.leaves_session_alone = True
        report = self.get_object()
        if blank_of(report.form).section(self.kwargs["section"]) is None:
            raise Http404
        others = others_of(report, self.request.user, self.kwargs["section"])
        shown = {"report": report, "here": self.kwargs["section"], "colleagues": others}
        return render(request, "reports/here.html", shown)


class PrefillView(EntryMixin, View):
    """What registers, tasks and money say today comes into the cells that nobody overrode."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = self.get_object()
        try:
            changed = refresh_prefill(report, by=self.request.user)
        except ValidationError as refusal:
            for words in refusal.messages:
                messages.error(request, words)
        else:
            told = _("Đã lấy lại %(n)s số đối chiếu từ hệ thống.") % {"n": changed}
            messages.success(request, told if changed else _("Số đối chiếu từ hệ thống không có thay đổi."))
            if apart := apart_words(sheet_of(report)):
                messages.warning(request, apart)
        back = request.POST.get("section", "")
        is_known = blank_of(report.form).section(back) is not None
        return redirect(section_url(report, back) if is_known else report.get_absolute_url())
