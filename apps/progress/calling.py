"""How a program asks for the figures of an indicator as its page shows them: told on that page, to people."""

import json
from dataclasses import dataclass

from django.conf import settings
from rest_framework.reverse import reverse

from apps.apidocs.calls import LARGEST, Call, curl_of, python_of, r_of
from apps.organisations.selectors import unit_labels
from apps.progress.figures import Figure, figures
from apps.progress.forms import FigureQuery
from apps.progress.told_figures import told_figures
from apps.targets.models import Indicator

SCOPE = "indicators:read"


@dataclass(frozen=True)
class Calling:
    """`address` in whole; `path`: where it is read in this browser; `examples` by language; `answer`: how it begins."""

    address: str
    path: str
    examples: dict[str, str]
    answer: str
    count: int
    pages: int
    page_size: int = LARGEST
    scope: str = SCOPE


def calling_of(indicator: Indicator, asked: FigureQuery, figure: Figure | None) -> Calling:
    """`figure`: the one of the nation with which the example answers."""
    path = reverse("indicator-values", args=[indicator.code])
    call = Call("get", path, None, asked=asked.asked_of_api, is_in_pages=True)
    count = len(figures(indicator, view=asked.view, on=asked.day, known_on=asked.known_on))
    pages = max(1, -(-count // LARGEST))
    told = told_figures([figure], unit_labels(), None) if figure else []
    begun = {"count": count, "next": f"{call.url}&page=2" if pages > 1 else None, "previous": None, "results": told}
    answer = json.dumps(begun, ensure_ascii=False, indent=2, default=str)
    examples = {"curl": curl_of(call), "Python": python_of(call), "R": r_of(call)}
    return Calling(call.url, call.url.removeprefix(settings.SITE_URL), examples, answer, count, pages)
