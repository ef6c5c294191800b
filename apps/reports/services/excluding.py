"""A unit is left out of national figures by a decision, and counts again: with the request to recount."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.text import clean_text
from apps.people.rights import units_with
from apps.registers.changing import refusal
from apps.reports.models import AnnualReport
from apps.reports.selectors.excluded import countable, exclusions_of
from apps.reports.services.accepting import SOURCE
from apps.reports.services.recording import held
from apps.targets.models import Exclusion
from apps.targets.services import request_recompute

EXCLUDE = "targets.add_exclusion"


@dataclass(frozen=True)
class Decision:
    number: str
    day: date
    reason: str


def may_exclude(user: User) -> bool:
    return units_with(user, EXCLUDE).everything


@transaction.atomic
def exclude(report: AnnualReport, codes: Collection[str], decision: Decision, *, by: User) -> AnnualReport:
    """Of these indicators, by their codes, the accepted number of the unit counts in no figure from now on."""
    report = held(report)
    if not may_exclude(by):
        raise PermissionDenied(report)
    chosen = [value for value in countable(report) if value.indicator.code in codes]
    if not chosen or len(chosen) != len(set(codes)):
        raise refusal("indicators", _("Chọn số đã được chấp nhận và đang được tính."), "not_counted")
    for value in chosen:
        made = Exclusion(
            indicator=value.indicator, period=value.period, unit=value.unit, number=decision.number,
            decided_on=decision.day, reason=decision.reason, entered_by=by,
        )  # fmt: skip
        made.full_clean(exclude=["entered_by"])
        made.save()
    record(
        "report.left_out", target=report, by=by, unit=report.unit_id, reason=decision.reason, round=report.round.code,
        decision=decision.number, indicators=sorted(codes),
    )  # fmt: skip
    request_recompute(SOURCE, by=by)
    return report


@transaction.atomic
def count_again(report: AnnualReport, exclusion: int, reason: str, *, by: User) -> AnnualReport:
    """The exclusion is withdrawn, and stays on record."""
    report = held(report)
    if not may_exclude(by):
        raise PermissionDenied(report)
    found = exclusions_of(report).select_for_update(of=("self",), no_key=True).filter(pk=exclusion).first()
    if found is None:
        raise refusal("reason", _("Quyết định này không còn hiệu lực. Mở lại trang báo cáo."), "not_in_force")
    found.withdrawn_at, found.withdrawn_by = timezone.now(), by
    found.withdrawn_reason = clean_text(reason, multiline=True)
    if not found.withdrawn_reason:
        raise refusal("reason", _("Nhập lý do."), "required")
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "updated_at"])
    record(
        "report.counted_again", target=report, by=by, unit=report.unit_id, reason=found.withdrawn_reason,
        round=report.round.code, decision=found.number, indicators=[found.indicator.code],
    )  # fmt: skip
    request_recompute(SOURCE, by=by)
    return report
