"""The state of a report in a word, an icon and a tint (families of ui.md, section 6)."""

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.reports.models import AnnualReport

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
        return _drawn(self.family, str(self.label), self.icon, get_language())


@lru_cache(maxsize=200)
def _drawn(family: str, label: str, icon: str, _language: str | None) -> str:
    return render_to_string("components/badge.html", {"family": family, "label": label, "icon": icon})


def chip_of(report: AnnualReport) -> Chip:
    state = State(report.state)
    family, icon = FAMILIES[state]
    if state == State.SUBMITTED and report.reviewer_id:
        return Chip("review", _("Đang thẩm tra"), "eye")
    if state == State.SUBMITTED and report.revision > 1:
        return Chip(family, _("Đã nộp lại"), icon)
    return Chip(family, state.label, icon)
