"""What was told, as its reader may see it today."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from apps.accounts.models import User
from apps.notifications.models import Comment, Notification, Watch
from apps.notifications.subjects import Kind, all_subjects, kind_of, subject_of, told_kind


@dataclass(frozen=True)
class Told:
    """A notification with the record that it speaks of."""

    row: Notification
    kind: Kind
    code: str
    called: str
    name: str
    url: str

    @property
    def reason(self) -> str:
        """Why it was done. On the page only: mails say no more than that something waits."""
        return str(self.row.facts.get("reason", ""))

    @property
    def fact(self) -> str:
        told = {"code": self.code, "called": self.called, "by": self.row.facts.get("by", "")}
        return str(self.kind.fact) % told


def seen(rows: Iterable[Notification], user: User) -> list[Told]:
    """Those whose record the person sees today, in their order; a query for each kind of record among them."""
    rows = list(rows)
    keys: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        keys[row.target_kind].add(row.target_id)
    records = {subject.kind: subject.seen_by(user, keys.get(subject.kind, set())) for subject in all_subjects()}
    found = []
    for row in rows:
        record, kind = records.get(row.target_kind, {}).get(row.target_id), told_kind(row.kind)
        if record is not None and kind is not None:
            subject = subject_of(row.target_kind)
            names = subject.code(record), subject.word(record), subject.name(record)
            found.append(Told(row, kind, *names, subject.address(record)))
    return found


@dataclass(frozen=True)
class Count:
    kind: Kind
    count: int
    nearest: date | None


def counted(found: Sequence[Told]) -> list[Count]:
    """By kind, the most first; and the nearest day by which something is due."""
    counts = Counter(one.kind.code for one in found)
    by_code = {one.kind.code: one.kind for one in found}
    return [
        Count(by_code[code], count, _nearest(one for one in found if one.kind.code == code))
        for code, count in counts.most_common()
    ]


def _nearest(found: Iterable[Told]) -> date | None:
    return min((one.row.due_on for one in found if one.row.due_on), default=None)


def unread_count(user: User) -> int:
    return Notification.objects.visible_to(user).unread().count()


def watchers_of(row: Model) -> set[int]:
    """Who follows the record, and who was asked into the talk about it."""
    watching = Watch.objects.filter(owner_kind=kind_of(row), owner_id=str(row.pk)).values_list("user", flat=True)
    named = Comment.mentions.through.objects.filter(
        comment__owner_kind=kind_of(row), comment__owner_id=str(row.pk), comment__withdrawn_at__isnull=True
    )
    return {*watching, *named.values_list("user", flat=True)}


@dataclass(frozen=True)
class Talk:
    """The comments of one record for one reader."""

    kind: str
    key: str
    comments: list[Any]
    watching: bool
    may_write: bool
    reader: int


def talk_of(row: Model, user: User) -> Talk | None:
    """None for whoever does not see the record."""
    subject = subject_of(kind_of(row))
    if not subject.visible_to(user).filter(pk=row.pk).exists():
        return None
    comments = Comment.objects.of(row).select_related("by").prefetch_related("mentions")
    return Talk(
        kind=subject.kind,
        key=str(row.pk),
        comments=list(comments),
        watching=Watch.objects.filter(owner_kind=subject.kind, owner_id=str(row.pk), user=user.pk).exists(),
        may_write=user.has_perm("notifications.add_comment"),
        reader=user.pk,
    )
