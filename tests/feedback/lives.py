"""The life of what is said of the portal, for tests/test_moves.py."""

from collections.abc import Callable, Iterator
from typing import Any

from apps.feedback.models import Feedback
from apps.feedback.services import handle_feedback, reopen_feedback, send_feedback


def of_feedback(fixture: Callable[[str], Any]) -> dict[str, Any]:
    central = fixture("central")
    doors = {
        "handle": lambda row: handle_feedback(row, by=central),
        "reopen": lambda row: reopen_feedback(row, by=central),
    }
    return {"rows": _rows(central), "doors": doors, "by": {"": central}, "tables": (Feedback,)}


def _rows(central: Any) -> Iterator[Feedback]:
    row = send_feedback(Feedback.Kind.IDEA, "Nút này nằm xa quá.")
    yield row
    handle_feedback(row, by=central)
    yield row
