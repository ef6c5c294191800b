"""Of which records people are told, and on which they comment. The app that owns a kind says so in its `subjects.py`.

Whoever is told of a record, or reads what others said about it, sees it today: each reading asks `visible` again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from apps.accounts.models import User

Rows = Callable[[User], QuerySet[Any]]
Words = str | Promise


@dataclass(frozen=True)
class Subject:
    """A kind of record. `name`: what one of it is called where that stands alone; `code`: in the sentences of its own
    kinds, which say what it is before it; `called`: in those of others, in the middle (the code, where none is given).

    `people` are those who may see it. `view`: by which right; empty where nobody needs one, as `visible` gives what
    concerns the reader's own person.

    `offered`: of them those whose names this reader may learn. `has_talk`: whether people write words on it, and
    follow it.
    """

    kind: str  # the model, as app.model
    view: str
    visible: Rows
    code: Callable[[Any], str]
    name: Callable[[Any], str]
    called: Callable[[Any], str] | None = None
    unit: Callable[[Any], str] = lambda row: ""
    address: Callable[[Any], str] = lambda row: row.get_absolute_url()
    people: Callable[[Any], QuerySet[User]] = lambda row: User.objects.none()
    offered: Callable[[Any, User], QuerySet[User]] = lambda row, reader: User.objects.none()
    has_talk: bool = True

    def word(self, row: Any) -> str:
        """In the middle of whatever sentence."""
        return (self.called or self.code)(row)

    def visible_to(self, user: User) -> QuerySet[Any]:
        rows = self.visible(user)
        return rows if not self.view or user.has_perm(self.view) else rows.none()

    def seen_by(self, user: User, keys: Collection[str]) -> dict[str, Any]:
        """Of these records those the person sees today, by their key in text."""
        return {str(row.pk): row for row in self.visible_to(user).filter(pk__in=keys)} if keys else {}


@dataclass(frozen=True)
class Kind:
    """What may be told. `fact` and `request` are the two sentences of its mail; %(code)s is the record's, %(called)s
    what it is called in any sentence, %(by)s who did it. `act` is what is asked of the reader, in few words.
    """

    code: str
    label: Words
    fact: Words
    request: Words
    icon: str
    family: str = "info"
    at_once: bool = False  # a mail of its own, unless its reader chose otherwise


_subjects: dict[str, Subject] = {}
_kinds: dict[str, Kind] = {}


def register_subject(subject: Subject) -> None:
    _subjects[subject.kind] = subject


def name_kinds(kinds: Iterable[Kind]) -> None:
    _kinds.update({kind.code: kind for kind in kinds})


def all_subjects() -> Iterator[Subject]:
    yield from _subjects.values()


def all_kinds() -> Iterator[Kind]:
    yield from _kinds.values()


def kind_of(row: Model) -> str:
    return row._meta.label_lower


def subject_of(kind: str) -> Subject:
    """LookupError where nobody has said that people are told of such records."""
    return _subjects[kind]


def told_kind(code: str) -> Kind | None:
    """None: a kind that no code knows any more."""
    return _kinds.get(code)
