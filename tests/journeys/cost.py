"""What a page costs whoever opens it for the first time: bytes on the line, requests, and how far its parts jump."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

MOST_BYTES, MOST_REQUESTS, MOST_SHIFT = 250_000, 15, 0.05
# A tab keeps what it was told to run before every page, and one tab shows many: only the first observer counts.
OBSERVE = """
if (globalThis.shifted === undefined) {
    globalThis.shifted = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifted += entry.value;
    }).observe({type: 'layout-shift', buffered: true});
}
"""


@dataclass
class Cost:
    """Watches a page from before its first address on; what the browser had stored is thrown away."""

    page: Page
    received: dict[str, int] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.page.add_init_script(OBSERVE)
        self.wire = self.page.context.new_cdp_session(self.page)
        self.wire.send("Network.enable")
        self.wire.send("Network.clearBrowserCache")
        self.wire.on("Network.requestWillBeSent", self._sent)
        self.wire.on("Network.loadingFinished", self._finished)

    def _sent(self, event: dict) -> None:
        if not event["request"]["url"].startswith(("data:", "blob:")):
            self.asked[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict) -> None:
        self.received[event["requestId"]] = event["encodedDataLength"]

    def too_much(self) -> list[str]:
        """What goes beyond the goal, with its figures; it is watched no longer."""
        self.wire.detach()
        size, shift = sum(self.received.values()), self.page.evaluate("globalThis.shifted")
        found = [f"{size} bytes"] if size > MOST_BYTES else []
        found += (
            [f"{len(self.asked)} requests: {sorted(self.asked.values())}"] if len(self.asked) > MOST_REQUESTS else []
        )
        return found + ([f"layout shift {shift:.3f}"] if shift > MOST_SHIFT else [])
