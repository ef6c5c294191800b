"""What tests/tasks lets a few people try out of turn, tried by everybody who has to do with tasks."""

import pytest

from tests.tasks.conftest import cuc, decided, people, so
from tests.tasks.test_moves import test_each_move_is_open_to_its_people_in_its_states_and_to_nobody_else

__all__ = ["cuc", "decided", "people", "so", "test_each_move_is_open_to_its_people_in_its_states_and_to_nobody_else"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def tries_out_of_turn(people) -> set[str]:
    return set(vars(people))
