"""Who came before a unit and who after: as a list of what happened, and as a drawing of boxes and lines."""

import textwrap
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from apps.organisations.models import OrganisationUnit, Succession
from apps.organisations.selectors import UnitLabel

WIDTH, LINE, GAP_X, GAP_Y, PADDING = 208, 17, 64, 14, 10
LETTERS_IN_A_LINE = 26


@dataclass(frozen=True)
class Change:
    """What happened on one day to make, or to enlarge, one unit."""

    effective_on: date
    relation: str
    sources: list[UnitLabel]
    successor: UnitLabel
    legal_basis: str
    note: str
    carries_past: bool
    is_unchanged: bool  # the same unit under a new entry: nothing was merged or split


@dataclass(frozen=True)
class Box:
    """Places are text: a number in a template would get thousands marks."""

    x: str
    y: str
    text_x: str
    lines: list[tuple[str, str]]
    when: str
    when_y: str
    is_self: bool


@dataclass(frozen=True)
class Drawing:
    width: str
    height: str
    box_height: str
    boxes: list[Box]
    paths: list[str]


@dataclass
class Lineage:
    changes: list[Change] = field(default_factory=list)
    carriers: list[UnitLabel] = field(default_factory=list)  # who carries the past on the day; none: the unit itself
    drawing: Drawing | None = None

    @property
    def only_renewed(self) -> bool:
        """Whatever happened to the unit left it as it was."""
        changes = [one for one in self.changes if one.carries_past]
        return bool(changes) and all(one.is_unchanged for one in changes)


def lineage_of(unit: OrganisationUnit, labels: dict[str, UnitLabel], on: date) -> Lineage:
    """The whole story of one unit, planned acts too. All successions are read: there are about a hundred."""
    successions = list(Succession.objects.order_by("effective_on", "successor", "relation", "predecessor"))
    carrying = [link for link in successions if link.share]
    followers, sources = _maps(carrying)
    after = _walk(unit.pk, followers)
    # A merger is understood only with all who went into it.
    family = {unit.pk} | _walk(unit.pk, sources) | after | {source for one in after for source in sources[one]}
    told = [link for link in carrying if {link.predecessor_id, link.successor_id} <= family]
    edges = [(link.predecessor_id, link.successor_id) for link in told]
    told += [link for link in successions if not link.share and unit.pk in (link.predecessor_id, link.successor_id)]
    labels = _told_apart(family, labels)
    return Lineage(
        changes=_changes(told, labels),
        carriers=_carriers(unit.pk, [link for link in carrying if link.effective_on <= on], labels),
        drawing=_draw(unit.pk, family, edges, labels, on),
    )


def _told_apart(family: set[str], labels: dict[str, UnitLabel]) -> dict[str, UnitLabel]:
    """Sub-units that went under another unit bear one name: they are told with the unit above."""
    bearers = Counter(labels[one].short_name for one in family)
    told = dict(labels)
    for one in family:
        label = labels[one]
        if bearers[label.short_name] > 1 and label.parent in labels:
            told[one] = label._replace(short_name=f"{label.short_name} ({labels[label.parent].short_name})")
    return told


def _carriers(unit_id: str, links: list[Succession], labels: dict[str, UnitLabel]) -> list[UnitLabel]:
    """Who carries the past once these have come to pass."""
    followers, _sources = _maps(links)
    after = _walk(unit_id, followers)
    return sorted((labels[one] for one in after if not followers[one]), key=lambda label: label.sort)


def _maps(links: list[Succession]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    followers: dict[str, list[str]] = defaultdict(list)
    sources: dict[str, list[str]] = defaultdict(list)
    for link in links:
        followers[link.predecessor_id].append(link.successor_id)
        sources[link.successor_id].append(link.predecessor_id)
    return followers, sources


def _walk(start: str, nexts: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(nexts[start])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += nexts[one]
    return found


def _changes(links: list[Succession], labels: dict[str, UnitLabel]) -> list[Change]:
    def same(link: Succession) -> tuple:
        return (link.effective_on, link.successor_id, link.get_relation_display(), bool(link.share))

    changes = []
    for (day, successor, relation, carries), together in groupby(sorted(links, key=same), key=same):
        parts = list(together)
        basis = "; ".join(dict.fromkeys(link.legal_basis for link in parts if link.legal_basis))
        note = "; ".join(dict.fromkeys(link.note for link in parts if link.note))
        sources = sorted((labels[link.predecessor_id] for link in parts), key=lambda label: label.sort)
        unchanged = parts[0].relation == Succession.Relation.UNCHANGED
        changes.append(Change(day, relation, sources, labels[successor], basis, note, carries, unchanged))
    return changes


def _draw(
    own: str, family: set[str], edges: list[tuple[str, str]], labels: dict[str, UnitLabel], on: date
) -> Drawing | None:
    if not edges:
        return None
    columns = _columns(family, edges, labels)
    units = OrganisationUnit.objects.filter(pk__in=family)
    spans = {pk: _lasting(start, end, on) for pk, start, end in units.values_list("pk", "valid_from", "valid_to")}
    wrapped = {one: textwrap.wrap(labels[one].short_name, LETTERS_IN_A_LINE) for one in family}
    box_height = (max(len(lines) for lines in wrapped.values()) + 1) * LINE + 2 * PADDING
    height = max(len(column) for column in columns) * (box_height + GAP_Y) - GAP_Y
    places = {}
    for number, column in enumerate(columns):
        top = (height - len(column) * (box_height + GAP_Y) + GAP_Y) / 2
        for row, one in enumerate(column):
            places[one] = (number * (WIDTH + GAP_X), top + row * (box_height + GAP_Y))
    boxes = [_box(places[one], wrapped[one], spans[one], one == own) for column in columns for one in column]
    paths = [_path(places[source], places[target], box_height) for source, target in edges]
    width = len(columns) * (WIDTH + GAP_X) - GAP_X
    return Drawing(f"{width + 2}", f"{height + 2:.0f}", f"{box_height}", boxes, paths)


def _columns(family: set[str], edges: list[tuple[str, str]], labels: dict[str, UnitLabel]) -> list[list[str]]:
    """Every unit stands right of all it came from, and as near to those that followed as it can."""
    level = dict.fromkeys(family, 0)
    for _round in family:
        for source, target in edges:
            level[target] = max(level[target], level[source] + 1)
    for _round in family:
        for one in {source for source, _target in edges}:
            level[one] = min(level[target] for source, target in edges if source == one) - 1
    columns: list[list[str]] = [[] for _level in range(max(level.values()) + 1)]
    for one in sorted(family, key=lambda unit: (labels[unit].sort, unit)):
        columns[level[one]].append(one)
    return columns


def _lasting(start: date | None, end: date | None, on: date) -> str:
    if start and start > on:
        return f"{_('từ')} {start:%d/%m/%Y}"
    return f"{_('đến')} {end:%d/%m/%Y}" if end else _("đang hoạt động")


def _box(place: tuple[float, float], lines: list[str], when: str, is_self: bool) -> Box:
    x, y = place
    base = y + PADDING + LINE - 4
    rows = [(line, f"{base + row * LINE:.1f}") for row, line in enumerate(lines)]
    return Box(
        f"{x + 1:.1f}", f"{y + 1:.1f}", f"{x + PADDING + 2:.1f}", rows, when, f"{base + len(lines) * LINE:.1f}", is_self
    )


def _path(source: tuple[float, float], target: tuple[float, float], box_height: float) -> str:
    start_x, end_x = source[0] + WIDTH + 1, target[0] + 1
    start_y, end_y = source[1] + box_height / 2 + 1, target[1] + box_height / 2 + 1
    middle = (start_x + end_x) / 2
    return f"M{start_x:.1f} {start_y:.1f}C{middle:.1f} {start_y:.1f} {middle:.1f} {end_y:.1f} {end_x:.1f} {end_y:.1f}"
