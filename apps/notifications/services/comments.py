"""Words on a record, and following it. Whoever writes or follows sees the record now."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.accounts.models import User
from apps.audit.services import record
from apps.notifications.models import Comment, Watch
from apps.notifications.selectors import watchers_of
from apps.notifications.services.telling import notify
from apps.notifications.subjects import Kind, Subject, kind_of, name_kinds, subject_of

MENTIONED, COMMENTED = "comments.mentioned", "comments.added"
MENTION = re.compile(r"@(\S.{0,80})")
MOST_MENTIONS = 20
SHOWN = 3  # words of what stands after an @: as long as most names are


@transaction.atomic
def comment(row: Model, text: str, *, by: User) -> Comment:
    """Say something about a record. Who is named in it by @ and their name, and may see the record, is told."""
    subject = _seen(row, by)
    if not by.has_perm("notifications.add_comment"):
        raise PermissionDenied(row)
    said = Comment(owner_kind=subject.kind, owner_id=str(row.pk), unit=subject.unit(row), text=text, by=by)
    said.full_clean()
    said.save()
    named = people_named(said.text, subject, row)
    said.mentions.set(named)
    record("comment.added", target=row, by=by, unit=said.unit, comment=said.pk)
    told: dict[str, Any] = {"facts": {"by": str(by)}, "unit": said.unit, "by": by}
    notify([one.pk for one in named], MENTIONED, row, event=f"comment:{said.pk}", **told)
    notify(still_seeing(row, watchers_of(row)), COMMENTED, row, event=f"comment:{said.pk}", **told)
    return said


def people_named(text: str, subject: Subject, row: Model) -> list[User]:
    """Of those who may see the record whoever is called by full name after an @; of one name all."""
    found: dict[int, User] = {}
    pieces = [_words(piece) for piece in MENTION.findall(text)[:MOST_MENTIONS]]
    for user in subject.people(row).filter(is_active=True) if pieces else ():
        name = _words(user.full_name)
        if name and any(words[: len(name)] == name for words in pieces):
            found[user.pk] = user
    return list(found.values())


@dataclass(frozen=True)
class Reached:
    """Who was told of some words: by names that the writer may learn, and how many follow the record. `unclear`: what
    stands after an @ and names none of these people.
    """

    names: list[str]
    followers: int
    unclear: list[str]

    @property
    def words(self) -> str:
        told = [_("Đã gửi.")]
        if self.names:
            told.append(_("Được báo: %(names)s.") % {"names": ", ".join(self.names)})
        if self.followers:
            told.append(_("Được báo vì theo dõi: %(n)s người.") % {"n": self.followers})
        if self.unclear:
            named = ", ".join(f"“@{one}”" for one in self.unclear)
            wrong = _("Không ai được báo vì %(named)s: nhập @ rồi chọn tên trong danh sách hiện ra.")
            told.append(wrong % {"named": named})
        if len(told) == 1:
            told.append(_("Không ai được báo: nhập @ rồi chọn tên người cần biết."))
        return " ".join(told)


def reached_by(said: Comment, row: Model) -> Reached:
    subject = subject_of(said.owner_kind)
    known = list(subject.offered(row, said.by).filter(is_active=True))
    named = set(said.mentions.values_list("pk", flat=True)) - {said.by_id}
    followers = set(still_seeing(row, watchers_of(row))) - named - {said.by_id}
    names = [_words(user.full_name) for user in known]
    unclear = [
        _beginning(piece)
        for piece in MENTION.findall(said.text)[:MOST_MENTIONS]
        if not any(_words(piece)[: len(name)] == name for name in names)
    ]
    return Reached(sorted(user.full_name for user in known if user.pk in named), len(followers), unclear)


def _beginning(piece: str) -> str:
    words = piece.split()
    return " ".join(words[:SHOWN]) + ("…" if len(words) > SHOWN else "")


def _words(text: str) -> list[str]:
    return [word.strip('.,;:!?()“”"') for word in text.casefold().split()]


@transaction.atomic
def withdraw_comment(said: Comment, *, by: User) -> Comment:
    """Take back one's own words."""
    held = Comment.objects.select_for_update(of=("self",)).get(pk=said.pk)
    if held.by_id != by.pk:
        raise PermissionDenied(held)
    if held.withdrawn_at is None:
        held.withdrawn_at = timezone.now()
        held.save(update_fields=["withdrawn_at"])
        owner = subject_of(held.owner_kind).seen_by(by, [held.owner_id]).get(held.owner_id)
        record("comment.withdrawn", target=owner or held, by=by, unit=held.unit, comment=held.pk)
    return held


@transaction.atomic
def watch(row: Model, *, by: User) -> None:
    subject = _seen(row, by)
    _watch, made = Watch.objects.get_or_create(owner_kind=subject.kind, owner_id=str(row.pk), user=by)
    if made:
        record("watch.begun", target=row, by=by, unit=subject.unit(row))


@transaction.atomic
def unwatch(row: Model, *, by: User) -> None:
    subject = _seen(row, by)
    gone, _by_model = Watch.objects.filter(owner_kind=subject.kind, owner_id=str(row.pk), user=by).delete()
    if gone:
        record("watch.ended", target=row, by=by, unit=subject.unit(row))


def still_seeing(row: Model, people: Iterable[int]) -> list[int]:
    """Of these those who may see the record today."""
    subject = subject_of(kind_of(row))
    users: Any = User.objects.filter(pk__in=list(people), is_active=True)
    return [user.pk for user in users if subject.visible_to(user).filter(pk=row.pk).exists()]


def _seen(row: Model, by: User) -> Subject:
    subject = subject_of(kind_of(row))
    if not subject.visible_to(by).filter(pk=row.pk).exists():
        raise ValidationError(_("Hồ sơ này không còn, hoặc không còn thuộc phạm vi bạn được xem."), code="gone")
    return subject


name_kinds([
    Kind(MENTIONED, _lazy("Nhắc tên trong trao đổi"), _lazy("%(by)s nhắc tên trong trao đổi về %(called)s."),
         _lazy("Xem và trả lời tại:"), "message", "info"),
    Kind(COMMENTED, _lazy("Trao đổi mới"), _lazy("%(by)s viết trao đổi về %(called)s."), _lazy("Xem trao đổi tại:"),
         "message", "neutral"),
])  # fmt: skip
