"""Eight at the same moment; `make soak` has fifty."""

import pytest

from tests.conftest import BAC_NINH
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import person
from tests.tasks.at_one_moment import approved_at_once, made_at_once
from tests.tasks.test_api import TASK

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


def test_a_task_is_approved_once(signed_in):
    approver = person("Huỳnh Quốc Toàn", "unit_approver", BAC_NINH)
    approved_at_once(PlanTaskFactory(state="appraised", lead_unit_id=BAC_NINH), [signed_in(approver)] * MANY)


def test_one_key_makes_one_task(signed_in):
    editor = person("Phạm Thị Ngọc Ánh", "unit_editor", BAC_NINH)
    made_at_once(TASK | {"lead_unit": BAC_NINH}, "at-once", [signed_in(editor)] * MANY)
