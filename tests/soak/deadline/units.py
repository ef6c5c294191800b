"""A unit on the last day: its editor fills in the report by its pages, its leader signs, and it is sent."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from urllib.parse import urlsplit

from django.utils import timezone

from apps.reports.models import AnnualReport, ReportStep
from apps.reports.moving import State
from tests.soak.deadline.cells import Cell, cells_in, sections_of, to_mend
from tests.soak.deadline.log import Person
from tests.soak.reports import Record
from tests.soak.storm import forms
from tests.soak.visitor import Answer

CELLS = 20  # that a person types, and those that are compulsory besides
LOOKED_AT = "Đã đối chiếu hồ sơ"
TURNS = 12  # of looking at the check and mending what it says
VERBS = {
    State.NOT_STARTED: ["start", "to_leader", "sign", "submit"],
    State.DRAFT: ["to_leader", "sign", "submit"],
    State.RETURNED: ["to_leader", "sign", "submit"],
    State.WITH_UNIT_LEADER: ["sign", "submit"],
    State.SIGNED: ["submit"],
}


@dataclass
class Unit:
    report: AnnualReport  # as it stood before the day
    editor: Person
    leader: Person
    record: Record
    number: str  # under which its leader signs
    typed: int = 0
    is_sent: bool = False
    is_accepted: bool = False

    def __str__(self) -> str:
        return self.report.unit_id

    @property
    def url(self) -> str:
        return self.report.get_absolute_url()

    def go_the_whole_way(self) -> None:
        steps: dict[str, Callable[[], None]] = {
            "start": self._start, "to_leader": self._fill_and_hand, "sign": self._sign, "submit": self._submit,
        }  # fmt: skip
        self.editor.get("report", self.url)
        for verb in VERBS[State(self.report.state)]:
            steps[verb]()
        self.is_sent = True

    def accept(self, officer: Person) -> None:
        """With a word on every difference from the registers."""
        page = officer.get("form of accept", f"{self.url}accept/")
        officer.rest()
        self._send(officer, "accept", page, difference=LOOKED_AT)
        self.is_accepted = True

    def faults(self) -> list[str]:
        """Sent once, by its own steps and no others, with all that belongs to it."""
        verbs = list(
            ReportStep.objects.filter(report=self.record.pk, pk__gt=self.record.first)
            .order_by("pk")
            .values_list("verb", flat=True)
        )
        wanted = VERBS[State(self.report.state)] + ["accept"] * self.is_accepted
        found = [f"{self}: {verbs} for {wanted}"] if verbs != wanted else []
        return found + [f"{self}: {words}" for words in self.record.faults()] if verbs else found

    # ── the editor ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _start(self) -> None:
        self._move(self.editor, "start")

    def _fill_and_hand(self) -> None:
        first = self.editor.get("check", f"{self.url}check/")
        sections = sections_of(first.text)
        for place in sections:
            self._fill(place, ceil(CELLS / len(sections)))
        for _turn in range(TURNS):
            answer = self.editor.get("check", f"{self.url}check/")
            left = to_mend(answer.text)
            for place, told in left.items():
                self._mend(place, told)
            if not left:
                break
        self._move(self.editor, "to_leader")

    def _fill(self, place: str, most: int) -> None:
        cells = self._open(place)
        blank = [cell for cell in cells.values() if not cell.value]
        asked = [cell for cell in blank if cell.is_required]
        others = [cell for cell in blank if not cell.is_required]
        chosen = asked + self.editor.dice.sample(others, min(len(others), max(0, most - len(asked))))
        for code in [cell.code for cell in chosen]:
            cells[code].type(self.editor.dice)
            self._write(cells, code)
        self.editor.get("who else is here", f"{place}here/")

    def _mend(self, place: str, told: dict[str, str]) -> None:
        cells = self._open(place)
        for code, words in told.items():
            cells[code].settle(words)
            self._write(cells, code)

    def _open(self, place: str) -> dict[str, Cell]:
        answer = self.editor.get("section", place)
        self.editor.rest()
        return cells_in(answer.text)

    def _write(self, cells: dict[str, Cell], code: str) -> None:
        """Sent as it is left; what comes back is what the person sees from now on."""
        cell = cells[code]
        answer = self.editor.post("cell", cell.address, **cell.sent)
        assert answer.status == 200, f"{cell.sent}: {answer.text[:300]}"
        cells.update(cells_in(answer.text))
        self.typed += 1
        self.editor.rest()

    def _submit(self) -> None:
        self.editor.get("report", self.url)
        self._move(self.editor, "submit")
        self.editor.get("sent", f"{self.url}submitted/")

    # ── the leader ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _sign(self) -> None:
        self.leader.get("inbox of a leader", "/inbox/")
        self.leader.get("report in print", f"{self.url}print/")
        self.leader.rest()
        day = f"{timezone.localdate():%d/%m/%Y}"
        self._move(
            self.leader, "sign", number=self.number, day=day, signatory="Người ký minh họa", position="Lãnh đạo đơn vị"
        )

    def _move(self, person: Person, verb: str, **given: str) -> None:
        page = person.get(f"form of {verb}", f"{self.url}{verb}/")
        person.rest()
        self._send(person, verb, page, **given)

    def _send(self, person: Person, verb: str, page: Answer, **given: str) -> None:
        address = f"{self.url}{verb}/"
        [form] = [one for one in forms.read(urlsplit(page.url).path, page.text).forms if one.address == address]
        told = {name: words for field, words in given.items() for name in form.values if name.startswith(field)}
        answer = person.post(verb, address, **{**form.values, **told})
        is_done = answer.status == 200 and not answer.url.endswith(address)  # who is refused sees the form again
        assert is_done, f"{verb} refused, {answer.status}: {said(answer)}"


def said(answer: Answer) -> str:
    told = forms.html.fromstring(answer.text).xpath("//main//*[contains(@class, 'er') or @role='alert']")
    return " | ".join(" ".join(one.text_content().split()) for one in told)[:400]


def begins(dice: random.Random, seconds: float) -> float:
    """More come the nearer the end is."""
    return dice.triangular(0, seconds, seconds * 0.8)
