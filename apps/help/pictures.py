"""Pictures of pages in the texts: which page of the demonstration each one shows, and whose.

`make help-pictures` takes them anew and writes down what each page was made of; a journey holds today's pages to that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "static/img/help"
MANIFEST = Path(settings.BASE_DIR) / "docs/help/pictures.json"
WIDTH = 1280
MOST_BYTES = 80_000


@dataclass(frozen=True)
class Picture:
    """`role`: of the account that looks; none: nobody is signed in. `opens`: a link of that page, which is followed.
    `only`: the part of the page that is shown; `besides`: parts whose words are of the data alone.
    """

    name: str
    route: str
    role: str = ""
    args: tuple[str, ...] = ()
    opens: str = ""
    only: str = ""
    besides: str = ""
    height: int = 800


PICTURES = {
    one.name: one
    for one in (
        Picture("sign-in", "account_login"),
        Picture("dashboard", "dashboard:dashboard", "programme_leader"),
        Picture("task-list", "tasks:plantask_list", "programme_officer"),
        Picture("task", "tasks:plantask_detail", "programme_leader", args=("MH-2019-00001",)),
        Picture("report-form", "reports:annualreport_list", "unit_editor", opens="main .card a[href*='/edit/']"),
        Picture("report-check", "reports:annualreport_list", "unit_editor", opens="main a[href*='/check/']"),
        Picture("enterprise-list", "enterprises:enterprise_list", "register_keeper"),
        Picture("import", "exchange:importbatch_list", "register_keeper", args=("enterprises",)),
        Picture("closings", "progress:closing_list", "programme_leader"),
        Picture("inbox", "dashboard:inbox", "unit_approver"),
    )
}


@dataclass(frozen=True)
class Taken:
    """A picture as it lies beside the pages."""

    name: str
    width: int
    height: int

    @property
    def file(self) -> str:
        return f"img/help/{self.name}.webp"

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.webp"


def taken(name: str) -> Taken | None:
    """None where it was declared, but not taken yet."""
    told = manifest().get(name)
    return Taken(name, *told["size"]) if told else None


@cache
def manifest() -> Mapping[str, Any]:
    """By the name of the picture its size and the skeleton of its page."""
    return json.loads(MANIFEST.read_text("utf-8")) if MANIFEST.exists() else {}
