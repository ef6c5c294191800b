"""MT5, read where people and programs read it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

MT5_OF_DASHBOARD = "[data-indicator=MT5] [data-preliminary]"


def whole(text: str | None) -> int:
    """12.345 as it is written in Vietnamese."""
    return int((text or "").strip().replace(".", ""))


def of(locator: Locator) -> int:
    return whole(locator.text_content())


def running_year(page: Page) -> int:
    """The year whose figure is still preliminary, as the dashboard links to it."""
    page.goto("/dashboard/?scope=")
    address = urlsplit(page.locator(MT5_OF_DASHBOARD).get_attribute("href") or "")
    return int(address.path.rstrip("/").split("/")[-1])


def values(page: Page, **query: Any) -> list[dict[str, Any]]:
    """All pages of the API's answer, asked in the session of this page."""
    found, url = [], "/api/v1/indicators/MT5/values/"
    while url:
        response = page.request.get(url, params=query if not found else None)
        assert response.ok, response.text()
        answer = response.json()
        found += answer["results"]
        url = answer["next"]
    return found


def api(page: Page, year: int, unit: str = "VN", units: str = "current") -> int:
    found = values(page, period=year, unit=unit, units=units)
    return found[0]["value"] if found else 0


def becomes(read: Callable[[], int | None], wanted: int | None, seconds: float = 60) -> int | None:
    """Read again until the figure is the wanted one or the time is over; the last one read."""
    deadline = time.monotonic() + seconds
    while (figure := read()) != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    return figure


@dataclass(frozen=True)
class Everywhere:
    """The nation's figure and one province's, in every place that shows them."""

    dashboard: int
    api: int
    provenance: int
    all_tiles: int
    province_tile: int
    province_api: int
    province_provenance: int

    @property
    def nation(self) -> set[int]:
        return {self.dashboard, self.api, self.provenance, self.all_tiles}

    @property
    def province(self) -> set[int]:
        return {self.province_tile, self.province_api, self.province_provenance}


def everywhere(page: Page, year: int, unit: str, slug: str) -> Everywhere:
    page.goto("/dashboard/?scope=")
    dashboard = of(page.locator(MT5_OF_DASHBOARD))
    page.goto(f"/targets/mt5/?year={year}&measure=count")
    tiles = page.locator("[data-tile] b").all_text_contents()
    tile = of(page.locator(f'[data-tile="{unit}"] b'))
    page.goto(f"/targets/mt5/provenance/{year}/")
    total = of(page.locator("[data-total]"))
    page.goto(f"/targets/mt5/provenance/{year}/{slug}/")
    return Everywhere(
        dashboard=dashboard,
        api=api(page, year),
        provenance=total,
        all_tiles=sum(map(whole, tiles)),
        province_tile=tile,
        province_api=api(page, year, unit),
        province_provenance=of(page.locator("[data-total]")),
    )
