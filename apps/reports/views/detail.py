"""The hub of one report: its sections and their state, what may be done now, its way so far."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from apps.accounts.models import User
from apps.audit.selectors import address_of
from apps.core.due import Due
from apps.core.templatetags.ui import vn_date
from apps.documents.selectors import attachments_of
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.reports import moving
from apps.reports.acting import acts_on, allowed_moves
from apps.reports.before import period_words, signers_of, who_signs
from apps.reports.buttons import BUTTONS
from apps.reports.chips import chip_of
from apps.reports.focus import check_url, done_of, first_left, section_url
from apps.reports.history import sendings_of, way_of
from apps.reports.models import AnnualReport, Review
from apps.reports.models.rounds import KEEP
from apps.reports.rows import Drawn
from apps.reports.selectors.excluded import countable, exclusions_of
from apps.reports.selectors.reminded import with_people
from apps.reports.selectors.sheet import Sheet, sheet_of, troubles
from apps.reports.services.excluding import may_exclude
from apps.reports.services.recording import closed_words
from apps.reports.signer import signer_words
from apps.reports.views.common import ReportMixin

State = moving.State
OF_REVIEW = {"return_for_revision", "accept", "lock", "reopen"}  # on the page of the review
PATH = (
    (gettext_lazy("Lập, trình lãnh đạo ký"), (State.NOT_STARTED, State.DRAFT, State.RETURNED)),
    (gettext_lazy("Lãnh đạo ký"), (State.WITH_UNIT_LEADER,)),
    (gettext_lazy("Nộp"), (State.SIGNED,)),
    (gettext_lazy("Thẩm tra"), (State.SUBMITTED,)),
    (gettext_lazy("Chấp nhận"), ()),
)


def path_of(report: AnnualReport) -> list[dict[str, str]]:
    """The five steps, with the one that is to be done now: what it is waiting for, not what was done last."""
    place = next((at for at, (_label, states) in enumerate(PATH) if report.state in states), len(PATH))
    sides = ["done" if at < place else "now" if at == place else "todo" for at in range(len(PATH))]
    return [{"label": str(label), "note": "", "state": side} for (label, _s), side in zip(PATH, sides, strict=True)]


def waiting_words(report: AnnualReport) -> str:
    """With whom it is now."""
    unit = unit_labels()[report.unit_id].short_name
    words = {
        State.NOT_STARTED: _("%(unit)s chưa bắt đầu lập báo cáo"),
        State.DRAFT: _("%(unit)s đang lập báo cáo"),
        State.RETURNED: _("%(unit)s đang hoàn thiện theo phiếu trả lại"),
        State.WITH_UNIT_LEADER: _("Đang chờ lãnh đạo của %(unit)s ký"),
        State.SIGNED: _("Đã ký; %(unit)s chưa nộp"),
        State.SUBMITTED: _("Đang chờ Ủy ban TĐC thẩm tra"),
        State.ACCEPTED: _("Đã chấp nhận; số liệu được tính vào kết quả"),
        State.LOCKED: _("Đã khóa sổ"),
    }
    return words[State(report.state)] % {"unit": unit}


class AnnualReportView(ReportMixin, PermissionRequiredMixin, DetailView):
    template_name = "reports/annualreport_detail.html"
    context_object_name = "report"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report, user = self.object, self.request.user
        moves = allowed_moves(report, user)
        steps = list(report.steps.select_related("by", "acting_for").order_by("at", "id"))
        submissions = list(report.submissions.select_related("sent_by", "signed_by").order_by("id"))
        sheet = sheet_of(report)
        fills = acts_on(user, moving.FILL, report)
        return super().get_context_data(
            title=f"{report.round.title} – {unit_labels()[report.unit_id].short_name}",
            unit=unit_labels()[report.unit_id],
            state=chip_of(report),
            due=Due(report.due_on, timezone.localdate()) if report.state in moving.AT_UNIT else None,
            moves=moves,
            buttons=[(one.verb, BUTTONS[one.verb]) for one in moves if one.verb not in OF_REVIEW],
            path=path_of(report),
            waiting=waiting_words(report),
            signer=who_signs(report, but=report.handed_by_id),
            office=signer_words(report),
            is_nobody_there=not fills and report.state in moving.AT_UNIT and not with_people([report.pk]),
            signers=signers_of(report, but=report.handed_by_id) if report.state == State.WITH_UNIT_LEADER else None,
            period_left=period_words(report) if report.state in moving.AT_UNIT else "",
            may_write=fills and report.is_writable and report.takes_entries,
            **closed_context(report, user),
            slip=slip_of(report),
            extension=report.extensions.order_by("-pk").first(),
            way=way_of(steps),
            audit_url=address_of(report, units_with(user, "audit.view_auditevent")),
            sendings=sendings_of(submissions, sheet.blank),
            files=attachments_of(report, user),
            is_sent=report.state in moving.SENT,
            exclusions=list(exclusions_of(report)),
            may_exclude=may_exclude(user),
            can_exclude=report.state in moving.TAKEN and may_exclude(user) and bool(countable(report)),
            **sections_context(sheet),
            **kwargs,
        )


def closed_context(report: AnnualReport, user: User) -> dict[str, Any]:
    """Why the unit may not work on it now. Who keeps the round is not sent to the office, being it: what they can do is
    one link away.
    """
    if report.state not in moving.AT_UNIT or report.takes_entries:
        return {"closed": ""}
    if not user.has_perm(KEEP) or report.round.locked_at is None:
        return {"closed": closed_words(report)}
    told = _("Kỳ %(round)s đã khóa sổ ngày %(day)s. Gia hạn để đơn vị lập và nộp được báo cáo này.")
    words = told % {"round": report.round.code, "day": vn_date(report.round.locked_at)}
    return {
        "closed": words,
        "extend_url": reverse("reports:round_unit_extend", args=[report.round.code, report.unit.slug]),
    }


def sections_context(sheet: Sheet) -> dict[str, Any]:
    is_begun = sheet.report.state != State.NOT_STARTED
    standings = sheet.standings
    left = first_left(sheet)
    return {
        "is_begun": is_begun,
        "standings": standings,
        **done_of(standings),
        "completeness": sheet.completeness,
        "blank_words": troubles(0, 0, sum(one.missing for one in standings), sum(one.optional for one in standings)),
        "left_words": sheet.left_words if is_begun else "",
        "first_left": left if is_begun else None,
        "go_on_url": left.url if left else _go_on_url(sheet),
    }


def _go_on_url(sheet: Sheet) -> str:
    """Of a report in which nothing is in the way: the first section that is not done, else what comes next."""
    left = next((one for one in sheet.standings if one.is_counted and not one.is_done), None)
    return section_url(sheet.report, left.section.code) if left else check_url(sheet.report)


def slip_of(report: AnnualReport) -> Review | None:
    """What the programme office wrote when it returned the report, while that is being mended."""
    if report.state not in moving.AT_UNIT or report.revision == 1:
        return None
    if report.state != State.RETURNED and (report.state == State.DRAFT or report.was_draft):
        return None
    rows = Review.objects.filter(submission__report=report, verdict=Review.Verdict.RETURNED)
    found: Review | None = (
        rows.select_related("decided_by").prefetch_related("notes__cell__block__section").order_by("-pk").first()
    )
    return found


class PrintView(ReportMixin, PermissionRequiredMixin, DetailView):
    """The whole report as one sheet: what a leader reads before signing, and what goes on paper."""

    template_name = "reports/annualreport_print.html"
    context_object_name = "report"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheet = sheet_of(self.object)
        drawn = Drawn(sheet)
        moves = allowed_moves(self.object, self.request.user)
        return super().get_context_data(
            title=self.object.round.title,
            unit=unit_labels()[self.object.unit_id],
            state=chip_of(self.object),
            sections=[(one.section, [drawn.block(block) for block in one.blocks]) for one in sheet.blank.sections],
            buttons=[(one.verb, BUTTONS[one.verb]) for one in moves if one.verb in ("sign", "send_back")],
            files=attachments_of(self.object, self.request.user),
            paper=self.object.submissions.filter(dropped_at=None).order_by("-revision").first(),
            **kwargs,
        )
