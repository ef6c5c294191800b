"""What is concluded of the targets, in words and counts: for the dashboard and for the public's first page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.progress.outlook import Verdict
from apps.progress.selectors import IndicatorProgress
from apps.targets.models import Indicator

MET = (Verdict.ACHIEVED, Verdict.ON_TRACK)
JUDGED = (Verdict.ACHIEVED, Verdict.ON_TRACK, Verdict.AT_RISK, Verdict.OFF_TRACK)


@dataclass(frozen=True)
class Summary:
    """Begins with what is known: a target without figures has not failed."""

    total: int
    known: int
    judged: list[tuple[str, int]]  # each conclusion that some target has, in words, and how many have it
    unjudged: int  # with figures, but too few years of them
    missing: list[Indicator]
    milestones_met: int
    milestones_names: list[str]
    milestones_known: int
    has_targets: bool
    met: int  # targets that are met, or will be at this pace
    unmet: list[tuple[str, int]]  # each conclusion that is none of these, the worst first

    @property
    def unmet_words(self) -> str:
        """«, 6 khó đạt, 1 có nguy cơ»: goes on from a sentence about those that are met."""
        return "".join(f", {count} {label}" for label, count in self.unmet)


def summary_of(found: Sequence[IndicatorProgress]) -> Summary:
    known = [item for item in found if item.has_figures]
    verdicts = [item.outlook.verdict for item in known]
    counts = [(str(verdict.label).lower(), verdicts.count(verdict)) for verdict in JUDGED]
    met = sum(verdict in MET for verdict in verdicts)
    return Summary(
        total=len(found),
        known=len(known),
        judged=[(label, count) for label, count in counts if count],
        unjudged=verdicts.count(Verdict.INSUFFICIENT_DATA),
        missing=sorted((item.indicator for item in found if not item.has_figures), key=lambda one: one.position),
        milestones_met=sum(item.milestone_met is True for item in found),
        milestones_names=[item.indicator.told_name for item in found if item.milestone_met],
        milestones_known=sum(item.milestone_met is not None for item in found),
        has_targets=any(item.goal is not None for item in found),
        met=met,
        unmet=[told for verdict, told in zip(JUDGED, counts, strict=True) if told[1] and verdict not in MET][::-1],
    )


def groups_of(found: Sequence[IndicatorProgress]) -> list[dict[str, Any]]:
    """The counts of the verdict card: what is lost, at risk, on track (or met), and unknown."""
    kinds = [
        ("v-b", "circle-x", [Verdict.OFF_TRACK]),
        ("v-w", "alert-triangle", [Verdict.AT_RISK]),
        ("v-g", "circle-check", [Verdict.ON_TRACK, Verdict.ACHIEVED]),
        ("v-n", "help-circle", [Verdict.INSUFFICIENT_DATA]),
    ]
    return [
        {
            "css": css,
            "icon": icon,
            "label": verdicts[0].label,
            "items": [item for item in found if item.outlook.verdict in verdicts],
        }
        for css, icon, verdicts in kinds
    ]
