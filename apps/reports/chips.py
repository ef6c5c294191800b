"""The state of a report in a word, an icon and a tint."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import badge
from apps.reports.models import AnnualReport
from apps.reports.moving import AT_UNIT

State = AnnualReport.State
FAMILIES = {
    State.NOT_STARTED: ("neutral", "circle-dashed"),
    State.DRAFT: ("neutral", "pencil"),
    State.WITH_UNIT_LEADER: ("review", "hourglass"),
    State.SIGNED: ("review", "signature"),
    State.SUBMITTED: ("info", "send"),
    State.RETURNED: ("warn", "arrow-back-up"),
    State.ACCEPTED: ("good", "circle-check"),
    State.LOCKED: ("closed", "lock"),
}


@dataclass(frozen=True)
class Chip:
    family: str
    label: str | Promise
    icon: str

    @property
    def drawn(self) -> str:
        return badge(self.family, self.label, self.icon)


def chip_of(report: AnnualReport) -> Chip:
    """At the unit past its day it is red, as on the board; what can be sent no more and never was has one name there
    and here.
    """
    state = State(report.state)
    family, icon = FAMILIES[state]
    if state in AT_UNIT and report.first_submitted_on is None and report.round.locked_at and not report.takes_entries:
        return Chip("bad", _("Không nộp"), "x")
    if state in AT_UNIT and report.days_left() < 0:
        return Chip("bad", _("%(state)s, quá hạn") % {"state": state.label}, "alert-circle")
    if state == State.SUBMITTED and report.reviewer_id:
        return Chip("review", _("Đang thẩm tra"), "eye")
    if state == State.SUBMITTED and report.revision > 1:
        return Chip(family, _("Đã nộp lại"), icon)
    return Chip(family, state.label, icon)
