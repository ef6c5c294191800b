"""Reads over units: who followed whom, what they were called, and whose rows a person may touch."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Func, Q, QuerySet, TextField, Value
from django.urls import reverse
from django.utils import timezone

from apps.core.memo import once_per_request
from apps.core.models import VnFold
from apps.core.text import fold
from apps.organisations.models import OrganisationUnit, UnitName

NOT_LETTERS = "[^a-z0-9]+"


@dataclass(frozen=True)
class UnitLabel:
    """A unit's names as on a day (at the latest its last day), and its place."""

    id: str
    slug: str
    short_name: str
    full_name: str
    sort: str
    parent: str | None
    is_office_today: bool

    @property
    def url(self) -> str:
        return reverse("organisations:organisationunit_detail", args=[self.slug])


@once_per_request
def unit_labels() -> dict[str, UnitLabel]:
    """All units' labels of today by id, one query; about 140 rows."""
    columns = ["slug", "short_name", "full_name", "short_name_sort", "parent_id", "is_programme_office", "valid_to"]
    labels = {}
    for pk, slug, short, full, sort, parent, office, valid_to in (
        OrganisationUnit.objects.with_names().order_by("id").values_list("id", *columns)
    ):
        is_office = office and valid_to is None
        labels[pk] = UnitLabel(pk, slug, short or pk, full or pk, sort or "", parent, is_office)
    return labels


def programme_office() -> UnitLabel | None:
    """The unit that coordinates the programme today: the highest one of the office."""
    labels = unit_labels()
    offices = [label for label in labels.values() if label.is_office_today]
    return next((label for label in offices if label.parent not in {office.id for office in offices}), None)


def successor_shares(on: date) -> dict[str, list[tuple[str, Decimal]]]:
    """For every unit who carries its past on that day, with shares that sum to 1 (itself where none follows)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT origin_id, unit_id, share FROM unit_successors(%s) ORDER BY 1, 2", [on])
        rows = cursor.fetchall()
    shares: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for origin, unit, share in rows:
        shares[origin].append((unit, share))
    return dict(shares)


def current_units(of: OrganisationUnit | str, on: date | None = None) -> QuerySet[OrganisationUnit]:
    """The units that carry the past of `of` on that day."""
    origin = of if isinstance(of, str) else of.pk
    ids = [unit for unit, _share in successor_shares(on or timezone.localdate()).get(origin, [])]
    return OrganisationUnit.objects.filter(pk__in=ids)


def predecessors_of(unit_id: str) -> list[str]:
    """Ids of all units whose past `unit_id` carries, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE back(id, depth) AS (
                SELECT predecessor_id, 1 FROM organisations_succession WHERE successor_id = %s AND share > 0
                UNION
                SELECT s.predecessor_id, b.depth + 1 FROM organisations_succession s
                JOIN back b ON s.successor_id = b.id WHERE s.share > 0
            ) SELECT id FROM back GROUP BY id ORDER BY min(depth), id
            """,
            [unit_id],
        )
        return [row[0] for row in cursor.fetchall()]


def find_units(text: str, on: date | None = None) -> set[str]:
    """Ids of units that ever bore such a name or symbol, and of those that carry their past on that day."""
    words = re.sub(NOT_LETTERS, " ", fold(text)).strip()
    if not words:
        return set()
    named = UnitName.objects.annotate(
        full=_plain("name"), short=_plain("short_name"), symbol=_plain("unit__symbol"), label=_plain("unit__id")
    ).filter(
        Q(full__contains=words) | Q(short__contains=words) | Q(symbol__startswith=words) | Q(label__startswith=words)
    )
    found = set(named.order_by().values_list("unit_id", flat=True))
    shares = successor_shares(on or timezone.localdate())
    return found | {carrier for unit in found for carrier, _share in shares.get(unit, [])}


def _plain(column: str) -> Func:
    """Folded, and only letters and digits: «Bà Rịa - Vũng Tàu», «Bộ KH&CN» are found without their signs."""
    pattern = (Value(NOT_LETTERS), Value(" "), Value("g"))
    return Func(VnFold(column), *pattern, function="regexp_replace", output_field=TextField())
