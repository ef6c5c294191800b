"""What page 07b shows of a batch: the same for the whole page, its polled region and the answer to every click."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.registry import field_label
from apps.core.masking import hide_identity_numbers
from apps.core.moves import allowed, moves_from
from apps.core.templatetags.ui import number
from apps.exchange.cells import Field
from apps.exchange.clicked import UNCLICKED, Clicked
from apps.exchange.columns import named_columns
from apps.exchange.models import STAGING_KEPT, ImportBatch, RowProblem, StagedRow
from apps.exchange.problems import Problems
from apps.exchange.resource import Closed, ClosedRow, ScopedResource, Undoing
from apps.exchange.rowtexts import RowTexts
from apps.exchange.selectors import (
    BatchCounts,
    PendingKind,
    counts_of,
    is_busy,
    main_faults,
    pending_kinds,
)
from apps.exchange.services import undoing_of
from apps.exchange.standing import STANDINGS, STEPS, Standing
from apps.jobs.models import Job

State, Severity = ImportBatch.State, RowProblem.Severity
PER_PAGE = 50
SEVERITIES = {"errors": Severity.ERROR, "warnings": Severity.WARNING, "notes": Severity.NOTE}


class BatchPage:
    """`tab` and `page` come from the query string; `clicked` is what the last button did."""

    def __init__(
        self,
        batch: ImportBatch,
        resource: type[ScopedResource],
        query: Any,
        *,
        user: User,
        may_change: bool,
        clicked: Clicked = UNCLICKED,
    ) -> None:
        self.batch, self.resource, self.clicked = batch, resource, clicked
        self.wanted_tab, self.wanted_page = query.get("tab", ""), query.get("page", 1)
        self.user, self.may_change = user, may_change
        self.texts = RowTexts(resource, may_change=may_change)

    @cached_property
    def counts(self) -> BatchCounts:
        return counts_of(self.batch)

    @property
    def job(self) -> Job | None:
        return self.batch.job

    @cached_property
    def is_busy(self) -> bool:
        return is_busy(self.batch)

    @cached_property
    def moves(self) -> frozenset[str]:
        """What this person may do with it now: a button each."""
        return allowed(self.batch, self.user) if self.may_change else frozenset()

    @property
    def has_failed(self) -> bool:
        """Whether its job has given up and can be run again; of a cancelled import nobody asks any more."""
        return self.batch.has_failed and any(move.verb == "retry" for move in moves_from(self.batch, self.batch.state))

    @property
    def has_counted(self) -> bool:
        """Whether the indicator shows what was written. Where no row was new nothing had to be counted."""
        own = ("exchange.write", "exchange.undo")
        counts_anew = self.job is not None and self.job.state == Job.State.DONE and self.job.kind not in own
        return bool(self.resource.feeds) and self.batch.state == State.WRITTEN and counts_anew

    @cached_property
    def undoing(self) -> Undoing | None:
        return undoing_of(self.batch, self.user) if self.batch.state == State.UNDONE else None

    @property
    def is_open(self) -> bool:
        """Whether cells can be mended now, by this person."""
        return "mend_cell" in self.moves

    @property
    def has_rows(self) -> bool:
        return self.batch.state != State.CHECKING and (self.counts.rows > 0 or self.overwritten > 0)

    @cached_property
    def overwritten(self) -> int:
        """Values that it wrote over others: kept as long as the import, longer than its rows."""
        return self.batch.overwritten.count() if self.batch.confirmed_at else 0

    @property
    def is_cleaned(self) -> bool:
        """Whether the rows were taken away, long after the import was decided."""
        decided = self.batch.state in (State.WRITTEN, State.UNDONE, State.CANCELLED)
        return decided and self.batch.updated_at < timezone.now() - STAGING_KEPT and not self.counts.rows

    @property
    def standing(self) -> Standing:
        return STANDINGS[self.batch.state]

    @property
    def leads_to_rows(self) -> bool:
        """Whether this person may look at what it wrote in the register's own list."""
        right = self.resource.listed_with
        return bool(right and self.batch.written_rows) and self.user.has_perm(right)

    @property
    def rows_head(self) -> str:
        """Above what becomes of each row, or became of it."""
        return _("Đã bỏ") if self.tab == "skipped" else str(self.standing.rows)

    @property
    def named_columns(self) -> list[tuple[str, str]]:
        return named_columns(self.batch, self.resource)

    @property
    def unread_sheets(self) -> list[str]:
        """Those with the same header that are not among those that were read."""
        read = {place for place, _name, _offset in self.batch.layout.get("read", [])}
        return [name for place, name in self.batch.layout.get("sheets", []) if place not in read]

    @property
    def tells_columns(self) -> bool:
        """Whether how the file was read is to be looked at, and can be changed by this person."""
        told = self.named_columns or len(self.batch.layout.get("sheets", [])) > 1
        return "set_columns" in self.moves and self.batch.state == State.CHECKED and bool(told)

    @property
    def title(self) -> str:
        if self.batch.is_asking:
            return _("Chọn cột của tệp %(name)s") % {"name": self.batch.filename}
        return self.standing.title % {"name": self.batch.filename}

    # --- steps and figures ---------------------------------------------------------------------------------------

    @property
    def steps(self) -> list[dict[str, str]]:
        """Upload, check, write: done, now or still to do."""
        without_rows = _("chờ chọn cột") if self.batch.is_asking else str(self.standing.without_rows)
        at, notes = self.standing.step, ["", without_rows, ""]
        now = "todo" if self.standing.leaves_nothing else "now"  # nobody is at a step of what is over
        if self.has_rows:
            rows = _("%(count)s dòng") % {"count": number(self.counts.rows)}
            notes = [rows, self._check_note(), self._write_note()]
        return [
            {"label": str(label), "note": note, "state": "done" if place < at else now if place == at else "todo"}
            for place, (label, note) in enumerate(zip(STEPS, notes, strict=True))
        ]

    def _check_note(self) -> str:
        said = [_("%(count)s lỗi") % {"count": number(self.counts.cells)}]
        if self.counts.warnings:
            said.append(_("%(count)s cảnh báo") % {"count": number(self.counts.warnings)})
        return " · ".join(said)

    def _write_note(self) -> str:
        values = {"count": number(self.counts.writable), "written": number(self.batch.written_rows or 0)}
        return str(self.standing.writing) % values

    @property
    def kpis(self) -> list[dict[str, str]]:
        c = self.counts
        new = " · ".join(
            [self.resource.new_rows(self.batch, c.new), _("%(update)s cập nhật") % {"update": number(c.update)}]
        )
        if c.unchanged:
            new += " · " + _("%(count)s đã có") % {"count": number(c.unchanged)}
        cells = _("%(count)s ô, không ghi được") % {"count": number(c.cells)}
        waits = self.batch.state == State.CHECKED
        words = _("%(count)s chờ xác nhận kèm lý do") if waits else _("%(count)s chưa được xác nhận")
        pending = words % {"count": number(c.pending)} if c.pending else ""
        look = "" if self.standing.leaves_nothing else _("nên xem lại")
        return [
            {"label": _("Hợp lệ"), "value": number(c.valid), "note": new, "icon": "circle-check", "tone": "good"},
            _kpi(_("Dòng lỗi"), c.faulty, cells, "alert-circle", "bad"),
            _kpi(_("Cảnh báo"), c.warnings, pending or _("đã xác nhận kèm lý do"), "alert-triangle", "warn"),
            _kpi(_("Ghi chú"), c.notes, look, "info-circle", ""),
        ]

    @property
    def shares(self) -> dict[str, float]:
        """Widths of the bar, in per cent."""
        total = self.counts.rows or 1
        counts = {"valid": self.counts.valid, "waiting": self.counts.waiting, "faulty": self.counts.faulty}
        return {name: round(count * 100 / total, 2) for name, count in counts.items()}

    @cached_property
    def main_faults(self) -> list[tuple[str, int]]:
        return main_faults(self.batch)

    # --- tabs ----------------------------------------------------------------------------------------------------

    @cached_property
    def tab(self) -> str:
        known = {tab["key"]: tab["count"] for tab in self.tabs}
        if self.wanted_tab in known:
            return self.wanted_tab
        return next((key for key, count in known.items() if count), "valid")

    @cached_property
    def tabs(self) -> list[dict[str, Any]]:
        c, in_closed, over = self.counts, self.closed.rows, self.overwritten
        return [
            {"key": "errors", "label": _("Lỗi"), "count": c.cells, "tone": "bad"},
            {"key": "warnings", "label": _("Cảnh báo"), "count": c.warnings, "tone": "warn" if c.pending else ""},
            {"key": "notes", "label": _("Ghi chú"), "count": c.notes, "tone": ""},
            {"key": "valid", "label": _("Hợp lệ"), "count": c.valid, "tone": ""},
            *([{"key": "overwritten", "label": _("Trước và sau"), "count": over, "tone": ""}] if over else []),
            *([{"key": "closed", "label": _("Kỳ đã chốt"), "count": in_closed, "tone": ""}] if in_closed else []),
            *([{"key": "skipped", "label": _("Đã bỏ"), "count": c.skipped, "tone": ""}] if c.skipped else []),
        ]

    @property
    def query(self) -> str:
        """Where the person is, for the address of every button: the answer comes back to the same place."""
        if not self.has_rows:
            return ""  # no tab is chosen before there is something to choose from
        return f"tab={self.tab}&page={self.page.number}" + self.clicked.query

    @cached_property
    def page(self) -> Page:
        return Paginator(self._listed(), PER_PAGE).get_page(self.wanted_page)

    def _listed(self) -> "QuerySet[Any] | ClosedList":
        if self.tab == "closed":
            return ClosedList(self)
        if self.tab == "overwritten":
            return self.batch.overwritten.order_by("number", "id")
        if self.tab == "skipped":
            return self.batch.rows.filter(state=StagedRow.State.SKIPPED).order_by("number")
        if self.tab == "valid":
            kept_out = (StagedRow.State.ERROR, StagedRow.State.SKIPPED)
            return self.batch.rows.exclude(state__in=kept_out).order_by("number")
        return self.batch.problems.filter(severity=SEVERITIES[self.tab]).order_by("number", "id")

    @cached_property
    def columns(self) -> list[Field]:
        """Those the list of valid rows has room for."""
        return [self.texts.by_key[key] for key in self.resource.listed]

    @property
    def valid_rows(self) -> list[dict[str, Any]]:
        told = self.texts.cells if self.tab == "skipped" else self.texts.to_write
        return [{"row": row, "cells": told(row, self.columns)} for row in self.page]

    @property
    def closed_rows(self) -> list[dict[str, Any]]:
        rows = self.rows_of([one.number for one in self.page])
        return [{"row": row, "cells": self.texts.cells(rows[row.number], self.columns)} for row in self.page]

    def rows_of(self, numbers: list[int]) -> dict[int, StagedRow]:
        rows = self.batch.rows.filter(number__in=numbers)
        return {row.number: row for row in rows.only("batch", "number", "raw", "original", "state")}

    @property
    def overwritten_rows(self) -> list[dict[str, Any]]:
        names, word = self.resource.names_of([one.row_id for one in self.page], user=self.user), self.resource.wording()
        return [
            {
                "kept": one,
                "name": names.get(one.row_id, _("Dòng của đơn vị khác")),
                "field": field_label(one.kind, one.field),
                "values": [self._masked(word(one.field, kept)) for kept in (one.old, one.new)]
                if one.row_id in names
                else [],
            }
            for one in self.page
        ]

    def _masked(self, word: str) -> str:
        return word if self.may_change else hide_identity_numbers(word)

    @cached_property
    def closed(self) -> Closed:
        """What of the file falls into closed periods, while it can still be decided."""
        waits = self.batch.state == State.CHECKED
        return self.resource.closed_rows(self.batch) if waits else Closed()

    @property
    def is_bare(self) -> bool:
        """Whether nothing stands in the chosen part, not even a row that was just left out."""
        return not self.page.paginator.count and not (self.tab in SEVERITIES and self.problems.mends)

    @cached_property
    def problems(self) -> Problems:
        return Problems(self)

    @cached_property
    def pending_kinds(self) -> list[PendingKind]:
        """Kinds of warnings that may be let pass at once, with one reason."""
        return [kind for kind in pending_kinds(self.batch) if kind.count > 1] if self.is_open else []

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to mend after a click: then the next thing to press is the writing."""
        return bool(self.clicked.row) and not self.counts.cells and not self.counts.pending


class ClosedList(Sequence[ClosedRow]):
    """The rows of a file that fall into closed periods, read a page at a time."""

    def __init__(self, board: BatchPage) -> None:
        self.board = board

    def __len__(self) -> int:
        return self.board.closed.rows

    def __getitem__(self, wanted: Any) -> Any:
        return self.board.resource.each_closed_row(self.board.batch, wanted.start, wanted.stop)


def _kpi(label: str, count: int, note: str, icon: str, tone: str) -> dict[str, str]:
    """A figure of nothing needs no colour and no advice."""
    found = {"note": note, "tone": tone} if count else {"note": "", "tone": ""}
    return {"label": label, "value": number(count), "icon": icon, **found}
