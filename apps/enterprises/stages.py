"""How a stage looks: blue while it is under way, green once in force, grey when it is over."""

from apps.core.templatetags.ui import badge
from apps.enterprises.models import ProgrammeEvent

Stage = ProgrammeEvent.Stage
# Family of the chip (see the filters of core) and its icon.
LOOKS = {
    Stage.APPROACHED: ("i", "send"),
    Stage.SURVEYED: ("i", "clipboard-search"),
    Stage.BEING_BUILT: ("i", "progress"),
    Stage.ISSUED: ("i", "file-check"),
    Stage.APPLIED: ("g", "circle-check"),
    Stage.MAINTAINED: ("g", "circle-check"),
    Stage.STOPPED: ("n", "circle-off"),
}


def stage_chip(stage: str) -> str:
    family, icon = LOOKS[Stage(stage)]
    return badge(family, Stage(stage).label, icon)
