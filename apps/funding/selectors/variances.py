"""The variances of a selection of cells: how many wait for what, and the first of them."""

from typing import Any

from django.db.models import Case, Count, F, IntegerField, Value, When
from django.db.models.functions import Greatest

from apps.funding.models import VarianceState
from apps.funding.selectors.cells import variant, with_explanations

ORDER = (VarianceState.UNEXPLAINED, VarianceState.EXPLAINED, VarianceState.ACCEPTED)


def variances(rows: Any) -> Any:
    """Those that want something first, then the largest."""
    turn = Case(
        *(When(variance_state=state, then=Value(at)) for at, state in enumerate(ORDER)), output_field=IntegerField()
    )
    found = with_explanations(variant(rows)).annotate(turn=turn, size=Greatest(F("difference"), -F("difference")))
    return found.order_by("turn", "-size", "pk")


def counts_by_state(rows: Any) -> dict[str, int]:
    found = with_explanations(variant(rows)).order_by().values_list("variance_state").annotate(n=Count("pk"))
    return {state.value: 0 for state in ORDER} | dict(found)
