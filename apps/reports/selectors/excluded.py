"""Which numbers of a report count in the figures, and which are left out of them by a decision."""

from django.db.models import Exists, OuterRef, QuerySet

from apps.reports.models import AnnualReport
from apps.targets.exclusions import ExclusionQuerySet
from apps.targets.models import AcceptedValue, Exclusion


def exclusions_of(report: AnnualReport, *, ever: bool = False) -> ExclusionQuerySet:
    """Of the report's unit and period, in force (or `ever`): also of numbers that were accepted before or will be."""
    found: ExclusionQuerySet = Exclusion.objects.filter(unit=report.unit_id, period=report.round.period_id)
    return (found if ever else found.in_force()).select_related("indicator").order_by("indicator__code")


def accepted_of(report: AnnualReport) -> "QuerySet[AcceptedValue]":
    found = AcceptedValue.objects.filter(report_id=report.pk, withdrawn_at__isnull=True)
    return found.select_related("indicator", "period", "unit").order_by("indicator__code")


def countable(report: AnnualReport) -> list[AcceptedValue]:
    """Its accepted numbers that are not left out."""
    left_out = Exclusion.objects.in_force().filter(
        indicator=OuterRef("indicator"), period=OuterRef("period"), unit=OuterRef("unit")
    )
    return list(accepted_of(report).filter(~Exists(left_out)))
