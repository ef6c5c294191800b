"""What the country measures with: standards; bodies, their laboratories, what these may do (scope) and by what right
(registrations); how they stand against the national criteria (assessments).
"""

from apps.labs.models.assessments import CriteriaAssessment, Criterion, CriterionResult, Verdict
from apps.labs.models.bodies import BodyKind, ConformityBody, Laboratory
from apps.labs.models.reference import CriteriaSet, MeasurementField
from apps.labs.models.registrations import Regime, Registration
from apps.labs.models.scope import Activity, ScopeItem
from apps.labs.models.standards import Area, MeasurementStandard

__all__ = [
    "Activity",
    "Area",
    "BodyKind",
    "ConformityBody",
    "CriteriaAssessment",
    "CriteriaSet",
    "Criterion",
    "CriterionResult",
    "Laboratory",
    "MeasurementField",
    "MeasurementStandard",
    "Regime",
    "Registration",
    "ScopeItem",
    "Verdict",
]
