"""How often a page of figures asks the database: as often for one unit and year as for all of them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.enterprises.models import AssuranceProgramme
from apps.organisations.models import OrganisationUnit
from apps.progress.services import recompute
from apps.targets.models import Period, UnitStatistic
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close_until

# With the session, the person, their rights, the names of units and the mark of illustrative data; on the dashboard
# with where tasks are, what is late and what waits for the person; of an indicator with what tasks are to add; of who
# prepares or closes, which closings wait; of an indicator how many figures a program reads; where units stand, what
# they were given, and on their own dashboard what a draft would give.
AT_MOST = {
    "/targets/mt5/": 16,
    "/targets/mt5/?year=2024": 16,
    "/targets/mt5/?year=2026&measure=count": 16,
    "/targets/mt5/?year=2024&units=as-reported": 16,
    "/targets/mt5/?on=30/06/2025": 16,
    "/targets/mt5a/": 16,
    "/targets/mt7/": 13,
    "/targets/": 9,
    "/dashboard/": 18,  # of each dashboard one whether its hint is closed
    "/dashboard/?scope=": 15,
    "/dashboard/?scope=bac-ninh": 19,
    "/dashboard/?scope=bac-ninh&year=2025": 19,
    "/targets/mt5/provenance/2024/": 12,  # two breakdowns whose values are rows
    "/targets/mt5/provenance/2024/bac-giang/": 14,
}
GROWING = [
    *("/targets/mt5/", "/targets/mt5/?year=2024", "/targets/", "/dashboard/", "/dashboard/?scope=bac-ninh"),
    "/targets/mt5/provenance/2024/",
]
PEOPLE = ["keeper", "central_keeper", "officer"]


@pytest.fixture
def counted(event, by):
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2026, 4, 1), BAC_NINH)
    recompute()
    close_until(2025)


def queries(client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("person", PEOPLE)
def test_pages_of_figures_ask_little(counted, signed_in, request, person):
    client = signed_in(request.getfixturevalue(person))
    client.get("/dashboard/")  # the first visit of a session writes it
    asked = {url: queries(client, url) for url in AT_MOST}
    assert {url: len(found) for url, found in asked.items() if len(found) > AT_MOST[url]} == {}


def test_they_ask_the_same_of_one_unit_and_of_all_of_one_year_and_of_many(counted, event, signed_in, officer):
    client = signed_in(officer)
    client.get("/dashboard/")
    few = {url: len(queries(client, url)) for url in GROWING}
    provinces = OrganisationUnit.objects.filter(kind=OrganisationUnit.Kind.PROVINCE)
    for number, unit in enumerate(provinces):
        day = date(2019 + number % 8, 5, 5)
        one = event(day, unit.pk, form=AssuranceProgramme.Form.choices[number % 2][0])
        event(day, LAM_DONG, of=one.programme.enterprise, stage="maintained")
        UnitStatistic.objects.create(code="active_enterprises", unit=unit, year=2024, value=400, source="thử")
    recompute()
    close_until(2025)
    assert Period.objects.closed().count() > 1
    assert {url: len(queries(client, url)) for url in GROWING} == few
