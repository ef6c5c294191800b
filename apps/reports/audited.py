"""What the audit's codes of reports mean on screen."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys, name_target
from apps.organisations.selectors import name_at_this_moment
from apps.reports.models import AnnualReport, FormVersion, ReportingRound

ACTIONS = {
    "report.started": (_("Bắt đầu báo cáo"), "player-play"),
    "report.prefilled": (_("Cập nhật số điền sẵn"), "refresh"),
    "report.file_uploaded": (_("Tải lên tệp Excel của báo cáo"), "upload"),
    "report.imported": (_("Ghi tệp Excel vào báo cáo"), "file-spreadsheet"),
    "report.put_to_leader": (_("Trình lãnh đạo ký báo cáo"), "send"),
    "report.recalled": (_("Rút lại báo cáo đã trình lãnh đạo"), "arrow-back-up"),
    "report.sent_back": (_("Lãnh đạo chuyển lại báo cáo"), "arrow-back-up"),
    "report.signed": (_("Ghi nhận báo cáo đã ký"), "signature"),
    "report.submitted": (_("Nộp báo cáo"), "send"),
    "report.taken_up": (_("Bắt đầu thẩm tra báo cáo"), "clipboard-search"),
    "report.returned": (_("Trả lại báo cáo"), "arrow-back-up"),
    "report.accepted": (_("Chấp nhận báo cáo"), "check"),
    "report.locked": (_("Khóa sổ báo cáo"), "lock"),
    "report.reopened": (_("Mở lại báo cáo"), "arrow-back-up"),
    "report.taken_out": (_("Rút số liệu báo cáo khỏi kết quả"), "minus"),
    "report.left_out": (_("Loại khỏi số toàn quốc"), "minus"),
    "report.counted_again": (_("Tính lại vào số toàn quốc"), "plus"),
    "report.correction_begun": (_("Bắt đầu đính chính báo cáo"), "pencil"),
    "report.extended": (_("Gia hạn nộp báo cáo"), "calendar-plus"),
    "report.reminded": (_("Nhắc nộp báo cáo"), "bell"),
    "round.created": (_("Lập kỳ báo cáo"), "plus"),
    "round.changed": (_("Sửa kỳ báo cáo"), "pencil"),
    "round.opened": (_("Mở kỳ báo cáo"), "player-play"),
    "round.locked": (_("Khóa sổ kỳ báo cáo"), "lock"),
    "form.copied": (_("Sao biểu mẫu báo cáo"), "plus"),
    "form.cell_changed": (_("Sửa ô của biểu mẫu"), "pencil"),
    "form.cell_moved": (_("Đổi thứ tự ô của biểu mẫu"), "arrow-up"),
    "form.cell_added": (_("Thêm ô vào biểu mẫu"), "plus"),
    "form.cell_retired": (_("Bỏ ô khỏi biểu mẫu"), "minus"),
    "form.rule_added": (_("Thêm quy tắc kiểm tra"), "plus"),
    "form.rule_removed": (_("Bỏ quy tắc kiểm tra"), "minus"),
    "form.issued": (_("Ban hành biểu mẫu báo cáo"), "check"),
    "round.unit_added": (_("Đưa đơn vị vào kỳ báo cáo"), "plus"),
    "round.unit_excused": (_("Đưa đơn vị khỏi kỳ báo cáo"), "minus"),
}


def _pages(ids: Collection[str], user: Any) -> dict[str, str]:
    if not user.has_perm("reports.view_annualreport"):
        return {}
    rows = AnnualReport.objects.visible_to(user).filter(pk__in=ids).select_related("round", "unit")
    return {str(row.pk): row.get_absolute_url() for row in rows}


def _round_pages(ids: Collection[str], user: Any) -> dict[str, str]:
    if not user.has_perm("reports.change_reportinground"):
        return {}
    return {str(row.pk): row.get_absolute_url() for row in ReportingRound.objects.filter(pk__in=ids)}


def _form_pages(ids: Collection[str], user: Any) -> dict[str, str]:
    rows = FormVersion.objects.editable_by(user).filter(pk__in=ids)
    return {str(row.pk): row.get_absolute_url() for row in rows}


name_actions({code: label for code, (label, _icon) in ACTIONS.items()})
name_keys({"round": _("kỳ báo cáo"), "decision": _("quyết định"), "indicators": _("mục tiêu")})


def _named(report: AnnualReport) -> str:
    return f"{report.round} – {name_at_this_moment(report.unit_id)}"


name_target("reports.annualreport", urls_of=_pages, named=_named)
name_target("reports.reportinground", urls_of=_round_pages)
name_target("reports.formversion", urls_of=_form_pages)
