"""What a browser complains of behind a page: script errors, refusals of the content policy, calls to other hosts."""

import time
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

# A refusal of the policy is not always on the console; there all complaints come together.
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
    console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`))
"""


REFUSALS = (409, 422)


class Watch:
    def __init__(self, context: BrowserContext, home: str) -> None:
        self.host = urlsplit(home).netloc
        self.complaints: list[str] = []
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not self._is_answer_of_the_page(message):
            self.complaints.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _is_answer_of_the_page(self, message: ConsoleMessage) -> bool:
        """A page that is itself the answer 403, 404 or 422 is no error of the page. Nor is a part of one that was
        refused (422) or written by two (409): it comes with what to do.
        """
        page = message.page
        if not page or not message.text.startswith("Failed to load"):
            return False
        return message.location["url"] == page.url or any(f"status of {code}" in message.text for code in REFUSALS)

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != self.host:
            self.complaints.append(f"other host: {request.url}")


AT_REST = "!document.querySelector('.htmx-request, .htmx-settling, .htmx-swapping, [aria-busy=true]')"


def until(page: Page, expression: str, seconds: float = 30) -> bool:
    """Asks again from here: waiting within the page would evaluate text, which its content policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        if time.monotonic() > end:
            return False
        page.wait_for_timeout(50)
    return True


def fits(page: Page) -> bool:
    """The page is no wider than the window. A chart follows a new width a moment later."""
    return until(page, "document.documentElement.scrollWidth <= document.documentElement.clientWidth")
