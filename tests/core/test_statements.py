"""Statements kept beside their querysets bring the same rows."""

import pytest

from apps.core.statements import objects_of, statement
from apps.jobs.models import Job
from apps.targets.models import Indicator, Target

pytestmark = pytest.mark.django_db


def test_rows_are_those_of_the_queryset(reference):
    """Both kinds: with a related row, and without one, as nobody gave a part of an indicator a target."""
    rows = Indicator.objects.with_aims()
    wanted = [(row, getattr(row, "aim", None)) for row in rows]
    found = [tuple(pair) for pair in objects_of(statement(rows, aim=Target), Indicator, Target)]
    assert found == wanted
    assert {aim is None for _indicator, aim in found} == {True, False}
    for (mine, aim), (theirs, their_aim) in zip(found, wanted, strict=True):
        assert (mine.baseline, mine.created_at) == (theirs.baseline, theirs.created_at)
        assert aim is None or (aim.value, aim.note) == (their_aim.value, their_aim.note)


def test_a_field_that_converts_its_values_is_refused():
    with pytest.raises(TypeError, match="payload"):
        statement(Job.objects.all())
