"""The half-yearly look at roles: which half year it is, what waits, how far every unit has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.people.held import unit_name
from apps.people.models import Membership, MembershipQuerySet, MembershipReview


def half_year_of(day: date) -> str:
    """2026-2: the second half of 2026."""
    return f"{day.year}-{1 if day.month <= 6 else 2}"


def half_year_label(half_year: str) -> str:
    year, half = half_year.split("-")
    return (_("nửa đầu năm %(year)s") if half == "1" else _("nửa cuối năm %(year)s")) % {"year": year}


def waiting_for_review(memberships: MembershipQuerySet) -> MembershipQuerySet:
    """Those in force today that nobody has looked at this half year. Who acts for a time is not asked after."""
    today = timezone.localdate()
    reviewed = MembershipReview.objects.filter(membership=OuterRef("pk"), half_year=half_year_of(today))
    return memberships.valid_on(today).filter(acting_for__isnull=True).exclude(Exists(reviewed))


@dataclass(frozen=True)
class Progress:
    unit: UnitLabel
    name: str
    total: int
    reviewed: int


def progress_by_unit(user: User) -> list[Progress]:
    """Of the units whose people the person looks after: how many of today's roles have been reviewed."""
    today = timezone.localdate()
    done = Q(reviews__half_year=half_year_of(today))
    held = Membership.objects.visible_to(user).valid_on(today).filter(acting_for__isnull=True)
    counts = held.order_by().values("unit").annotate(total=Count("pk", distinct=True), reviewed=Count("pk", done))
    labels = unit_labels()
    rows: Iterable[Progress] = (
        Progress(labels[row["unit"]], unit_name(row["unit"]), row["total"], row["reviewed"]) for row in counts
    )
    return sorted(rows, key=lambda row: row.unit.sort)
