from apps.core.reference import Changes, Facts, align
from apps.labs.models import CriteriaSet, MeasurementField


def load_metrology(facts: Facts) -> Changes:
    """Fields of measurement and sets of criteria; the criteria of a set are rows of a register."""
    fields = [
        {
            "code": row["id"],
            "name": row["name_vi"],
            "name_en": row["name_en"],
            "area": row["kcdb_area"],
            "position": row["sort"],
        }
        for row in facts.table("measurement_fields")
    ]
    sets = [
        {"code": row["code"], "name": row["name"], "position": position}
        for position, row in enumerate(facts.table("criteria_sets"), 1)
    ]
    return align(MeasurementField, ["code"], fields) + align(CriteriaSet, ["code"], sets)
