"""What a journey costs whoever makes it: clicks, and fields that are typed into."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, expect

from tests.journeys.watch import AT_REST, until


def press(control: Locator, key: str = "Enter") -> None:
    """By the keyboard, as people do: what is in sight, once a dialog that opens has taken the focus."""
    expect(control).to_be_visible()
    assert until(control.page, AT_REST)
    control.focus()
    expect(control).to_be_focused()
    control.press(key)


@dataclass
class Hands:
    clicks: int = 0
    typed: list[str] = field(default_factory=list)  # what was typed, a field each

    def click(self, place: Locator) -> None:
        self.clicks += 1
        place.click()

    def choose(self, place: Locator, label: str) -> None:
        """From a list of choices: it opens, then the choice."""
        self.clicks += 2
        place.select_option(label=label)

    def type(self, place: Locator, text: str) -> None:
        self.typed.append(text)
        place.fill(text)
