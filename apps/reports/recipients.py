"""Who is on which side of a report today: whom to tell, whom to remind. The other way about of `acting.py`."""

from apps.people.rights import Ask, holders_of
from apps.reports import moving
from apps.reports.models import AnnualReport, FormVersion


def filling(report: AnnualReport, ask: Ask = holders_of) -> frozenset[int]:
    """Who prepares and sends it for the unit; a program is told nothing."""
    return ask(moving.SEND).of(report.unit_id)


def signing(report: AnnualReport, ask: Ask = holders_of) -> frozenset[int]:
    """Its leader, by the form."""
    held = ask(moving.SIGN)
    return held.of(report.unit_id) if report.form.signer == FormVersion.Signer.FOCAL else held.in_(report.unit_id)


def reviewing(report: AnnualReport) -> frozenset[int]:
    """Its reviewer, once there is one; else everybody who reviews."""
    if report.reviewer_id:
        return frozenset({report.reviewer_id})
    return holders_of(moving.REVIEW).everywhere
