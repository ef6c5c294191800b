"""The rows of the page of the plan: headings, and under them the items that fit what was asked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.framework.models import FrameworkItem, ItemUnit
from apps.framework.selectors import units_of
from apps.tasks.plan_filter import Asked, today_names
from apps.tasks.standing import ItemStanding, Standing
from apps.tasks.timeline import chip, timeline

LAST = "~"  # sorts after every number


@dataclass(frozen=True)
class Head:
    key: str
    code: str
    title: str
    order: tuple = ()


@dataclass(frozen=True)
class Line:
    """An item with what is told of it."""

    item: FrameworkItem
    told: ItemStanding
    today: date
    code: str
    heads: tuple[Head, ...] = ()

    @property
    def under(self) -> str:
        return " ".join(head.key for head in self.heads)

    @property
    def depth(self) -> int:
        return len(self.heads)

    @property
    def targets(self) -> str:
        return ", ".join(sorted(one.code for one in self.item.indicators.all()))

    @cached_property
    def lead(self) -> str:
        return "; ".join(today_names(one) for one in units_of(self.item, ItemUnit.Role.LEAD))

    @property
    def chip(self) -> SafeString:
        return chip(self.told.standing)

    @property
    def drawing(self) -> SafeString:
        return timeline(self.item, self.told, self.today)


@dataclass(frozen=True)
class HeadRow:
    head: Head
    depth: int
    under: str
    standings: Counter[Standing]

    @property
    def words(self) -> str:
        return summary_of(self.standings)


# What a heading says of the items below it, beside their number: what asks for attention.
TOLD_ABOVE = (Standing.OVERDUE, Standing.AT_RISK, Standing.LAPSED)


def summary_of(standings: Counter[Standing]) -> str:
    """«4 hạng mục · 1 quá hạn · 2 nguy cơ chậm»"""
    told = [f"{standings.total()} {_('hạng mục')}"]
    told += [f"{standings[one]} {str(one.label).lower()}" for one in TOLD_ABOVE if standings[one]]
    return " · ".join(told)


def lines_of(
    shown: Iterable[tuple[FrameworkItem, ItemStanding]], every: list[FrameworkItem], asked: Asked, today: date
) -> list[Line]:
    """In the order in which they are read under the headings asked for."""
    above = {item.code: item for item in every}
    lines = [
        Line(item, told, today, item.number if not asked.of_both and asked.by == "list" else item.code,
             tuple(_heads(item, above, asked)))
        for item, told in shown
    ]  # fmt: skip
    if asked.by == "list":
        return lines
    return sorted(lines, key=lambda line: (*(head.order for head in line.heads), (line.item.position,)))


def rows_of(lines: list[Line]) -> Iterator[Line | HeadRow]:
    """Each heading before the first of its items, with how those stand that are shown under it."""
    below: dict[str, Counter[Standing]] = defaultdict(Counter)
    for line in lines:
        for head in line.heads:
            below[head.key][line.told.standing] += 1
    told: set[str] = set()
    for line in lines:
        above: list[str] = []
        for depth, head in enumerate(line.heads):
            if head.key not in told:
                told.add(head.key)
                yield HeadRow(head, depth, " ".join(above), below[head.key])
            above.append(head.key)
        yield line


def _heads(item: FrameworkItem, above: dict[str, FrameworkItem], asked: Asked) -> Iterator[Head]:
    if asked.by == "list":
        if asked.of_both:
            yield Head(item.list, item.list, item.get_list_display())
        parents = []
        while item.parent_id:
            item = above[item.parent_id]
            parents.append(item)
        for one in reversed(parents):
            yield Head(one.code, one.code if asked.of_both else one.number, one.title)
        return
    group = item.group
    if group is None:
        yield Head("others", "", _("Nội dung khác, không thuộc nhóm giải pháp nào"), (LAST,))
        return
    if asked.by == "aim":
        yield Head(f"aim-{group.aim.position}", f"{group.aim.code})", group.aim.text, (str(group.aim.position),))
    yield Head(f"group-{group.code}", group.code, group.title, (str(group.position),))
