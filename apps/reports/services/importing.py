"""A report's file comes back: kept and read, looked at, then written in one transaction by the way of the screen."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.kept_words import in_vietnamese
from apps.core.text import clean_text
from apps.documents.room import refuse_without_room
from apps.documents.services import store_file
from apps.exchange.gate import Refused
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.registers.changing import refusal
from apps.reports.acting import need
from apps.reports.hidden_sheet import Mark, form_of
from apps.reports.merging import Plan, plan_of
from apps.reports.models import AnnualReport, ReportedValue, ReportFile
from apps.reports.moving import FILL
from apps.reports.selectors.filled import cells_of
from apps.reports.services.entering import write_cells
from apps.reports.services.recording import held, refuse_closed, refuse_stale
from apps.reports.sheets import Answered, mark_in, read_answers


def upload_file(report: AnnualReport, upload: File, *, by: User) -> ReportFile:
    """Keep it and what it says. A file that is not this report's own is refused as a whole, each by its words."""
    need(by, FILL, report)
    refuse_unwritable(report)
    name = clean_text((upload.name or "bao-cao.xlsx").replace("/", " ").replace("\\", " "))[-200:]
    if not name.lower().endswith(".xlsx"):
        words = _("Chỉ nhận tệp .xlsx của đơn vị, tải về từ báo cáo này. Mở tệp bằng Excel, lưu dạng “Excel Workbook”.")
        raise refusal("file", words, "name")
    refuse_without_room(report.unit_id, upload.size or 0)
    answered = _read(upload, report)
    with transaction.atomic():
        stored = store_file(upload, by=by)
        made = ReportFile.objects.create(report=report, file=stored, name=name, content=answered.kept(), uploaded_by=by)
        record("report.file_uploaded", target=report, by=by, unit=report.unit_id, round=report.round.code, file=name)
    return made


@in_vietnamese()
def _read(upload: File, report: AnnualReport) -> Answered:
    """From a draft: a file that is refused is not kept."""
    with NamedTemporaryFile(suffix=".xlsx") as draft:
        for chunk in upload.chunks():
            draft.write(chunk)
        draft.flush()
        return answers_in(Path(draft.name), report)


def refuse_unwritable(report: AnnualReport) -> None:
    refuse_closed(report)
    if not report.is_writable:
        words = _("Báo cáo đang ở trạng thái “%(state)s”, không sửa được.") % {"state": report.get_state_display()}
        raise ValidationError(words, code="wrong_state")


def answers_in(path: Path, report: AnnualReport) -> Answered:
    """Read by the throw-away child of the exchange; refused are files that it does not take, and those of others."""
    try:
        mark = own_mark(report, mark_in(path))
        cells = {cell.code: cell for cell in cells_of(report.form_id)}
        return read_answers(path, mark, cells, report.round.year)
    except Refused as wrong:
        raise refusal("file", wrong.message, wrong.code) from wrong


def own_mark(report: AnnualReport, mark: Mark | None) -> Mark:
    """That it was made by the portal, for this unit, round and form, and not of a report that has gone back since."""
    if mark is None:
        words = _(
            "Tệp không phải tệp báo cáo tải về từ cổng, hoặc đã mất trang nhận dạng. Tải tệp của đơn vị rồi nhập."
        )
        raise refusal("file", words, "not_ours")
    if not mark.is_sound:
        words = _("Trang nhận dạng của tệp đã bị sửa nên không nhận được. Tải lại tệp của đơn vị rồi nhập.")
        raise refusal("file", words, "broken_mark")
    if mark.round != report.round.code:
        words = _("Tệp của kỳ báo cáo %(theirs)s, không phải kỳ %(ours)s. Tải đúng tệp của kỳ này.")
        raise refusal("file", words % {"theirs": mark.round, "ours": report.round.code}, "other_round")
    if mark.unit != report.unit_id:
        words = _("Tệp của đơn vị khác (%(theirs)s), không phải của %(ours)s. Tải đúng tệp của đơn vị.")
        theirs = _short_name(mark.unit)
        raise refusal("file", words % {"theirs": theirs, "ours": _short_name(report.unit_id)}, "other_unit")
    if mark.form != form_of(report):
        words = _("Tệp lập theo phiên bản biểu mẫu khác (%(theirs)s), báo cáo dùng %(ours)s. Tải lại tệp của đơn vị.")
        raise refusal("file", words % {"theirs": mark.form, "ours": form_of(report)}, "other_form")
    if mark.version > report.version:
        words = _("Tệp mang phiên bản báo cáo chưa có trên cổng. Tải lại tệp của đơn vị rồi nhập lại.")
        raise refusal("file", words, "later_version")
    return mark


def _short_name(unit: str) -> str:
    return unit_labels()[unit].short_name if OrganisationUnit.objects.filter(pk=unit).exists() else unit


def looked_at(sent: ReportFile) -> Plan:
    """What it would change now, whatever is known of the report here."""
    report = AnnualReport.objects.for_pages().get(pk=sent.report_id)
    return plan_of(report, Answered.again(sent.content))


@transaction.atomic
def write_file(sent: ReportFile, choices: Mapping[str, str], *, by: User, version: int) -> int:
    """All of its changes, or none; how many cells. `version`: of the report as the person saw it beside the file."""
    report = held(sent.report)
    need(by, FILL, report)
    refuse_unwritable(report)
    sent = ReportFile.objects.select_for_update().get(pk=sent.pk)
    if sent.is_written:
        raise ValidationError(_("Tệp này đã được ghi vào báo cáo."), code="written")
    refuse_stale(report, version)
    plan = plan_of(report, Answered.again(sent.content))
    if plan.errors:
        words = _("Tệp còn %(n)s lỗi. Sửa trong tệp rồi tải lên lại; chưa ô nào được ghi.") % {"n": len(plan.errors)}
        raise ValidationError(words, code="has_errors")
    edits = plan.edits(choices)
    if edits:
        write_cells(report, edits, by=by, origin=ReportedValue.Origin.IMPORTED)
    sent.written_by, sent.written_at, sent.written_cells = by, timezone.now(), len(edits)
    sent.save(update_fields=["written_by", "written_at", "written_cells"])
    record(
        "report.imported", target=report, by=by, unit=report.unit_id, round=report.round.code, file=sent.name,
        count=len(edits),
    )  # fmt: skip
    return len(edits)


def round_in(path: Path) -> str:
    """Which round a file says it is of; "" where it says none."""
    try:
        mark = mark_in(path)
    except Refused as wrong:
        raise refusal("file", wrong.message, wrong.code) from wrong
    return mark.round if mark else ""
