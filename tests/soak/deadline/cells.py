"""The cells of a report as a page shows them: what stands there, what was seen of it, and where a change goes."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html

REQUIRED = "(bắt buộc)"
WHY = "Số liệu minh họa"
TEXT = "Đã thực hiện theo kế hoạch, số liệu minh họa."
LARGEST = 40
SUM = re.compile(r"= ([\d.]+), khác")


@dataclass
class Cell:
    code: str
    address: str
    kind: str  # input, textarea, select
    value: str
    choices: list[str]
    seen: str
    explanation: str | None  # None: nobody asks why
    is_required: bool

    @property
    def sent(self) -> dict[str, str]:
        why = {} if self.explanation is None else {f"x-{self.code}": self.explanation}
        return {f"v-{self.code}": self.value, f"s-{self.code}": self.seen, **why}

    def type(self, dice: random.Random) -> None:
        if self.kind == "select":
            self.value = dice.choice([one for one in self.choices if one])
        else:
            self.value = TEXT if self.kind == "textarea" else str(dice.randrange(LARGEST))

    def settle(self, told: str) -> None:
        """What the check asks of it: the sum of its parts, why it is so, or that there is nothing to tell."""
        if parts := SUM.search(told):
            self.value = parts[1].replace(".", "")
        elif self.explanation is not None:
            self.explanation = WHY
        else:
            self.value = "Không có" if self.kind == "textarea" else "0"


def cells_in(body: str) -> dict[str, Cell]:
    """Those that are open, of a page or of the answer to one of them."""
    return {cell.code: cell for cell in _cells(html.fromstring(f"<div>{body}</div>"))}


def _cells(tree: Any) -> Iterator[Cell]:
    for box in tree.xpath("//*[@data-cell][@hx-post]"):
        code = box.get("data-cell")
        [entry], [seen] = (box.xpath(".//*[@name=$name]", name=f"{letter}-{code}") for letter in "vs")
        why = box.xpath(".//*[@name=$name]", name=f"x-{code}")
        choices = [option.text or "" for option in entry.xpath(".//option")]
        yield Cell(
            code, box.get("hx-post"), entry.tag, _value(entry), choices, seen.get("value", ""),
            why[0].get("value", "") if why else None, REQUIRED in box.text_content(),
        )  # fmt: skip


def _value(entry: Any) -> str:
    if entry.tag == "select":
        return next((option.text or "" for option in entry.xpath(".//option[@selected]")), "")
    return (entry.text or "").lstrip("\n") if entry.tag == "textarea" else entry.get("value", "")


def sections_of(body: str) -> list[str]:
    """The addresses of all sections, as the page lists them."""
    return html.fromstring(body).xpath('//ol[@id="muc"]//a/@href[contains(., "/edit/")]')


def to_mend(body: str) -> dict[str, dict[str, str]]:
    """Of the page of the check: the cells that keep the report back, by the address of their section; and why."""
    found: dict[str, dict[str, str]] = {}
    for line in html.fromstring(body).xpath('//ul[@class="todo"]/li'):
        tones = {one.get("class") for one in line.xpath('.//span[starts-with(@class, "msg")]')}
        if tones & {"msg er", "msg wa"}:
            [place] = line.xpath(".//span[@class='rt']/a/@href")
            code = line.xpath("./b")[0].text_content().split()[0]
            found.setdefault(place.split("#")[0], {})[code] = line.text_content()
    return found
