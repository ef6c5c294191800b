"""How a program asks for the figures of an indicator as its page shows them: told on that page, to people."""

import json
from dataclasses import dataclass

from django.conf import settings
from rest_framework.reverse import reverse

from apps.apidocs.calls import Call, curl_of
from apps.organisations.selectors import unit_labels
from apps.progress.figures import Figure
from apps.progress.forms import FigureQuery
from apps.progress.told_figures import told_figures
from apps.targets.models import Indicator


@dataclass(frozen=True)
class Calling:
    """`address` in whole; `path`: where it is read in this browser; `command`: by curl; `answer`: how it begins."""

    address: str
    path: str
    command: str
    answer: str


def calling_of(indicator: Indicator, asked: FigureQuery, figure: Figure | None) -> Calling:
    """`figure`: the one of the nation with which the example answers."""
    call = Call("get", reverse("indicator-values", args=[indicator.code]), None, asked=asked.asked_of_api)
    path = call.url.removeprefix(settings.SITE_URL)
    told = told_figures([figure], unit_labels(), None) if figure else []
    answer = json.dumps({"results": told}, ensure_ascii=False, indent=2, default=str)
    return Calling(call.url, path, curl_of(call), answer)
