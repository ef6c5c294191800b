"""What the register's pages say beside its rows: places and their predecessors, choices of the filters, what counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.text import fold
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.exchange.models import ImportBatch, RowProblem, StagedRow
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import UnitScope, memberships_today
from apps.targets.models import Period

INDICATOR = "MT5"


@dataclass(frozen=True)
class Province:
    """A province of any time, by its last name, with the provinces of today that carry its past."""

    id: str
    name: str
    valid_from: date | None
    valid_to: date | None
    today: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        return self.today == (self.id,)

    @property
    def dated_name(self) -> str:
        return f"{self.name} ({_('đến')} {self.valid_to:%d/%m/%Y})" if self.valid_to else self.name


class Provinces(dict[str, Province]):
    """By id, in Vietnamese order of their names."""

    def name(self, unit: str | None) -> str:
        return self[unit].name if unit in self else unit or ""

    def now(self, unit: str) -> str:
        """What the place is called today."""
        return ", ".join(self.name(heir) for heir in self[unit].today) if unit in self else self.name(unit)

    def before(self, unit: str, earlier: str | None = None) -> str:
        """The name of the ended province it was, where that says more than today's: of its own past, no other's."""
        for past in (unit, earlier):
            if past in self and self[past].today == self[unit].today and self.name(past) != self.now(unit):
                return self.name(past)
        return ""

    def told(self, unit: str) -> str:
        """«Bắc Giang (nay thuộc Bắc Ninh)»."""
        if unit not in self or self[unit].is_current or self.name(unit) == self.now(unit):
            return self.name(unit)
        return _("%(name)s (nay thuộc %(now)s)") % {"name": self.name(unit), "now": self.now(unit)}

    def area(self, unit: str) -> list[str]:
        """The province and all whose past it carries."""
        return [other.id for other in self.values() if unit in (other.id, *other.today)]

    def choices(self, scope: UnitScope) -> list[tuple[str, str]]:
        """For a form: the ended ones are told by their last day."""
        return [(one.id, one.dated_name) for one in self.within(scope)]

    def within(self, scope: UnitScope) -> list[Province]:
        """Today's first, then the ended ones."""
        return sorted((one for one in self.values() if one.id in scope), key=lambda one: not one.is_current)


@dataclass(frozen=True)
class Year:
    """A period that has begun, with the MT5 figure of the asked units at its end."""

    year: int
    starts_on: date
    ends_on: date
    is_closed: bool
    figure: Decimal | None


@dataclass(frozen=True)
class RegisterFacts:
    provinces: Provinces
    sections: list[tuple[str, str, str]]  # version, letter, name
    years: list[Year]

    def section_choices(self) -> list[tuple[str, str]]:
        """Sections of all versions; of one name they are one choice: people look for trades, not for versions."""
        grouped: dict[str, tuple[list[str], str]] = {}
        for version, letter, name in self.sections:
            codes, _name = grouped.setdefault(fold(name), ([], name))
            codes.append(f"{version}:{letter}")
        return [(",".join(codes), name) for codes, name in grouped.values()]


# One statement for what the list needs beside its rows: few round trips, and each part is small (97, 43 and 8 rows).
_FACTS = """
SELECT
    (SELECT json_agg(json_build_array(u.id, n.short_name, u.valid_from, u.valid_to, s.today)
                     ORDER BY n.short_name_sort, u.id)
     FROM organisations_organisationunit u
     JOIN (SELECT origin_id, array_agg(unit_id ORDER BY unit_id) AS today FROM unit_successors(%(today)s) GROUP BY 1) s
       ON s.origin_id = u.id
     JOIN LATERAL (
         SELECT short_name, short_name_sort FROM organisations_unitname n
         WHERE n.unit_id = u.id AND (n.valid_from IS NULL OR n.valid_from <= %(today)s)
         ORDER BY n.valid_from DESC NULLS LAST LIMIT 1
     ) n ON true
     WHERE u.kind = 'province'),
    (SELECT json_agg(json_build_array(version, code, name) ORDER BY version DESC, code)
     FROM enterprises_industry WHERE level = 1),
    (SELECT json_agg(json_build_array(p.year, p.starts_on, p.ends_on, p.closed_at IS NOT NULL, v.value::text)
                     ORDER BY p.year)
     FROM targets_period p LEFT JOIN (
         SELECT period_id, sum(value) AS value
         FROM targets_indicatorvalue v JOIN targets_indicator i ON i.id = v.indicator_id
         WHERE i.code = %(code)s AND v.basis = i.basis AND v.breakdown = '' AND v.known_to IS NULL
           AND CASE WHEN %(everything)s THEN v.unit_id IS NULL ELSE v.unit_id = ANY(%(units)s) END
         GROUP BY 1
     ) v ON v.period_id = p.id
     WHERE p.starts_on <= %(today)s)
"""


def register_facts(scope: UnitScope) -> RegisterFacts:
    """Places, industries and years of the list, and the MT5 figures of `scope`."""
    values = {
        "today": timezone.localdate(),
        "code": INDICATOR,
        "everything": scope.everything,
        "units": sorted(scope.ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, values)
        provinces, sections, years = cursor.fetchone()
    return RegisterFacts(
        provinces=Provinces(
            (row[0], Province(row[0], row[1], _day(row[2]), _day(row[3]), tuple(row[4]))) for row in provinces or []
        ),
        sections=[tuple(row) for row in sections or []],
        years=[
            Year(year, _day(starts_on), _day(ends_on), is_closed, Decimal(figure) if figure is not None else None)
            for year, starts_on, ends_on, is_closed, figure in years or []
        ],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def figure_note(years: list[Year]) -> str:
    """«Tính vào MT5: 38.450 đến hết 2025 · 7.530 trong năm 2026 (tạm tính)»: accepted and preliminary stay apart."""
    known = [year for year in years if year.figure is not None]
    closed = [year for year in known if year.is_closed]
    running = [year for year in known if not year.is_closed]
    parts = []
    if closed:
        parts.append(_("%(count)s đến hết %(year)s") % {"count": _whole(closed[-1].figure), "year": closed[-1].year})
    if running:
        gained = running[-1].figure - (closed[-1].figure if closed else 0)
        parts.append(_("%(count)s trong năm %(year)s (tạm tính)") % {"count": _whole(gained), "year": running[-1].year})
    return _("Tính vào MT5: %(parts)s") % {"parts": " · ".join(parts)} if parts else ""


def _whole(value: Decimal) -> str:
    return f"{value:,.0f}".replace(",", ".")


def unfinished_import(user: User) -> ImportBatch | None:
    """The person's own latest file that was checked and waits, with its `error_rows` and `warning_rows`."""
    waiting = ImportBatch.objects.visible_to(user).filter(register="enterprises", uploaded_by=user)
    errors = StagedRow.objects.filter(state=StagedRow.State.ERROR)
    warnings = RowProblem.objects.filter(severity=RowProblem.Severity.WARNING, accepted_reason="")
    return (
        waiting.filter(state=ImportBatch.State.CHECKED)
        .annotate(error_rows=_count_of(errors, "id"), warning_rows=_count_of(warnings, "number"))
        .order_by("-id")
        .first()
    )


def _count_of(parts: QuerySet, column: str) -> Coalesce:
    counted = parts.filter(batch=OuterRef("pk")).order_by().values("batch")
    return Coalesce(Subquery(counted.annotate(count=Count(column, distinct=True)).values("count")), 0)


def read_provinces() -> Provinces:
    return register_facts(UnitScope()).provinces


def reporting_unit(user: User, permission: str) -> OrganisationUnit | None:
    """For whom a person enters facts: the unit of the first membership that carries the permission."""
    app, codename = permission.split(".")
    held = memberships_today(user).filter(
        role__permissions__codename=codename, role__permissions__content_type__app_label=app
    )
    first = held.order_by("valid_from", "id").first()
    if first:
        return first.unit
    if user.is_superuser:
        offices = OrganisationUnit.objects.filter(is_programme_office=True).valid_on(timezone.localdate())
        return offices.order_by("id").first()
    return None


@dataclass(frozen=True)
class Counted:
    """The event by which the enterprise counts for MT5, and the period it counts in."""

    event: ProgrammeEvent
    place: str
    period: Period | None


def counted_event(shown: Iterable["ShownEvent"]) -> Counted | None:
    """The first live event in force since the programme's first period: the rule that the roll-up counts by."""
    periods = list(Period.objects.all())
    start = periods[0].starts_on if periods else date.min
    counting = [one for one in shown if one.event.is_in_force and one.event.occurred_on >= start]
    if not counting:
        return None
    first = min(counting, key=lambda one: (one.event.occurred_on, one.event.pk))
    day = first.event.occurred_on
    period = next((one for one in periods if one.starts_on <= day <= one.ends_on), None)
    return Counted(first.event, first.place, period)


@dataclass(frozen=True)
class ShownEvent:
    """An event with its place in words, and whether the person may change it."""

    event: ProgrammeEvent
    place: str
    is_editable: bool


def events_of(enterprise: Enterprise, provinces: Provinces, writable: UnitScope) -> list[ShownEvent]:
    """All events of an enterprise that the person sees: events are seen with the row they hang on."""
    events = (
        ProgrammeEvent.objects.filter(programme__enterprise=enterprise)
        .select_related("programme", "batch", "entered_by", "withdrawn_by")
        .order_by("occurred_on", "id")
    )
    return [
        ShownEvent(event, provinces.told(event.unit_id), event.is_live and event.unit_id in writable)
        for event in events
    ]
