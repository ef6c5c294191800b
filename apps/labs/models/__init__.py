"""What the country measures with: standards, their plan and comparisons; CMCs and developed products; bodies, their
laboratories, what these may do (scope) and by what right (registrations); how they stand against the national criteria.
"""

from apps.labs.models.assessments import CriteriaAssessment, Criterion, CriterionResult, Verdict
from apps.labs.models.bodies import BodyKind, ConformityBody, Laboratory
from apps.labs.models.cmcs import CalibrationAndMeasurementCapability, CmcStatus
from apps.labs.models.comparisons import ComparisonKind, StandardComparison
from apps.labs.models.planned import PlannedStandard
from apps.labs.models.products import DevelopedProduct, ProductKind
from apps.labs.models.reference import CriteriaSet, MeasurementField
from apps.labs.models.registrations import Regime, Registration
from apps.labs.models.scope import Activity, ScopeItem
from apps.labs.models.standards import Area, MeasurementStandard

__all__ = [
    "Activity",
    "Area",
    "BodyKind",
    "CalibrationAndMeasurementCapability",
    "CmcStatus",
    "ComparisonKind",
    "ConformityBody",
    "CriteriaAssessment",
    "CriteriaSet",
    "Criterion",
    "CriterionResult",
    "DevelopedProduct",
    "Laboratory",
    "MeasurementField",
    "MeasurementStandard",
    "PlannedStandard",
    "ProductKind",
    "Regime",
    "Registration",
    "ScopeItem",
    "StandardComparison",
    "Verdict",
]
