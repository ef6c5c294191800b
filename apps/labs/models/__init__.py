from apps.labs.models.standards import Area, MeasurementStandard

__all__ = ["Area", "MeasurementStandard"]
