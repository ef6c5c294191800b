from apps.reports.models.annualreport import AnnualReport, DeadlineExtension, ReportedValue
from apps.reports.models.forms import FormBlock, FormCell, FormRule, FormSection, FormVersion
from apps.reports.models.imports import ReportFile
from apps.reports.models.rounds import ReportingRound, RoundForm
from apps.reports.models.sending import (
    CellThread,
    ReminderSent,
    ReportStep,
    Review,
    ReviewNote,
    Submission,
)

__all__ = [
    "AnnualReport",
    "CellThread",
    "DeadlineExtension",
    "FormBlock",
    "FormCell",
    "FormRule",
    "FormSection",
    "FormVersion",
    "ReminderSent",
    "ReportFile",
    "ReportStep",
    "ReportedValue",
    "ReportingRound",
    "Review",
    "ReviewNote",
    "RoundForm",
    "Submission",
]
