"""The outline of books, from the facts' files."""

from apps.core.reference import Changes, Facts, align
from apps.publications.models import OutlineSection

FIXTURE = "80_report_outlines"


def load_outlines(facts: Facts) -> Changes:
    rows = facts.fixture(FIXTURE, "publications.outlinesection")
    return align(OutlineSection, ["kind", "code"], rows)
