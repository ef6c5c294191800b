"""The body of the table of what waits: up to fifty rows, written as `core/grid.py` writes those of lists."""

from collections.abc import Set
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core.markup import markup
from apps.core.templatetags.ui import NO_DATA, badge, icon, millions, number, vn_date
from apps.dashboard.inbox import Inbox, Row
from apps.notifications.waiting import Shown

GROUP = '<tr class="grp"><th scope="colgroup" colspan="5">%s <span class="sub">· %s</span></th></tr>\n'
ROW = (
    '<tr class="%s"><td class="full">%s</td><th scope="row" class="full"><a href="%s">%s</a> <div class="sub">%s</div>'
    '%s</th><td class="full why">%s <p>%s</p></td><td class="num" data-l="%s"><b>%s</b> %s <div class="sub">%s %s</div>'
    '</td><td class="num" data-l="%s">%s</td></tr>\n'
)
BOX = '<input class="cbx" type="checkbox" name="pick" value="%s" form="f-qd" data-amount="%s" aria-label="%s %s"%s>'
BARRED = '<p class="msg wa">%s<span>%s</span></p>'
DUE = "%s <div>%s</div>"


@dataclass(frozen=True)
class Body:
    """`picks`: rows have boxes, as a decision stands beside them; `picked` are those ticked before."""

    inbox: Inbox
    picks: bool
    picked: Set[str]

    @property
    def html(self) -> SafeString:
        groups = [(group.heading, group.count, group.rows) for group in self.inbox.groups]
        if self.inbox.barred:
            groups.append((_("Người khác phải xử lý"), len(self.inbox.barred), self.inbox.barred))
        return SafeString("".join(self._group(*group) for group in groups))

    def _group(self, heading: str, count: int, rows: list[Row]) -> str:
        head = markup(GROUP, [(heading, _("%(n)s việc") % {"n": number(count)})])
        waited, day, since, due, money = _("Đã chờ"), _("ngày"), _("từ"), _("Hạn"), _("triệu đồng")
        whys = [""] + [row.shown.why for row in rows]
        same = _("Lý do như dòng trên")
        told = (
            (
                "off" if row.shown.barred else "", self._box(row.shown), row.shown.url, row.shown.title,
                f"{row.shown.sub} · {millions(row.shown.amount)} {money}" if row.shown.amount else row.shown.sub,
                markup(BARRED, [(icon("ban"), row.shown.barred)]) if row.shown.barred else "",
                badge(row.shown.family, row.shown.label, row.shown.icon),
                same if row.shown.why == before else row.shown.why,
                waited, number(row.days), day, since, vn_date(row.key.since), due, _due(row),
            )
            for before, row in zip(whys, rows, strict=False)
        )  # fmt: skip
        return head + markup(ROW, told)

    def _box(self, one: Shown) -> str:
        if not (self.picks and one.pick):
            return ""
        state = " disabled" if one.barred else " checked" if one.pick in self.picked else ""
        return markup(BOX, [(one.pick, one.amount or 0, _("Chọn"), one.title, state)])


def _due(row: Row) -> str:
    return markup(DUE, [(vn_date(row.key.due_on), row.due.drawn)]) if row.due else NO_DATA
