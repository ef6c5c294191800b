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
