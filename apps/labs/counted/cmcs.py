"""CMCs as MT2 counts them: while they are published. The stock falls when one is suspended or withdrawn."""

from django.utils.translation import gettext_lazy as _

from apps.labs.models import CmcStatus
from apps.labs.registers.cmcs import CMCS as REGISTER
from apps.labs.registers.cmcs import PUBLISHED
from apps.registers.counted import source_of
from apps.targets.facts import Breakdown, Tracked

CMCS = source_of(
    REGISTER,
    rows=f"""
        SELECT c.id AS row_id, c.id AS record_id, c.id::text AS thing, c.unit_id, span.day, span.until - 1 AS until,
               1 AS amount, c.area
        FROM labs_calibrationandmeasurementcapability c JOIN ({PUBLISHED}) span ON span.cmc_id = c.id
        WHERE c.withdrawn_at IS NULL
    """,
    day=_("Ngày công bố, khôi phục"),
    reached=_("CMC được công bố, khôi phục trong kỳ"),
    place=_("Đơn vị quản lý"),
    breakdowns={"area": Breakdown(_("lĩnh vực đo"), "area")},
    also_tracked=(Tracked(CmcStatus, "t.cmc_id"),),
)
