"""How a version's state is shown: its colour, its words and its sign."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from apps.allocations.models import Allocation

State = Allocation.State
_LOOKS = {
    State.DRAFT: ("neutral", "pencil"),
    State.OUT_FOR_COMMENT: ("neutral", "send"),
    State.PROPOSED: ("review", "clock"),
    State.APPROVED: ("closed", "lock"),
    State.SUPERSEDED: ("neutral", "history"),
}


class Chip(NamedTuple):
    family: str
    label: str
    icon: str


def chip_of(allocation: Allocation) -> Chip:
    """«Dự thảo 3, đang lấy ý kiến»; «Phiên bản 1, đã phê duyệt»."""
    family, icon = _LOOKS[State(allocation.state)]
    was_decided = allocation.approved_at is not None
    words = _("Phiên bản %(n)s, %(state)s") if was_decided else _("Dự thảo %(n)s, %(state)s")
    if allocation.state == State.DRAFT:
        return Chip(family, _("Dự thảo %(n)s") % {"n": allocation.version}, icon)
    state = str(State(allocation.state).label).lower()
    return Chip(family, words % {"n": allocation.version, "state": state}, icon)
