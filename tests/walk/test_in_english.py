"""Every page that somebody reads, in English: nothing of ours stands there in Vietnamese."""

from dataclasses import replace

import pytest
from django.apps import apps
from django.db import models

from apps.core import languages
from apps.exchange.models import StagedRow
from apps.exchange.resource import resources
from tests.english import untranslated
from tests.walk.by_token import cells_of
from tests.walk.cells import Planner
from tests.walk.routes import all_routes
from tests.walk.sending import Answer
from tests.walk.test_walk import HALVES

pytestmark = pytest.mark.django_db
# The API's documentation has a language of its own; pages open to everybody have a test of their own.
ELSEWHERE = ("public:", "help:", "feedback_open:", "api-")
PAGES = {key: one for key, one in all_routes().items() if not one.is_api and not key.startswith(ELSEWHERE)}
KINDS = ("thông báo", "báo cáo")  # of Vietnamese documents


@pytest.fixture(scope="module")
def written(walk) -> frozenset[str]:
    """What people wrote may be the very words of ours: «Đề án 996» as the title of a document."""
    told = {*KINDS}
    for model in apps.get_models():
        if model._meta.managed and model._meta.app_label not in ("contenttypes", "sessions", "auth"):
            names = [one.name for one in model._meta.fields if isinstance(one, models.CharField | models.TextField)]
            for row in model._default_manager.values_list(*names)[:2000] if names else ():
                told |= {" ".join(value.split()).casefold() for value in row if isinstance(value, str) and value}
    told |= {str(cell[1]).casefold() for row in StagedRow.objects.all() for cell in row.raw.values() if cell}
    # The headings of files, which are Vietnamese.
    return frozenset(told | {field.header.casefold() for one in resources() for field in one.fields})


def is_page(answer: Answer) -> bool:
    return (
        answer.status == 200
        and answer.headers["Content-Type"].startswith("text/html")
        and bool(answer.text.strip())
    )  # fmt: skip


def in_halves() -> list:
    return [pytest.param(key, marks=HALVES[sum(key.encode()) % 2]) for key in sorted(PAGES)]


@pytest.mark.parametrize("key", in_halves())
def test_a_page_in_english_is_english(walk, written, key, monkeypatch):
    monkeypatch.setattr(languages, "mark_vietnamese", str)  # else whatever is Vietnamese says so
    rule = walk.matrix.routes[key]
    planner = Planner(walk.world, PAGES[key], rule)
    cells = (cell for actor in walk.actors.values() if actor.session for cell in cells_of(planner, actor))
    for cell in cells if "GET" in rule.methods else ():
        if cell.method == "GET" and cell.expected.allowed and not cell.variant:
            reader = replace(cell.actor, session=f"{cell.actor.session}; language=en")
            answer = walk.answered(replace(cell, actor=reader))
            if is_page(answer):
                assert answer.headers["Content-Language"] == "en"
                assert untranslated(answer.text, written) == []
                return
