"""Who would be reminded of a round, before anybody is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from apps.accounts.models import User
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.people.rights import Holders, holders_of
from apps.reports import moving
from apps.reports.models import AnnualReport, FormVersion, ReminderSent, ReportingRound
from apps.reports.selectors.board import Reminded, reminders_of


@dataclass(frozen=True)
class Addressee:
    """A unit that has not sent its report. `people`: how many get the mail; `told_today`: it was reminded already."""

    report: AnnualReport
    label: UnitLabel
    people: int
    reminded: Reminded | None
    told_today: bool

    @property
    def can_be_told(self) -> bool:
        return bool(self.people) and not self.told_today


def with_people(pks: Collection[int]) -> set[int]:
    """Of these reports those that have anybody to be reminded."""
    fill, sign = holders_of(moving.SEND), holders_of(moving.SIGN)
    rows = AnnualReport.objects.filter(pk__in=pks).values_list("pk", "unit", "form__signer")
    return {pk for pk, unit, signer in rows if _people(unit, signer, fill, sign)}


def _people(unit: str, signer: str, fill: Holders, sign: Holders) -> frozenset[int]:
    return fill.of(unit) | (sign.of(unit) if signer == FormVersion.Signer.FOCAL else sign.in_(unit))


def addressees_of(made: ReportingRound, user: User, today: date | None = None) -> list[Addressee]:
    """As many queries for one unit as for all."""
    rows = AnnualReport.objects.visible_to(user).filter(round=made, state__in=sorted(moving.AT_UNIT))
    reports = list(rows.select_related("form", "unit", "round"))
    fill, sign, labels = holders_of(moving.SEND), holders_of(moving.SIGN), unit_labels()
    keys = [one.pk for one in reports]
    by_hand = ReminderSent.objects.filter(step=ReminderSent.Step.BY_HAND, on=today or timezone.localdate())
    told = set(by_hand.filter(report__in=keys).values_list("report", flat=True))
    reminded = reminders_of(keys)
    found = []
    for report in reports:
        people = _people(report.unit_id, report.form.signer, fill, sign)
        found.append(Addressee(report, labels[report.unit_id], len(people), reminded.get(report.pk), report.pk in told))
    return sorted(found, key=lambda one: (not one.can_be_told, one.report.due_on, one.label.sort))
