"""A year of another programme, run by a process of its own (`test_second.py`), whose settings lie over its facts.

Everything of it is invented. The base of the tests is emptied of the portal's programme first.
"""

import re
from datetime import date
from html import unescape

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from apps.enterprises.models import Enterprise
from apps.progress.services import find_differences, recompute
from apps.reports.services import entering, moves, reviewing, rounds
from apps.targets.models import Indicator, IndicatorValue
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.closings import close, publish
from tests.factories.enterprises import AssuranceProgrammeFactory, EnterpriseFactory, ProgrammeEventFactory
from tests.factories.reports import facts_of_round, report_of, signed_paper
from tests.factories.tasks import PlanTaskFactory

DAY = date(2025, 9, 1)
KEPT = ("django_migrations", "django_content_type", "auth_permission")
PAGES = ("/", "/provinces/", "/provinces/bac-ninh/", "/about/", "/open-data/", "/accessibility/", "/accounts/login/")
INSIDE = ("/dashboard/", "/targets/", "/targets/ct1/", "/tasks/", "/plan/", "/reports/", "/registers/enterprises/")
NAME = "Chương trình Mẫu"


@pytest.fixture
def another(db) -> None:
    """As a portal begins that was never any other programme's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = ", ".join(f'"{name}"' for (name,) in cursor if name not in KEPT)
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY")
        cursor.execute("SET LOCAL session_replication_role = origin")
    call_command("load_reference", stdout=None)


def test_a_year(another, member, signed_in):
    assert settings.FACTS != settings.OWN_FACTS
    assert list(Indicator.objects.values_list("code", flat=True)) == ["CT1", "CT2", "CT3"]
    people = {role: member(role.replace("_", " "), role, "UBTDC") for role in ("programme_officer", "programme_leader")}
    editor, approver = (member(f"{role} bac ninh", role, BAC_NINH) for role in ("unit_editor", "unit_approver"))
    households(3, BAC_NINH)
    households(2, LAM_DONG)
    PlanTaskFactory(framework_item_id="B.1", year=2025, due_on=date(2025, 12, 1))
    recompute()  # as jobs do, here and below
    report(people["programme_officer"], editor, approver)
    recompute()
    close(2025)
    publish(2025)

    assert not find_differences()
    told, reported = figures("CT1", "register"), figures("CT1", "report")
    assert (told[BAC_NINH], told[LAM_DONG], told[None]) == (3, 2, 5)
    assert (reported[BAC_NINH], reported[None]) == (3, 3)
    for page in PAGES:
        words = shown(Client().get(page))
        assert NAME in words
        assert not re.search(r"\b996\b", words), page
    inside = signed_in(people["programme_officer"])
    for page in INSIDE:
        words = shown(inside.get(page))
        assert NAME in words
        assert not re.search(r"\b996\b", words), page
    assert "Cán bộ đầu mối" in shown(signed_in(editor).get("/account/")), "a role by this programme's word"


def households(number: int, unit: str) -> None:
    """What counts here, and an enterprise that counts with the other programme only."""
    kinds = [*[Enterprise.Ownership.HOUSEHOLD] * number, Enterprise.Ownership.PRIVATE]
    for kind in kinds:
        made = AssuranceProgrammeFactory(enterprise=EnterpriseFactory(ownership=kind, unit_id=unit))
        ProgrammeEventFactory(programme=made, occurred_on=DAY, unit_id=unit)


def report(officer, editor, approver) -> None:
    made = rounds.open_round(rounds.create_round(facts_of_round(2025), by=officer), by=officer)
    one = report_of(made, BAC_NINH)
    assert {cell.code for cell in one.form.cells.all()} == {"A1", "1.1"}
    moves.start(one, by=editor)
    edits = [entering.Edit("A1", "Không có", ""), entering.Edit("1.1", "3", "số liệu minh họa")]
    entering.write_cells(one, edits, by=editor)
    one.refresh_from_db()
    moves.to_leader(one, by=editor)
    moves.sign(one, signed_paper(), by=approver)
    moves.submit(one, by=editor)
    reviewing.accept(one, by=officer)


def figures(code: str, basis: str) -> dict:
    rows = IndicatorValue.objects.known_on().filter(indicator__code=code, period__year=2025, breakdown="", basis=basis)
    return dict(rows.values_list("unit_id", "value"))


def shown(response) -> str:
    """What a person reads of it."""
    assert response.status_code == 200, response.status_code
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", text))
