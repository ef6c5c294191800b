"""Reads over units: who followed whom, what they were called, and which acts they were part of."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.memo import once_per_request
from apps.core.reading import connection
from apps.organisations.models import OrganisationUnit, Reorganisation, Succession, shown_first, unit_address


class UnitLabel(NamedTuple):
    """A unit's names as on a day (at the latest its last day), and its place."""

    id: str
    slug: str
    short_name: str
    full_name: str
    sort: str
    parent: str | None
    kind: str
    region: str
    valid_from: date | None
    valid_to: date | None
    is_office: bool  # of the programme, today or once
    is_office_today: bool
    ended_on: date | None = None  # not an end that is only planned
    above: str = ""  # short name of the unit above

    @property
    def distinct_name(self) -> str:
        """Where names of many units stand: every province has a Sở KH&CN, and some gave their name to their heir."""
        name = f"{self.short_name} ({self.above})" if self.above else self.short_name
        return f"{name} ({_('đến')} {self.ended_on:%d/%m/%Y})" if self.ended_on else name

    @property
    def url(self) -> str:
        return unit_address(self.slug)

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to >= day)


@once_per_request
def unit_labels() -> dict[str, UnitLabel]:
    """All units' labels of today by id, one query; about 170 rows."""
    return _read_labels()


def name_at_this_moment(unit: str) -> str:
    """For what is written down for good: a unit made since the labels were read has its name all the same."""
    label = unit_labels().get(unit) or _read_labels().get(unit)
    return label.distinct_name if label else ""


def _read_labels() -> dict[str, UnitLabel]:
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(*_labels_on(today))
        rows = cursor.fetchall()
    return _labels_from(tuple(rows), today)


@lru_cache(maxsize=2)
def _labels_from(rows: tuple[tuple, ...], today: date) -> dict[str, UnitLabel]:
    """Kept by all that it is made of: the same rows are read with every page, and seldom differ."""
    called = {pk: short or pk for pk, _slug, short, *_rest in rows}
    labels = {}
    for pk, slug, _short, full, sort, parent, kind, region, start, end, office in rows:
        ended = end if end is not None and end < today else None
        is_office_today = office and (start is None or start <= today) and ended is None
        labels[pk] = UnitLabel(
            pk, slug, called[pk], full or pk, sort or "", parent, kind, region, start, end, office, is_office_today,
            ended, called.get(parent or "", ""),
        )  # fmt: skip
    return labels


@lru_cache(maxsize=2)
def _labels_on(day: date) -> tuple[str, tuple]:
    """The statement of a day: every page sends it, and putting it together takes longer than answering it."""
    names = OrganisationUnit.objects.order_by("id", *shown_first(day, "names__")).distinct("id")
    named = ["names__short_name", "names__name", "names__short_name_sort"]
    own = ["parent_id", "kind", "region", "valid_from", "valid_to", "is_programme_office"]
    return names.values_list("id", "slug", *named, *own).query.sql_with_params()


def programme_office() -> UnitLabel | None:
    """The unit that coordinates the programme today: the highest one of the office."""
    labels = unit_labels()
    offices = [label for label in labels.values() if label.is_office_today]
    return next((label for label in offices if label.parent not in {office.id for office in offices}), None)


def way_up(unit: str) -> list[str]:
    """The unit and those above it, the highest last."""
    labels = unit_labels()
    way = [unit]
    while (above := labels[way[-1]].parent) and above not in way:
        way.append(above)
    return way


def with_sub_units(units: Iterable[str]) -> set[str]:
    """These units and all below them."""
    above = set(units)
    return {pk for pk in unit_labels() if above.intersection(way_up(pk))}


class Kin(NamedTuple):
    """Whose past each unit carries, or a share of it, and who carries its own: by id, whatever the day.

    `since`: from which day on, by predecessor and successor; it may lie ahead.
    """

    before: dict[str, list[str]]
    after: dict[str, list[str]]
    since: dict[tuple[str, str], date]


@once_per_request
def kin() -> Kin:
    """One query; about a hundred rows."""
    found = Kin(defaultdict(list), defaultdict(list), {})
    with connection.cursor() as cursor:
        columns = "predecessor_id, successor_id, effective_on"
        cursor.execute(f"SELECT {columns} FROM {Succession._meta.db_table} WHERE share > 0")
        for unit, heir, since in cursor.fetchall():
            found.after[unit].append(heir)
            found.before[heir].append(unit)
            found.since[unit, heir] = since
    return found


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


def whose_members_work_in(units: Iterable[str], on: date) -> RawSQL:
    """For `unit__in`: these units of that day, and those whose members went on in them by then."""
    back = f"""
        WITH RECURSIVE back(id) AS (
            SELECT unnest(%s::text[])
            UNION
            SELECT s.predecessor_id FROM {Succession._meta.db_table} s JOIN back b ON s.successor_id = b.id
            WHERE s.takes_members AND s.effective_on <= %s
        ) SELECT id FROM back
    """
    return RawSQL(back, [sorted(units), on])  # noqa: S611 - values go beside it


def heir_of(unit: str, on: date) -> str:
    """The one unit in which the members of the unit work on that day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit_id FROM unit_heirs(%s) WHERE origin_id = %s", [on, unit])
        row = cursor.fetchone()
    return str(row[0]) if row else unit


_BACK = """
    WITH RECURSIVE back(id, depth) AS (
        SELECT predecessor_id, 1 FROM organisations_succession WHERE successor_id = %s AND share > 0
        UNION
        SELECT s.predecessor_id, b.depth + 1 FROM organisations_succession s
        JOIN back b ON s.successor_id = b.id WHERE s.share > 0
    ) SELECT id FROM back GROUP BY id ORDER BY min(depth), id
"""


def predecessors_of(unit_id: str) -> list[str]:
    """Ids of all units whose past `unit_id` carries, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BACK, [unit_id])
        return [row[0] for row in cursor.fetchall()]


def predecessors_within(unit_id: str) -> RawSQL:
    """The same, for a query that asks for them on its way."""
    return RawSQL(_BACK, [unit_id])  # noqa: S611 - a statement of ours, its one value as a parameter


def focal_units_left(unit: OrganisationUnit, on: date) -> QuerySet[OrganisationUnit]:
    """Sub-units that acted for those the unit follows by then, and act for nobody until they are moved or merged."""
    followed = Q(
        parent__successions__successor=unit,
        parent__successions__takes_members=True,
        parent__successions__effective_on__lte=on,
    )
    found = OrganisationUnit.objects.filter(followed, is_focal=True, valid_to__isnull=True)
    return found.with_names(on).order_by("short_name_sort", "id")


def acts_of(unit: OrganisationUnit) -> QuerySet[Reorganisation]:
    """Acts recorded here that the unit was part of, withdrawn ones too: what they planned still names it."""
    named = Q()
    for place in ("units", "results", "parts", "parents"):
        named |= Q(**{f"plan__{place}__contains": [{"id": unit.pk}]})
    acts = Reorganisation.objects.filter(named | Q(plan__parts__contains=[{"new_id": unit.pk}]))
    return acts.select_related("document", "recorded_by", "withdrawn_by")
