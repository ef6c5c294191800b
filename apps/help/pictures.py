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
    """`role`, `unit`: of the account that looks; none: nobody is signed in. `only`: the part of the page that is shown.
    `besides`: parts whose words are of the data alone.
    """

    name: str
    route: str
    role: str = ""
    unit: str = ""
    args: tuple[str, ...] = ()
    only: str = ""
    besides: str = ""
    height: int = 800


LAM_DONG = "VN-68-2025"
PICTURES = {
    one.name: one
    for one in (
        Picture("sign-in", "account_login"),
        Picture("dashboard", "dashboard:dashboard", "programme_leader"),
        Picture("task-list", "tasks:plantask_list", "programme_officer"),
        Picture("task", "tasks:plantask_detail", "programme_leader", args=("MH-2019-00001",)),
        Picture("report-form", "reports:annualreport_edit", "unit_editor", LAM_DONG, ("2026", "lam-dong", "results")),
        Picture("report-check", "reports:annualreport_check", "unit_editor", LAM_DONG, ("2026", "lam-dong")),
        Picture("enterprise-list", "enterprises:enterprise_list", "register_keeper", LAM_DONG),
        Picture("import", "exchange:importbatch_list", "register_keeper", LAM_DONG, ("enterprises",)),
        Picture("closings", "progress:closing_list", "programme_leader"),
        Picture("inbox", "dashboard:inbox", "unit_approver", LAM_DONG),
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
