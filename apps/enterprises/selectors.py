"""What the register's pages say beside its rows: places and their predecessors, choices of the filters, what counts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.reading import connection
from apps.core.templatetags.ui import number, signed
from apps.core.text import fold
from apps.core.wall import wall_open
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.models.priorities import KEY_SQL
from apps.enterprises.source import counted_by
from apps.organisations.models import OrganisationUnit
from apps.people.rights import rights_of, units_with
from apps.people.working_unit import units_to_report_for
from apps.registers.history import FileSight
from apps.targets.models import IndicatorDefinition, Period

REGISTER = "enterprises"
PLACE_PERMISSION = "enterprises.add_programmeevent"  # in whose provinces a fact may be entered


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
        return self[unit].name if unit is not None and unit in self else unit or ""

    def now(self, unit: str) -> str:
        """What the place is called today."""
        return ", ".join(self.name(heir) for heir in self[unit].today) if unit in self else self.name(unit)

    def before(self, unit: str, earlier: str | None = None) -> str:
        """The name of the ended province it was, where that says more than today's: of its own past, no other's."""
        known = [self[past] for past in (unit, earlier) if past is not None and past in self]
        own = [past.name for past in known if past.today == known[0].today and past.name != self.now(unit)]
        return own[0] if own and unit in self else ""

    def told(self, unit: str) -> str:
        """«Bắc Giang (nay thuộc Bắc Ninh)»."""
        if unit not in self or self[unit].is_current or self.name(unit) == self.now(unit):
            return self.name(unit)
        return _("%(name)s (nay thuộc %(now)s)") % {"name": self.name(unit), "now": self.now(unit)}

    def area(self, unit: str) -> list[str]:
        """The province and all whose past it carries."""
        return [other.id for other in self.values() if unit in (other.id, *other.today)]

    def within(self, scope: UnitScope) -> list[Province]:
        """Today's first, then the ended ones."""
        return sorted((one for one in self.values() if one.id in scope), key=lambda one: not one.is_current)


@dataclass(frozen=True)
class Year:
    """A period that has begun, with the MT5 figure of the asked units at its end: as accepted, and as known now."""

    year: int
    starts_on: date
    ends_on: date
    is_closed: bool
    figure: Decimal | None
    now: Decimal | None


@dataclass(frozen=True)
class UnfinishedImport:
    """An own file that was checked and waits."""

    id: int
    filename: str
    uploaded_at: datetime
    error_rows: int
    warning_rows: int

    @property
    def url(self) -> str:
        return reverse("exchange:importbatch_detail", args=[REGISTER, self.id])


@dataclass(frozen=True)
class Priority:
    """A trade of the list in force today, with the codes that it covers: version and beginning."""

    key: str
    name: str
    codes: list[tuple[str, str]]


@dataclass(frozen=True)
class RegisterFacts:
    provinces: Provinces
    sections: list[tuple[str, str, str]]  # version, letter, name
    priorities: list[Priority]
    ministries: list[tuple[str, str]]  # that manage any enterprise: id, name
    years: list[Year]
    unfinished: UnfinishedImport | None

    def section_choices(self) -> list[tuple[str, str]]:
        """Sections of all versions; of one name they are one choice, commas or not: people look for trades, not for
        versions. What only one version has says which.
        """
        versions = {version for version, _letter, _name in self.sections}
        grouped: dict[str, tuple[list[str], str]] = {}
        for version, letter, name in self.sections:
            codes, _name = grouped.setdefault(re.sub(r"[\W_]+", " ", fold(name)), ([], name))
            codes.append(f"{version}:{letter}")
        return [(",".join(codes), _called(codes, name, len(versions))) for codes, name in grouped.values()]


def _called(codes: list[str], name: str, versions: int) -> str:
    """«C – Công nghiệp chế biến, chế tạo»; the letter of the latest version, which comes first."""
    version, _colon, letter = codes[0].partition(":")
    return f"{letter} – {name}" if len(codes) == versions else f"{letter} – {name} (VSIC {version})"


_PROVINCES = """
    SELECT json_agg(json_build_array(u.id, n.short_name, u.valid_from, u.valid_to, s.today)
                    ORDER BY n.short_name_sort, u.id)
    FROM organisations_organisationunit u
    JOIN (SELECT origin_id, array_agg(unit_id ORDER BY unit_id) AS today FROM unit_successors(%(today)s) GROUP BY 1) s
      ON s.origin_id = u.id
    JOIN LATERAL (
        SELECT short_name, short_name_sort FROM organisations_unitname n
        WHERE n.unit_id = u.id AND (n.valid_from IS NULL OR n.valid_from <= %(today)s)
        ORDER BY n.valid_from DESC NULLS LAST LIMIT 1
    ) n ON true
    WHERE u.kind = 'province'
"""
_SECTIONS = """
    SELECT json_agg(json_build_array(version, code, name) ORDER BY version DESC, code)
    FROM enterprises_industry WHERE level = 1
"""
_PRIORITIES = f"""
    SELECT json_agg(json_build_array(key, name, codes) ORDER BY valid_from DESC, number, key) FROM (
        SELECT {KEY_SQL} AS key, min(s.number) AS number, min(s.sector) AS name, min(s.valid_from) AS valid_from,
               json_agg(json_build_array(s.vsic_version, s.vsic)) AS codes
        FROM enterprises_prioritysector s
        WHERE s.withdrawn_at IS NULL AND s.valid_from <= %(today)s AND (s.valid_to IS NULL OR s.valid_to > %(today)s)
        GROUP BY 1
    ) priorities
"""
_MINISTRIES = """
    SELECT json_agg(json_build_array(u.id, n.short_name) ORDER BY n.short_name_sort, u.id)
    FROM organisations_organisationunit u
    JOIN LATERAL (
        SELECT short_name, short_name_sort FROM organisations_unitname n
        WHERE n.unit_id = u.id AND (n.valid_from IS NULL OR n.valid_from <= %(today)s)
        ORDER BY n.valid_from DESC NULLS LAST LIMIT 1
    ) n ON true
    WHERE EXISTS (SELECT FROM enterprises_managingministry m WHERE m.unit_id = u.id AND m.withdrawn_at IS NULL)
"""
_YEARS = """
    SELECT json_agg(json_build_array(p.year, p.starts_on, p.ends_on, m.version IS NOT NULL, v.accepted::text,
                                     v.now::text) ORDER BY p.year)
    FROM targets_period p JOIN period_moments(%(now)s) m ON m.period_id = p.id LEFT JOIN (
        SELECT v.period_id, sum(value) FILTER (WHERE known_to IS NULL) AS now,
               sum(value) FILTER (WHERE known_from <= m.moment AND (known_to IS NULL OR known_to > m.moment))
                   AS accepted
        FROM targets_indicatorvalue v JOIN targets_indicator i ON i.id = v.indicator_id
        JOIN period_moments(%(now)s) m ON m.period_id = v.period_id
        WHERE i.code = %(code)s AND v.basis = i.basis AND v.breakdown = ''
          AND CASE WHEN %(everything)s THEN v.unit_id IS NULL ELSE v.unit_id = ANY(%(units)s) END
        GROUP BY 1
    ) v ON v.period_id = p.id
    WHERE p.starts_on <= %(today)s
"""
_UNFINISHED = """
    SELECT json_build_array(b.id, b.filename, b.created_at,
        (SELECT count(*) FROM exchange_stagedrow r WHERE r.batch_id = b.id AND r.state = 'error'),
        (SELECT count(DISTINCT w.number) FROM exchange_rowproblem w
         WHERE w.batch_id = b.id AND w.severity = 'warning' AND w.accepted_reason = ''))
    FROM exchange_importbatch b
    WHERE b.register = %(register)s AND b.state = 'checked' AND b.uploaded_by_id = %(user)s
      AND (%(imports_everywhere)s OR b.unit_id = ANY(%(imports)s))
    ORDER BY b.id DESC LIMIT 1
"""
# What the list needs beside its rows comes in one statement: four round trips less, and each part is small.
_FACTS = f"SELECT ({_PROVINCES}), ({_SECTIONS}), ({_PRIORITIES}), ({_MINISTRIES}), ({_YEARS}), ({_UNFINISHED})"


def register_facts(user: User) -> RegisterFacts:
    """Places, industries and years; the MT5 figures of the person's units, and a file of theirs that waits."""
    scope, imports = units_with(user, "enterprises.view_enterprise"), units_with(user, "exchange.view_importbatch")
    values: dict[str, Any] = {
        "today": timezone.localdate(),
        "now": timezone.now(),
        "code": counted_by(),
        "everything": scope.everything,
        "units": sorted(scope.ids),
        "register": REGISTER,
        "user": user.pk,
        "imports_everywhere": imports.everything,
        "imports": sorted(imports.ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, values)
        provinces, sections, priorities, ministries, years, unfinished = cursor.fetchone()
    return RegisterFacts(
        provinces=_provinces(provinces),
        sections=[tuple(row) for row in sections or []],
        priorities=[Priority(key, name, [tuple(code) for code in codes]) for key, name, codes in priorities or []],
        ministries=[(unit, name) for unit, name in ministries or []],
        years=[
            Year(
                year,
                date.fromisoformat(starts_on),
                date.fromisoformat(ends_on),
                is_closed,
                figure and Decimal(figure),
                now and Decimal(now),
            )
            for year, starts_on, ends_on, is_closed, figure, now in years or []
        ],
        unfinished=_unfinished(*unfinished) if unfinished else None,
    )


def read_provinces() -> Provinces:
    with connection.cursor() as cursor:
        cursor.execute(_PROVINCES, {"today": timezone.localdate()})
        return _provinces(cursor.fetchone()[0])


def _provinces(rows: list[list] | None) -> Provinces:
    known = [
        Province(unit, name, _day(valid_from), _day(valid_to), tuple(today))
        for unit, name, valid_from, valid_to, today in rows or []
    ]
    return Provinces((one.id, one) for one in known)


def _unfinished(pk: int, filename: str, uploaded_at: str, errors: int, warnings: int) -> UnfinishedImport:
    return UnfinishedImport(pk, filename, datetime.fromisoformat(uploaded_at), errors, warnings)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def figure_note(years: list[Year]) -> str:
    """«Tính vào MT5: 38.450 đến hết 2025 · +3 điều chỉnh sau khi chốt · 7.530 trong năm 2026 (tạm tính)»."""
    closed = [year for year in years if year.is_closed and year.figure is not None]
    running = [year for year in years if not year.is_closed and year.figure is not None]
    last, known = (closed[-1], closed[-1].now or Decimal(0)) if closed else (None, Decimal(0))
    parts = []
    if last:
        parts.append(_("%(count)s đến hết %(year)s") % {"count": number(last.figure, 0), "year": last.year})
        if since := known - (last.figure or 0):
            parts.append(_("%(count)s điều chỉnh sau khi chốt") % {"count": signed(since)})
    if running:
        gained = number((running[-1].figure or 0) - known, 0)
        parts.append(_("%(count)s trong năm %(year)s (tạm tính)") % {"count": gained, "year": running[-1].year})
    return _("Tính vào MT5: %(parts)s") % {"parts": " · ".join(parts)} if parts else ""


def reporting_unit(user: User, permission: str, working: str | None = None) -> OrganisationUnit | None:
    """For whom a person enters facts: the unit chosen to work for, where a role there carries the permission; else the
    first unit whose role does.
    """
    units = units_to_report_for(user, permission)
    if user.is_superuser:
        return units.filter(is_programme_office=True).first()
    held = rights_of(user).given_in.get(permission, ())
    return units.filter(pk=working if working in held else next(iter(held), None)).first()


UNSEEN = gettext_lazy("Hồ sơ của đơn vị khác")


def name_seen_only(enterprises: Iterable[Enterprise], scope: UnitScope) -> None:
    """Facts of own provinces may be of records that only other units see: these are told by their code alone."""
    if scope.everything:
        return
    keys = {enterprise.pk for enterprise in enterprises}
    seen = set(Enterprise.objects.in_scope(scope).filter(pk__in=keys).values_list("pk", flat=True))
    for enterprise in enterprises:
        enterprise.is_seen = enterprise.pk in seen
        if not enterprise.is_seen:
            enterprise.name = str(UNSEEN)


@dataclass(frozen=True)
class Counted:
    """The event by which the enterprise counts for MT5, and the period it counts in.

    `elsewhere`: it hangs on another record of the same enterprise, and `event` is told only to who sees that record.
    """

    event: ProgrammeEvent | None
    place: str
    period: Period | None
    elsewhere: bool


@wall_open("whether another record of one enterprise counts already")
def counted_event(enterprise: Enterprise, provinces: Provinces, *, user: User) -> Counted | None:
    """The first live event in force since the programme's first period, of any record of the same enterprise and of a
    kind that the definition counts: the rule that the roll-up counts by.
    """
    periods = list(Period.objects.all())
    same = Enterprise.objects.of_entity(enterprise.entity_code)
    counting = (
        ProgrammeEvent.objects.live()
        .filter(stage__in=ProgrammeEvent.IN_FORCE, programme__enterprise__in=same)
        .filter(occurred_on__gte=periods[0].starts_on if periods else date.min)
        .select_related("programme__enterprise")
        .order_by("occurred_on", "id")
    )
    definitions = list(IndicatorDefinition.objects.filter(indicator__code=counted_by()).order_by("valid_from"))
    event = next((one for one in counting if _counts_kind(one, definitions)), None)
    if event is None:
        return None
    owner = event.programme.enterprise
    if owner != enterprise and not Enterprise.objects.visible_to(user).filter(pk=owner.pk).exists():
        return Counted(None, "", None, elsewhere=True)
    period = next((one for one in periods if one.starts_on <= event.occurred_on <= one.ends_on), None)
    return Counted(event, provinces.told(event.unit_id), period, elsewhere=owner != enterprise)


def _counts_kind(event: ProgrammeEvent, definitions: list[IndicatorDefinition]) -> bool:
    """Whether the definition in force on that day counts such an enterprise."""
    in_force = [one for one in definitions if one.valid_from <= event.occurred_on]
    return not in_force or not in_force[-1].kinds or event.programme.enterprise.ownership in in_force[-1].kinds


def dependents_of(enterprise: Enterprise, *, user: User) -> tuple[Enterprise | None, list[Enterprise]]:
    """The enterprise above a branch or other dependent unit, and those below an enterprise, as the person sees them."""
    same = Enterprise.objects.visible_to(user).of_entity(enterprise.entity_code).exclude(pk=enterprise.pk)
    if enterprise.is_dependent_unit:
        return next((one for one in same if not one.is_dependent_unit), None), []
    return None, list(same)


@dataclass(frozen=True)
class ShownEvent:
    """An event with its place in words, and whether the person may change it.

    Of another unit's event the stage, day and place are told; who entered it and what they noted is that unit's own.
    Likewise of another unit's import: its file, and who took it back and why.
    """

    event: ProgrammeEvent
    place: str
    is_editable: bool
    is_own: bool = True
    opens_file: bool = True
    tells_withdrawal: bool = True


def events_of(enterprise: Enterprise, provinces: Provinces, *, user: User) -> list[ShownEvent]:
    """The events of an enterprise that the person sees: the live ones with the row they hang on, and own withdrawn
    ones.
    """
    events = (
        ProgrammeEvent.objects.filter(programme__enterprise=enterprise)
        .select_related("programme", "batch__confirmed_by", "batch__undone_by", "entered_by", "withdrawn_by")
        .order_by("occurred_on", "id")
    )
    own, writable = (units_with(user, f"enterprises.{right}") for right in ("view_enterprise", "change_programmeevent"))
    sight = FileSight(own, units_with(user, "exchange.view_importbatch"))
    return [
        ShownEvent(
            event,
            provinces.told(event.unit_id),
            is_editable=event.is_live and event.unit_id in writable,
            is_own=is_own,
            opens_file=event.batch is not None and event.batch.unit_id in sight.opened,
            tells_withdrawal=sight.tells_of_withdrawal(event),
        )
        for event in events
        if (is_own := event.unit_id in own) or event.is_live
    ]
