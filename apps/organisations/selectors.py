"""Reads over units: who followed whom, what they were called, and whose rows a person may touch."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Func, Q, QuerySet, TextField, Value
from django.urls import reverse
from django.utils import timezone

from apps.core.memo import once_per_request
from apps.core.models import VnFold
from apps.core.text import fold
from apps.organisations.matching import ALIASES, KIND_BEFORE_NAME
from apps.organisations.models import Membership, OrganisationUnit, Person, Reorganisation, UnitName, shown_first
from apps.organisations.roles import ROLE_LABELS

NOT_LETTERS = "[^a-z0-9]+"
SHORTEST_ABBREVIATION = 3


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
    """All units' labels of today by id, one query; about 170 rows."""
    today = timezone.localdate()
    names = OrganisationUnit.objects.order_by("id", *shown_first(today, "names__")).distinct("id")
    columns = ["slug", "names__short_name", "names__name", "names__short_name_sort", "parent_id"]
    dates = ["is_programme_office", "valid_from", "valid_to"]
    labels = {}
    for pk, slug, short, full, sort, parent, office, start, end in names.values_list("id", *columns, *dates):
        # An end that is only planned ends nothing yet.
        is_office = office and (start is None or start <= today) and (end is None or end >= today)
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
    """Ids of units that ever bore such a name or symbol, and of those that carry their past on that day.

    Without accents, tone marks wherever people put them, and by abbreviation: TP.HCM, BR-VT, TCĐLCL, Bộ KHCN.
    """
    words = re.sub(NOT_LETTERS, " ", fold(text)).strip()
    if not words:
        return set()
    named = UnitName.objects.annotate(
        full=_plain("name"), short=_plain("short_name"), symbol=_plain("unit__symbol"), label=_plain("unit__id")
    ).filter(
        Q(full__contains=words)
        | Q(short__contains=words)
        | Q(symbol__startswith=words)
        | Q(label__startswith=words)
        | _abbreviated(words)
    )
    found = set(named.order_by().values_list("unit_id", flat=True))
    shares = successor_shares(on or timezone.localdate())
    return found | {carrier for unit in found for carrier, _share in shares.get(unit, [])}


def _abbreviated(words: str) -> Q:
    """Names whose first letters are these, that are written so without blanks, or that offices shorten so."""
    known, letters = ALIASES.get(KIND_BEFORE_NAME.sub("", words).replace(" ", "")), words.replace(" ", "")
    wanted = Q(pk__in=_named_together(known)) if known else Q()
    if len(letters) >= SHORTEST_ABBREVIATION:
        wanted |= Q(pk__in=_named_together(letters))
        initials = UnitName.objects.alias(initials=_initials("name"))
        inside = Q(initials__contains=letters)
        if len(letters) == SHORTEST_ABBREVIATION:  # three letters stand in too many places
            inside = Q(initials__startswith=letters) | Q(initials__endswith=letters)
        wanted |= Q(pk__in=initials.filter(inside).order_by().values("pk"))
    return wanted


def _named_together(letters: str) -> QuerySet:
    together = UnitName.objects.alias(together=_replaced(VnFold("short_name"), NOT_LETTERS, ""))
    return together.filter(together__startswith=letters).order_by().values("pk")


def _initials(column: str) -> Func:
    return _replaced(VnFold(column), "([a-z0-9])[a-z0-9]*[^a-z0-9]*", r"\1")


def _replaced(value: Func, pattern: str, by: str) -> Func:
    parts = (Value(pattern), Value(by), Value("g"))
    return Func(value, *parts, function="regexp_replace", output_field=TextField())


def _plain(column: str) -> Func:
    """Folded, and only letters and digits: «Bà Rịa - Vũng Tàu», «Bộ KH&CN» are found without their signs."""
    return _replaced(VnFold(column), NOT_LETTERS, " ")


@dataclass(frozen=True)
class Post:
    """A role somebody holds, held or will hold in a unit; `given_in` names another unit in which it was given."""

    person: Person
    role: str
    valid_from: date
    valid_to: date | None
    given_in: str
    is_acting: bool


@dataclass
class Staff:
    now: list[Post] = field(default_factory=list)
    later: list[Post] = field(default_factory=list)
    before: list[Post] = field(default_factory=list)


def staff_of(unit: OrganisationUnit, on: date) -> Staff:
    """Who works in the unit on that day, whoever came with a unit it took over, and who worked there before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT origin_id FROM unit_heirs(%s) WHERE unit_id = %s", [on, unit.pk])
        origins = {row[0] for row in cursor.fetchall()}
    labels, found = unit_labels(), Staff()
    held = Membership.objects.filter(unit__in=origins | {unit.pk}).select_related("role")
    held = held.order_by("user__full_name", "user", "valid_from", "pk")
    people = Person.objects.in_bulk(held.values_list("user", flat=True))
    for one in held:
        given_in = "" if one.unit_id == unit.pk else labels[one.unit_id].short_name
        role = str(ROLE_LABELS.get(one.role.name, one.role.name))
        post = Post(
            people[one.user_id], role, one.valid_from, one.valid_to, given_in, is_acting=one.acting_for_id is not None
        )
        if one.valid_from > on:
            found.later.append(post)
        elif (one.valid_to is None or one.valid_to >= on) and one.unit_id in origins:
            found.now.append(post)
        elif one.unit_id == unit.pk:
            found.before.append(post)
    return found


def acts_of(unit: OrganisationUnit) -> QuerySet[Reorganisation]:
    """Acts recorded here that the unit was part of, withdrawn ones too: what they planned still names it."""
    named = [{"id": unit.pk}]
    acts = Reorganisation.objects.filter(Q(plan__units__contains=named) | Q(plan__results__contains=named))
    return acts.select_related("document", "recorded_by", "withdrawn_by")
