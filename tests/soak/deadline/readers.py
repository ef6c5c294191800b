"""Who only looks, half of them in the programme office, half in units; and the office's two who review meanwhile."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from lxml import html

from tests.soak.deadline.log import Person
from tests.soak.deadline.units import Unit

LOOKS = 4, 12  # seconds that a person spends on a page
TIMES = 7  # each page by one visitor alone, after once
WORDS = ("công ty", "kiểm định", "xăng dầu", "minh họa", "chuẩn", "0100")
FILTERS = ("per_page=50", "q=cong ty", "ownership=private", "stage=applied", "ordering=name&page=3")
OFFICE, UNIT = "office", "unit"


@dataclass
class Reader:
    person: Person
    side: str
    tasks: list[str]

    def __str__(self) -> str:
        return self.person.name

    def pages(self) -> dict[str, Callable[[], str]]:
        """By name; the address is drawn anew each time."""
        dice = self.person.dice
        found: dict[str, Callable[[], str]] = {
            "dashboard": lambda: "/dashboard/",
            "targets": lambda: "/targets/",
            "MT5": lambda: "/targets/mt5/",
            "MT5, what it counts": lambda: "/targets/mt5/provenance/2026/",
            "enterprises": lambda: f"/registers/enterprises/?{dice.choice(FILTERS)}".replace(" ", "+"),
            "search": lambda: f"/search/?q={dice.choice(WORDS)}".replace(" ", "+"),
            "inbox": lambda: "/inbox/",
            "API, tasks": lambda: "/api/v1/tasks/?page_size=50",
            "API, its pages": lambda: "/api/docs/tasks/",
        }
        if self.tasks:  # a unit of few years may have none
            found["task"] = lambda: f"/tasks/{dice.choice(self.tasks)}/"
        if self.side == OFFICE:
            return found | {"board": lambda: "/submissions/"}
        return found | {"own reports": lambda: "/reports/"}

    def look_at_all(self, times: int = TIMES) -> None:
        """One visitor, alone and without a pause; what a page does the first time is not its price."""
        turn, log = self.person.log.turn, self.person.log
        for page, address in self.pages().items():
            for number in range(times + 1):
                log.turn = turn if number else "first"
                self._open(page, address())
        log.turn = turn

    def read_until(self, is_over: threading.Event) -> None:
        pages = self.pages()
        self.person.rest(0, max(LOOKS))  # nobody comes at the same moment
        while not is_over.is_set():
            page = self.person.dice.choice(sorted(pages))
            self._open(page, pages[page]())
            self.person.rest(*LOOKS)

    def _open(self, page: str, address: str) -> None:
        answer = self.person.get(f"{page}, {self.side}", quote(address, safe="/?=&+"))
        assert answer.url.split("?")[0].endswith(address.split("?")[0]), f"led to {answer.url}"


def quoted(address: str) -> str:
    from urllib.parse import quote

    return quote(address, safe="/?=&+-.")


@dataclass
class Officer:
    """Looks who has sent, opens reviews, and accepts a few of those that are this person's share."""

    person: Person
    share: Sequence[Unit]
    most: int
    accepted: list[str] = field(default_factory=list)

    def work_until(self, is_over: threading.Event) -> None:
        while not is_over.is_set():
            self.person.get("board", "/submissions/")
            self.person.rest()
            queue = html.fromstring(self.person.get("reviews", "/reviews/").text)
            reviews = sorted(set(queue.xpath('//main//a/@href[starts-with(., "/reviews/2026/")]')))
            self.person.rest()
            if reviews:
                self.person.get("review", self.person.dice.choice(reviews))
                self.person.rest()
            self._accept_one()

    def _accept_one(self) -> None:
        sent = [unit for unit in self.share if unit.is_sent and not unit.is_accepted]
        if sent and len(self.accepted) < self.most:
            self.accepted.append(str(sent[0]))
            sent[0].accept(self.person)
