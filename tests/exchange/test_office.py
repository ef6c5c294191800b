"""Every file of the office set has its outcome: in whole, with one step more, or with a message that names the step."""

import pytest

from apps.exchange.models import ImportBatch
from apps.exchange.selectors import counts_of, report
from tests.exchange.office_files import OFFICE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("case", OFFICE)
def test_office_file(upload, case):
    office = OFFICE[case]
    batch = upload(office.build(), name=office.name)
    answer = report(batch)
    if batch.state != ImportBatch.State.CHECKED:
        assert not office.valid, batch.refusal
        assert all(words in batch.refusal for words in office.said), batch.refusal
        return
    assert (counts_of(batch).valid, len(answer["errors"])) == (office.valid, office.errors), answer
    assert set(office.said) <= {line["code"] for line in answer["notes"]}, answer["notes"]


@pytest.mark.parametrize("case", [case for case in OFFICE if case.startswith(("days", "tax codes as", "provinces of"))])
def test_what_is_plainly_meant_is_suggested(upload, case):
    """One click for all alike; what no day and no province can be told from is left to people."""
    problems = upload(OFFICE[case].build()).problems.filter(severity="error")
    meant = {problem.value: problem.suggestion for problem in problems}
    asked = {"Hà Tây", "Bắc Kinh"}
    assert {value for value, suggestion in meant.items() if not suggestion} == asked & set(meant)
    days = {suggestion for suggestion in meant.values() if "/" in suggestion}
    assert days <= {"01/02/2024"}
