"""The last hour before the reports are due, played in seven minutes: first each page alone, then the readers alone,
then everything at once. Who fills in is as much faster than life; who reads takes the time that reading takes.
"""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from apps.jobs.models import Job
from apps.notifications.models import Notification
from apps.notifications.services.mailing import KIND as MAIL
from apps.reports.moving import State
from tests.smtp import PostOffice
from tests.soak.deadline.cells import sections_of
from tests.soak.deadline.crew import KEEPERS, Crew, crew_of
from tests.soak.deadline.log import Log, all_of_them, together
from tests.soak.deadline.seen import queries_of
from tests.soak.deadline.units import Unit, begins
from tests.soak.portal import Portal
from tests.soak.uploads import SmallFile, misses, send, small_files
from tests.soak.visitor import Visitor

HOUR = 420  # seconds that it is played in
BEGINNING = 270  # within so many of them each unit has begun
READERS_COME, THEY_STAY = 120, 120
ALONE = 3  # units that go their way before the others, one after the other
PREFIXES = dict(zip(KEEPERS, ("93", "94"), strict=True))  # of tax codes
FILES, ROWS = 2, 2_000  # of each keeper
FIRST, QUIET, READING, LAST_HOUR = "first", "alone", "forty readers", "last hour"


def section_of(unit: Unit) -> str:
    return sections_of(unit.editor.visitor.get(f"{unit.url}check/").text)[0]


@dataclass
class Day:
    portal: Portal
    office: PostOffice
    seed: int
    log: Log = field(default_factory=Log)
    files: list[SmallFile] = field(default_factory=list)
    seconds: float = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.jobs = set(Job.objects.filter(kind=MAIL).values_list("pk", flat=True))
        self.told = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.crew: Crew = crew_of(self.portal.url, self.log, self.seed)

    def each_page_alone(self) -> None:
        """One visitor at a time; whatever is filled once by each process is filled before."""
        self.log.turn = QUIET
        for reader in self.crew.alone():
            reader.look_at_all()
        for unit in self.crew.units[:ALONE]:
            unit.editor.hurry = unit.leader.hurry = 0
            together(self.log, [(str(unit), unit.go_the_whole_way)])

    def readers_alone(self) -> None:
        self.log.turn = READING
        self._read(THEY_STAY)

    def last_hour(self) -> None:
        self.log.turn, started, is_over = LAST_HOUR, time.monotonic(), threading.Event()
        others = all_of_them(self.log, [(o.person.name, lambda o=o: o.work_until(is_over)) for o in self.crew.officers])
        others += all_of_them(self.log, [(unit, lambda k=(unit, v): self._import(*k)) for unit, v in self.crew.keepers])
        others += all_of_them(self.log, [("readers", lambda: self._come_to_read())])
        together(self.log, [(str(unit), lambda u=unit: self._begin(u)) for unit in self.crew.units[ALONE:]])
        is_over.wait(max(0, started + HOUR - time.monotonic()))
        is_over.set()
        for one in others:
            one.join()
        self.seconds = time.monotonic() - started

    def queries(self) -> dict[str, int]:
        """Of each page that somebody reads, and of those of a report that is being written."""
        asked = {f"{page}, {reader.side}": (reader.person, address()) for reader in self.crew.alone()
                 for page, address in reader.pages().items()}  # fmt: skip
        unit = next(unit for unit in self.crew.units[ALONE:] if unit.report.state == State.DRAFT)
        pages = {"check": f"{unit.url}check/", "section": section_of(unit), "report in print": f"{unit.url}print/"}
        asked |= {page: (unit.editor, address) for page, address in pages.items()}
        return {page: queries_of(person.visitor.session, address) for page, (person, address) in asked.items()}

    def _begin(self, unit: Unit) -> None:
        time.sleep(begins(unit.editor.dice, BEGINNING))
        unit.go_the_whole_way()

    def _come_to_read(self) -> None:
        time.sleep(READERS_COME)
        self._read(THEY_STAY)

    def _read(self, seconds: float) -> None:
        is_over = threading.Event()
        readers = all_of_them(self.log, [(str(one), lambda r=one: r.read_until(is_over)) for one in self.crew.readers])
        is_over.wait(seconds)
        is_over.set()
        for one in readers:
            one.join()

    def _import(self, unit: str, visitor: Visitor) -> None:
        files = small_files(FILES, KEEPERS[unit], PREFIXES[unit], ROWS)
        self.files += files
        for file in files:
            send(visitor, unit, file)

    # ── what must be so afterwards ──────────────────────────────────────────────────────────────────────────────────

    def faults(self) -> list[str]:
        found = [*self.log.troubles, *self.log.refused(), *misses(self.files), *self._mails()]
        return found + [fault for unit in self.crew.units for fault in unit.faults()]

    def _mails(self) -> list[str]:
        """Whoever is told at once is sent one letter of it, and it came once."""
        sent = Job.objects.filter(kind=MAIL, state=Job.State.DONE, result={"sent": 1}).exclude(pk__in=self.jobs)
        told = Counter(payload["ids"].get("notification_id") for payload in sent.values_list("payload", flat=True))
        wanted = Notification.objects.filter(pk__gt=self.told, at_once=True).values_list("pk", flat=True)
        letters = Counter(letter["X-Delivery-ID"] for letter in self.office.letters)
        ids = {str(pk) for pk in sent.values_list("pk", flat=True)}
        found = [f"{times} letters of {pk}" for pk, times in letters.items() if times > 1]
        found += [f"{times} mails of notification {pk}" for pk, times in told.items() if pk and times > 1]
        found += [f"no mail of notification {pk}" for pk in wanted if pk not in told]
        return found + [f"said to be sent, and not there: {pk}" for pk in ids - set(letters)]
