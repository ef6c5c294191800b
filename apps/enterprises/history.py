"""What became of an enterprise and its events."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.scope import UnitScope
from apps.core.days import shown_day
from apps.core.templatetags.ui import NO_DATA, vn_date
from apps.enterprises.models import AssuranceProgramme, Enterprise, Industry, ProgrammeEvent
from apps.enterprises.selectors import Provinces
from apps.exchange.models import ImportBatch
from apps.registers.audited import ACTIONS as REGISTER_ACTIONS
from apps.registers.history import (
    Entry,
    FileSight,
    audited,
    found,
    imported,
    newest_first,
    went_with_its_file,
)

NAMED = 5  # stages of one file in one entry
ACTIONS = {
    "enterprise.registered": (gettext_lazy("Thêm doanh nghiệp"), "plus"),
    "enterprise.updated": (gettext_lazy("Sửa hồ sơ"), "pencil"),
    **{code: REGISTER_ACTIONS[code] for code in ("register.merged", "register.merged_away", "register.parted")},
    "programme_event.added": (gettext_lazy("Thêm giai đoạn"), "plus"),
    "programme_event.corrected": (gettext_lazy("Sửa giai đoạn"), "pencil"),
    "programme_event.withdrawn": (gettext_lazy("Thu hồi giai đoạn"), "arrow-back-up"),
}


def history_of(
    enterprise: Enterprise,
    events: Iterable[ProgrammeEvent],
    provinces: Provinces,
    scope: UnitScope,
    audit_scope: UnitScope | None = None,
    imports: UnitScope | None = None,
    merged: Collection[int] = (),
) -> list[Entry]:
    """All that was done to them, latest first; of what `scope` does not reach neither who nor why, and only of the
    units of `imports` the files. `merged`: the records that this one speaks for.
    """
    events, sight = list(events), FileSight(scope, imports or UnitScope())
    done = audited([enterprise, *events], ACTIONS, scope, audit_scope, parts=ProgrammeEvent._meta.label_lower)
    done += audited(found(Enterprise, merged), ACTIONS, scope, audit_scope, parts=Enterprise._meta.label_lower)
    told = imported(enterprise, sight, Words(provinces).word)
    return newest_first([*_brought(enterprise, events, sight), *done, *told])


def _brought(enterprise: Enterprise, events: list[ProgrammeEvent], sight: FileSight) -> list[Entry]:
    """By which files the record and its stages came, and which of these went again: one entry for each file."""
    came: dict[ImportBatch, list[ProgrammeEvent]] = {enterprise.batch: []} if enterprise.batch else {}
    went: dict[ImportBatch, list[ProgrammeEvent]] = defaultdict(list)
    for event in events:
        if event.batch:
            came.setdefault(event.batch, []).append(event)
            if went_with_its_file(event):
                went[event.batch].append(event)
    entries = []
    for batch, stages in came.items():
        words = _("Thêm giai đoạn từ tệp Excel"), _("Thêm giai đoạn từ tệp “%(name)s”")
        if batch.pk == enterprise.batch_id:
            words = _("Nhập từ tệp Excel"), _("Nhập từ tệp “%(name)s”")
        at = batch.written_at or enterprise.created_at
        entries.append(sight.entry(batch, at, batch.confirmed_by, words, target=_named(stages)))
    for batch, stages in went.items():
        words = _("Thu hồi do hoàn tác lần nhập"), _("Thu hồi do hoàn tác lần nhập tệp “%(name)s”")
        told = {"target": _named(stages), "reason": batch.undo_reason}
        at = min(stage.withdrawn_at for stage in stages if stage.withdrawn_at)
        entries.append(sight.entry(batch, at, batch.undone_by, words, **told))
    return entries


def _named(stages: list[ProgrammeEvent]) -> str:
    """As many as a line holds."""
    told = ", ".join(str(stage) for stage in stages[:NAMED])
    more = len(stages) - NAMED
    return _("%(told)s và %(more)s giai đoạn khác") % {"told": told, "more": more} if more > 0 else told


class Words:
    """Kept values, which are the text of what stood in the column, as a reader should see them."""

    def __init__(self, provinces: Provinces) -> None:
        self.provinces = provinces
        self._industries: dict[str, str] | None = None

    def word(self, name: str, value: str | None) -> str:
        if not value:
            return NO_DATA
        if name == "located_on":
            return vn_date(date.fromisoformat(value))
        if name == "ownership":
            return str(Enterprise.Ownership(value).label)
        if name == "unit_id":
            return self.provinces.told(value)
        return self._industry(value) if name == "industry_id" else value

    def _industry(self, pk: str) -> str:
        if self._industries is None:
            self._industries = {str(industry.pk): str(industry) for industry in Industry.objects.all()}
        return self._industries.get(pk, NO_DATA)


class RowWords:
    """A row of a file as it was understood, as the register will show it."""

    CHOICES = {
        "ownership": Enterprise.Ownership,
        "form": AssuranceProgramme.Form,
        "stage": ProgrammeEvent.Stage,
        "activity": ProgrammeEvent.Activity,
    }

    def __init__(self, provinces: Provinces) -> None:
        self.provinces = provinces

    def word(self, key: str, clean: dict[str, Any]) -> str:
        value = clean.get("unit" if key == "province" else key)
        if not value:
            return ""
        if key == "province":
            return self.provinces.told(value)
        if key == "occurred_on":
            return shown_day(date.fromisoformat(value))
        return str(self.CHOICES[key](value).label) if key in self.CHOICES else str(value)
