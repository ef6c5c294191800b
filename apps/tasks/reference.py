"""The milestones of each kind of task, from the facts' files: data, as the rules of the field change."""

from apps.core.reference import Changes, Facts, align
from apps.tasks.models import MilestoneKind


def load_milestones(facts: Facts) -> Changes:
    return align(MilestoneKind, ["kind", "position"], facts.fixture("60_milestones", "tasks.milestonekind"))
