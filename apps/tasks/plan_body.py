"""The body of the table of the plan: fifty rows of two kinds, written as `core/grid.py` writes those of lists."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core.markup import markup
from apps.core.templatetags.ui import icon, number
from apps.tasks.plan_tree import HeadRow, Line

HEAD = (
    '<tr class="%s"%s><td class="code %s"><button class="twist" type="button" data-fold="%s" aria-expanded="true"'
    ' aria-label="%s" hidden>%s</button>%s</td><th scope="rowgroup" colspan="3">%s <span class="sub">%s</span></th>%s'
    "</tr>\n"
)
ITEM = (
    '<tr%s><td class="code %s">%s</td><th scope="row"><a class="nm" href="%s" title="%s">%s</a></th>'
    '<td><span title="%s">%s</span><div class="sub">%s%s</div></td><td>%s</td>%s</tr>\n'
)
LEVELS, DEPTHS = ("g1", "g2", "g2", "g2", "g2"), ("d0", "d1", "d2", "d3", "d4")
YEARS = '<td class="tlc">%s</td>'


@dataclass(frozen=True)
class Body:
    """`line`: of today, None where no years are drawn. `tasks`: the address of their list, where it may be opened."""

    rows: Iterable[Line | HeadRow]
    line: SafeString | None
    tasks: str
    query: str

    @property
    def html(self) -> SafeString:
        return SafeString(
            "".join(self._head(row) if isinstance(row, HeadRow) else self._item(row) for row in self.rows)
        )

    def _head(self, row: HeadRow) -> SafeString:
        head = row.head
        name = f"{_('Thu gọn')} {head.code or head.title}"
        years = "" if self.line is None else self._years(markup('<div class="tl">%s</div>', [(self.line,)]))
        cells = (DEPTHS[row.depth], head.key, name, icon("chevron-down"), head.code, head.title, row.words, years)
        return markup(HEAD, [(LEVELS[row.depth], _under(row), *cells)])

    def _item(self, row: Line) -> SafeString:
        item, targets = row.item, f" · {row.targets}" if row.targets else ""
        years = "" if self.line is None else self._years(row.drawing)
        named = (item.get_absolute_url(), item.title, item.title, item.lead_text, row.lead)
        return markup(
            ITEM, [(_under(row), DEPTHS[row.depth], row.code, *named, self._count(row), targets, row.chip, years)]
        )

    def _years(self, drawing: SafeString) -> SafeString:
        return markup(YEARS, [(drawing,)])

    def _count(self, row: Line) -> str:
        """Every figure leads to what it counts."""
        count = f"{number(row.told.work.total)} {_('nhiệm vụ')}"
        if not (self.tasks and row.told.work.total):
            return count
        return markup('<a href="%s?framework_item=%s%s">%s</a>', [(self.tasks, row.item.code, self.query, count)])


def _under(row: Line | HeadRow) -> SafeString:
    return markup(' data-under="%s"', [(row.under,)] if row.under else [])
