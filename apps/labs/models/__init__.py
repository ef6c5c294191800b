from apps.labs.models.cmcs import CalibrationAndMeasurementCapability, CmcStatus
from apps.labs.models.comparisons import ComparisonKind, StandardComparison
from apps.labs.models.planned import PlannedStandard
from apps.labs.models.products import DevelopedProduct, ProductKind
from apps.labs.models.standards import Area, MeasurementStandard

__all__ = [
    "Area",
    "CalibrationAndMeasurementCapability",
    "CmcStatus",
    "ComparisonKind",
    "DevelopedProduct",
    "MeasurementStandard",
    "PlannedStandard",
    "ProductKind",
    "StandardComparison",
]
