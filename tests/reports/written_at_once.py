"""Several people write into one report at the same moment: whatever was acknowledged stood there, and nobody wrote over
what he had not seen.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.test import Client

from apps.accounts.models import User
from apps.reports.models import AnnualReport, FormCell, ReportedValue
from apps.reports.numbers import machine
from apps.reports.selectors.filled import entries_of, given_of
from apps.reports.services import entering
from apps.reports.services.entering import CellConflictError, Edit
from tests.at_once import at_once
from tests.people.people import people_at_once

CONFLICT = re.compile(r"sửa thành (\d+) lúc \d\d:\d\d\. Giữ (\d+) hoặc dùng (\d+)")
# Writes what a person typed over what that person had seen (a version); says "", or the words of the conflict.
Door = Callable[[User, str, int, int], str]


@dataclass
class Log:
    """Of one editor. `written`: (cell, value, version that was seen); `conflicts`: (cell, mine, theirs)."""

    written: list[tuple[str, int, int]] = field(default_factory=list)
    conflicts: list[tuple[str, int, int]] = field(default_factory=list)


def by_service(report: AnnualReport) -> Door:
    def write(by: User, code: str, value: int, seen: int) -> str:
        try:
            entering.write_cells(report, [Edit(code, str(value), version=seen)], by=by)
        except CellConflictError as found:
            return str(found)
        return ""

    return write


def by_page(report: AnnualReport, clients: dict[User, Client]) -> Door:
    """The door by which each cell goes as it is typed."""

    def write(by: User, code: str, value: int, seen: int) -> str:
        url = f"{report.get_absolute_url()}cells/{code}/"
        answer = clients[by].post(url, {f"v-{code}": str(value), f"s-{code}": str(seen)})
        assert answer.status_code in (200, 409), answer.content.decode()
        return answer.content.decode() if answer.status_code == 409 else ""

    return write


def editors_of(report: AnnualReport, number: int) -> list[User]:
    told = {f"n{n}": (f"Người soạn {n}", "unit_editor", report.unit_id) for n in range(number)}
    return list(people_at_once(**told).values())


def edited_at_once(report: AnnualReport, editors: Sequence[User], door: Door, times: int) -> list[Log]:
    """Each writes in turn the cell that all of them write and one that is his alone; whoever is told of a conflict
    keeps his own or leaves the other's. Every value is written by one person once.
    """
    common, *own = [entry.cell.code for entry in entries_of(report).values()
                    if entry.cell.is_number and not entry.cell.is_sum and entry.value is None]  # fmt: skip
    assert len(own) >= len(editors)
    report.refresh_from_db()
    began, seen = report.version, version_of(report, common)
    logs = at_once(
        [
            lambda at=at: _Editor(report, editors[at], door).write([common, own[at]], at * times + 1, times, seen)
            for at in range(len(editors))
        ]
    )
    assert all(isinstance(one, Log) for one in logs), logs
    _nothing_is_lost(report, began, logs)
    return logs


@dataclass
class _Editor:
    report: AnnualReport
    by: User
    door: Door
    log: Log = field(default_factory=Log)

    def write(self, codes: Sequence[str], first: int, times: int, seen: int) -> Log:
        """`seen`: of the first cell, by everybody before anybody has written."""
        for value in range(first, first + times):
            for code in codes:
                version = seen if value == first and code == codes[0] else version_of(self.report, code)
                while not self._put(code, value, version) and value % 2:
                    version = version_of(self.report, code)  # «Giữ của tôi»
        return self.log

    def _put(self, code: str, value: int, seen: int) -> bool:
        told = self.door(self.by, code, value, seen)
        if not told:
            self.log.written.append((code, value, seen))
            return True
        found = CONFLICT.search(told)
        assert found, told
        theirs, mine, offered = map(int, found.groups())
        assert (mine, offered) == (value, theirs)
        self.log.conflicts.append((code, mine, theirs))
        return False


def version_of(report: AnnualReport, code: str) -> int:
    found = ReportedValue.objects.filter(report=report, cell__code=code).values_list("version", flat=True).first()
    return found or 0


def _nothing_is_lost(report: AnnualReport, began: int, logs: Sequence[Log]) -> None:
    written = [one for log in logs for one in log.written]
    report.refresh_from_db()
    assert report.version == began + len(written)
    stood = {code: history_of(report, code) for code in {code for code, _value, _seen in written}}
    for code, history in stood.items():
        seen = {value: version for one, value, version in written if one == code}
        assert sorted(seen) == sorted(value for _version, value in history), code
        for (before, _theirs), (_after, value) in pairwise(history):
            assert seen[value] >= before, f"{code}: {value} was written over what its writer had not seen"
    for log in logs:
        for code, mine, theirs in log.conflicts:
            assert theirs != mine
            assert theirs in {value for _version, value in stood[code]}


def history_of(report: AnnualReport, code: str) -> list[tuple[int, int]]:
    """Everything that ever stood in the cell: (version, value), the oldest first."""
    cell = FormCell.objects.get(form=report.form_id, code=code)
    before: Any = ReportedValue.pgh_event_model  # type: ignore[attr-defined]
    rows = [*before.objects.filter(report=report.pk, cell=cell.pk), ReportedValue.objects.get(report=report, cell=cell)]
    return sorted((row.version, int(machine(cell, given_of(row)) or 0)) for row in rows)
