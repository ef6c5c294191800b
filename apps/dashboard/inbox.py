"""What waits for one person, from all apps: sorted and counted by keys, of which one page is read whole."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.due import SOON, Due
from apps.notifications.waiting import Key, Shown, Tab, source_of, sources, waiting_keys
from apps.people.models import Membership
from apps.people.roles import APPROVER_ROLE
from apps.tasks.inbox import proposed_oneself, shown_to_approve

PAGE = 25
FAR = date.max
OLDEST, BY_DUE = "oldest", "due"
MOST_BARRED = 20


@dataclass(frozen=True)
class Row:
    key: Key
    shown: Shown
    today: date

    @property
    def days(self) -> int:
        """How long it has waited."""
        return max(0, (self.today - self.key.since).days)

    @property
    def due(self) -> Due | None:
        to_act = not source_of(self.key.source).due
        return Due(self.key.due_on, self.today, to_act) if self.key.due_on else None


@dataclass(frozen=True)
class Group:
    heading: str
    count: int
    rows: list[Row]


@dataclass(frozen=True)
class TabCount:
    tab: Tab
    count: int
    overdue: bool


@dataclass(frozen=True)
class Inbox:
    total: int  # over all tabs
    overdue: int
    soon: int
    soon_until: date
    longest: int  # days
    tabs: list[TabCount]
    groups: list[Group]
    barred: list[Row]  # what somebody else has to decide, because this person proposed it
    found: int  # in this tab
    first: int
    last: int
    page: int
    pages: int

    @property
    def sentence(self) -> str:
        """The answer in numbers: how much waits, what of it presses, and how long the oldest has waited."""
        presses = []
        if self.overdue:
            presses.append(_("%(n)s quá hạn") % {"n": self.overdue})
        if self.soon:
            words = {"n": self.soon, "day": f"{self.soon_until:%d/%m/%Y}"}
            presses.append(_("%(n)s đến hạn trước %(day)s") % words)
        waits = _("%(n)s việc chờ bạn") % {"n": self.total}
        longest = _("Việc chờ lâu nhất: %(n)s ngày.") % {"n": self.longest}
        return f"{waits}{': ' if presses else ''}{', '.join(presses)}. {longest}"

    @property
    def before(self) -> int:
        return self.page - 1

    @property
    def after(self) -> int:
        return self.page + 1

    @property
    def can_pick(self) -> bool:
        return any(row.shown.pick for group in self.groups for row in group.rows)


def inbox_of(user: User, *, tab: str = "", order: str = BY_DUE, page: int = 1) -> Inbox:
    today = timezone.localdate()
    soon_until = today + timedelta(days=SOON)
    keys = waiting_keys(user)
    chosen = sorted(keys if not tab else [key for key in keys if _tab(key).code == tab], key=_order(order))
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(1, page), pages)
    part = chosen[(page - 1) * PAGE : page * PAGE]
    return Inbox(
        total=len(keys),
        overdue=sum(bool(key.due_on and key.due_on < today) for key in keys),
        soon=sum(bool(key.due_on and today <= key.due_on < soon_until) for key in keys),
        soon_until=soon_until,
        longest=max(((today - key.since).days for key in keys), default=0),
        tabs=_tabs(keys, today),
        groups=_groups(chosen, _read(part, user, today), today, soon_until, order),
        barred=_barred(user, today) if tab in ("", "approve") and page == pages else [],
        found=len(chosen),
        first=(page - 1) * PAGE + 1 if part else 0,
        last=(page - 1) * PAGE + len(part),
        page=page,
        pages=pages,
    )


@dataclass(frozen=True)
class Beginning:
    """What waits for a person, as a card tells it: how much, and what stands first on the page of it."""

    keys: list[Key]
    rows: list[Row]

    @property
    def total(self) -> int:
        return len(self.keys)

    def of(self, source: str) -> int:
        return sum(key.source == source for key in self.keys)


def beginning_of_inbox(user: User, many: int) -> Beginning:
    """The same rows in the same order as the page of it begins with."""
    keys = sorted(waiting_keys(user), key=_order(BY_DUE))
    return Beginning(keys, _read(keys[:many], user, timezone.localdate()))


def acting_of(user: User) -> list[Membership]:
    """For whom the person decides today, and until when."""
    held = Membership.objects.valid_on(timezone.localdate()).filter(user=user.pk, role__name=APPROVER_ROLE)
    return list(held.filter(acting_for__isnull=False).select_related("acting_for__user").order_by("valid_to", "pk"))


def _tab(key: Key) -> Tab:
    return source_of(key.source).tab


def _order(order: str) -> Callable[[Key], Any]:
    if order == OLDEST:
        return lambda key: (key.since, key.due_on or FAR, key.source, key.pk)
    return lambda key: (key.due_on or FAR, key.since, key.source, key.pk)


def _tabs(keys: Sequence[Key], today: date) -> list[TabCount]:
    """In the order of the sources; those in which nothing waits are left out."""
    waiting = Counter(key.source for key in keys)
    late = {key.source for key in keys if key.due_on and key.due_on < today}
    found: dict[str, TabCount] = {}
    for source in sources():
        if count := waiting[source.code]:
            before = found.get(source.tab.code, TabCount(source.tab, 0, False))
            found[source.tab.code] = TabCount(source.tab, before.count + count, before.overdue or source.code in late)
    return list(found.values())


def _read(part: Iterable[Key], user: User, today: date) -> list[Row]:
    """The rows of the page, each kind at once. One that went meanwhile is left out."""
    part = list(part)
    wanted: dict[str, list[int]] = {}
    for key in part:
        wanted.setdefault(key.source, []).append(key.pk)
    shown = {source: source_of(source).show(pks, user) for source, pks in wanted.items()}
    return [Row(key, shown[key.source][key.pk], today) for key in part if key.pk in shown[key.source]]


def _groups(chosen: Sequence[Key], rows: list[Row], today: date, soon: date, order: str) -> list[Group]:
    if order == OLDEST:
        return [Group(_("Chờ lâu nhất trước"), len(chosen), rows)] if rows else []
    headings = {
        0: _("Quá hạn"),
        1: _("Đến hạn trước %(day)s") % {"day": f"{soon:%d/%m/%Y}"},
        2: _("Từ %(day)s") % {"day": f"{soon:%d/%m/%Y}"},
        3: _("Không có hạn"),
    }
    counts = Counter(_place(key, today, soon) for key in chosen)
    found = []
    for place, heading in headings.items():
        here = [row for row in rows if _place(row.key, today, soon) == place]
        if here:
            found.append(Group(heading, counts[place], here))
    return found


def _place(key: Key, today: date, soon: date) -> int:
    if key.due_on is None:
        return 3
    if key.due_on < today:
        return 0
    return 1 if key.due_on < soon else 2


def _barred(user: User, today: date) -> list[Row]:
    tasks = proposed_oneself(user)
    if tasks is None:
        return []
    since = dict(tasks.order_by("moved_at", "pk").values_list("pk", "moved_at")[:MOST_BARRED])
    shown = shown_to_approve(list(since), user) if since else {}
    return [
        Row(Key("tasks.approve", pk, timezone.localdate(moved), None), shown[pk], today)
        for pk, moved in since.items()
        if pk in shown
    ]
