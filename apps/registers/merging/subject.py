"""What can turn out to be on record twice, and what hangs on it: asked of a declared register, or told by an app whose
register has pages of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef

from apps.accounts.models import User
from apps.registers.columns import Words
from apps.registers.declaration import Register


@dataclass(frozen=True)
class Facet:
    """What of two records is chosen as one: `stored` are the columns of the model that go together."""

    name: str
    label: Words
    stored: tuple[str, ...]
    words: Callable[[Any], str]

    def values(self, record: Any) -> list[Any]:
        return [getattr(record, name) for name in self.stored]

    def is_empty(self, record: Any) -> bool:
        return self.values(record)[0] in (None, "")


@dataclass(frozen=True)
class Hanging:
    """Rows of a model that name the record in `column`: `was` is what they say there, `now` what they will.

    `key`: what with the column tells one live row from another. `leaves_twins`: a row whose twin hangs on the kept
    record stays where it is; else it is a clash, which people settle first.
    """

    model: Any
    column: str
    was: Any
    now: Any
    noun: Words
    key: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    register: Register | None = None
    leaves_twins: bool = False
    page: Callable[[Any], str] = lambda row: row.get_absolute_url()  # where a clash is settled

    def rows(self) -> Any:
        rows = self.model._default_manager.filter(**self.only, **{self.column: self.was}).order_by("pk")
        return rows.exclude(self._twin(rows)) if self.leaves_twins else rows

    def clashes(self) -> Any:
        rows = self.model._default_manager.filter(**self.only, **{self.column: self.was}).order_by("pk")
        return rows.none() if self.leaves_twins or not self.key else rows.filter(self._twin(rows))

    def _twin(self, rows: Any) -> Any:
        """That the row stands, and one of its key on the other side."""
        same = {}
        for name in self.key:
            kind = self.model._meta.get_field(name).get_internal_type()
            same[f"{name}__iexact" if kind in ("CharField", "TextField") else name] = OuterRef(name)
        there = self.model._default_manager.filter(**self.only, **{self.column: self.now}, **same)
        standing = {"withdrawn_at__isnull": True}
        return Exists(there.filter(**standing)) & Exists(rows.filter(pk=OuterRef("pk"), **standing))


@dataclass(frozen=True)
class Subject:
    """`hanging`: from the kept record as it was, the one that goes and the kept one as it is now, in the transaction of
    the merge. `alike`: the SELECT of pairs (finding.py). `apart`: why two records are two, nothing where they may be
    one. `check` refuses, as the services of the register do, what may not stand.
    """

    slug: str
    model: Any
    title: Words
    noun: Words
    list_url: Callable[[], str]
    permission: str
    facets: tuple[Facet, ...]
    label: Callable[[Any], str]
    home: Callable[[Any], str]
    said: Callable[[Any], dict[str, Any]]
    hanging: Callable[[Any, Any, Any], Sequence[Hanging]]
    check: Callable[[Any, User], None]
    sources: Callable[[], Sequence[str]]
    alike: str
    days: Callable[[Sequence[Any]], str]  # what closed periods mean for these records
    feeds: str = ""
    apart: Callable[[Any, Any], str] = lambda kept, gone: ""
    withdrawn_with: tuple[str, ...] = ("withdrawn_at", "withdrawn_by", "withdrawn_reason")
    moved: Callable[[Sequence[Any]], None] = lambda records: None  # once the rows hang elsewhere

    @property
    def kind(self) -> str:
        return str(self.model._meta.label_lower)


_subjects: dict[str, Subject] = {}


def admit(subject: Subject) -> None:
    _subjects[subject.slug] = subject


def subject_of(slug: str) -> Subject | None:
    return _subjects.get(slug)


def subject_of_record(record: Any) -> Subject | None:
    return next((one for one in _subjects.values() if isinstance(record, one.model)), None)
