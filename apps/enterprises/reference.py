from apps.core.reference import Changes, Facts, align
from apps.enterprises.models import Industry


def load_industries(facts: Facts) -> Changes:
    """Sections and divisions of both versions of VSIC: a record keeps the version of its code."""
    industries = [
        {
            "version": row["version"],
            "level": row["level"],
            "code": row["code"],
            "section": row["parent"] or row["code"],
            "name": row["name_vi"],
            "valid_from": row["valid_from"],
            "valid_to": row["valid_to"],
        }
        for row in facts.table("vsic")
    ]
    return align(Industry, ["version", "code"], industries)
