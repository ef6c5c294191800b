"""National measurement standards as MT1 counts them: a stock that can fall."""

from django.utils.translation import gettext_lazy as _

from apps.labs.registers import STANDARDS as REGISTER
from apps.registers.counted import source_of
from apps.targets.facts import Breakdown

STANDARDS = source_of(
    REGISTER,
    rows="""
        SELECT s.id AS row_id, s.id AS record_id, s.id::text AS thing, s.unit_id, s.recognised_on AS day,
               s.ended_on - 1 AS until, 1 AS amount, s.area
        FROM labs_measurementstandard s WHERE s.withdrawn_at IS NULL
    """,
    day=_("Ngày được công nhận"),
    reached=_("chuẩn được công nhận trong kỳ"),
    place=_("Đơn vị quản lý"),
    breakdowns={"area": Breakdown(_("lĩnh vực đo"), "area")},
    related=("decision",),
)
