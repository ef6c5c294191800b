"""The rows of the register that figures count: events in force, by enterprise.

What is counted is the enterprise, not the record: branches and other dependent units, whose codes have 13 digits, count
with the ten they begin with, whether those are on record or not. Which kinds of enterprises count, their indicator's
definition in force on the day of the event says (`kinds`). Of breakdowns that have a day of their own, that day
decides: which list of priority sectors was in force then, and which ministry managed the enterprise. The latter stands
beside the figures of the provinces and is no part of them.
"""

from django.utils.translation import gettext_lazy as _

from apps.core.reading import connection
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.models.ministries import SPANS_SQL
from apps.enterprises.models.priorities import KEY_SQL
from apps.enterprises.selectors import name_seen_only
from apps.enterprises.source import SOURCE, counted_by
from apps.organisations.fields import unit_names
from apps.targets.facts import Breakdown, Column, Kinds, Name, Source, Telling, Text, Tracked
from apps.targets.models import IndicatorDefinition, UnitStatistic

# The priority sector of each code of VSIC that an enterprise has, from one change of the list to the next: of several
# the one that names it most closely. Worked out by code, as there are few, and not by row; without a list nothing is.
_SECTORS = f"""
    SELECT DISTINCT ON (t.industry_id, t.industry_code, span.since) t.industry_id, t.industry_code, span.since,
           span.until, {KEY_SQL} AS sector
    FROM enterprises_prioritysector s
    JOIN (
        SELECT day AS since, lead(day) OVER (ORDER BY day) AS until FROM (
            SELECT valid_from AS day FROM enterprises_prioritysector WHERE withdrawn_at IS NULL
            UNION SELECT valid_to FROM enterprises_prioritysector WHERE withdrawn_at IS NULL AND valid_to IS NOT NULL
        ) days
    ) span ON s.valid_from <= span.since AND (s.valid_to IS NULL OR s.valid_to > span.since)
    JOIN (
        SELECT DISTINCT n.industry_id, n.industry_code, i.version, i.section
        FROM enterprises_enterprise n JOIN enterprises_industry i ON i.id = n.industry_id
    ) t ON t.version = s.vsic_version AND (t.section = s.vsic OR starts_with(t.industry_code, s.vsic))
    WHERE s.withdrawn_at IS NULL
    ORDER BY 1, 2, 3, length(s.vsic) DESC, s.valid_from DESC, s.act_id DESC, s.number
"""
# Rows whose kind the definition of their day does not count are left out before anything is first.
_ROWS = f"""
    SELECT CASE WHEN length(n.tax_code) = 12 THEN n.tax_code ELSE left(n.tax_code, 10) END AS thing,
           p.enterprise_id AS record_id, e.programme_id, e.id AS row_id, e.occurred_on AS day, NULL::date AS until,
           e.unit_id, 1 AS amount, p.form, n.ownership, n.industry_id, sector.sector,
           ministry.unit_id AS ministry
    FROM enterprises_programmeevent e
    JOIN enterprises_assuranceprogramme p ON p.id = e.programme_id
    JOIN enterprises_enterprise n ON n.id = p.enterprise_id
    LEFT JOIN ({_SECTORS}) sector ON sector.industry_id = n.industry_id AND sector.industry_code = n.industry_code
     AND e.occurred_on >= sector.since AND (sector.until IS NULL OR e.occurred_on < sector.until)
    LEFT JOIN ({SPANS_SQL}) ministry ON e.occurred_on >= ministry.since
     AND (ministry.until IS NULL OR e.occurred_on < ministry.until)
     AND ministry.tax_code = CASE WHEN length(n.tax_code) = 12 THEN n.tax_code ELSE left(n.tax_code, 10) END
    WHERE e.withdrawn_at IS NULL AND e.stage IN ('applied', 'maintained')
      AND e.occurred_on >= (SELECT min(starts_on) FROM targets_period)
      AND NOT EXISTS (
          SELECT FROM (
              SELECT d.kinds, d.valid_from, lead(d.valid_from) OVER (ORDER BY d.valid_from) AS valid_until
              FROM targets_indicatordefinition d JOIN targets_indicator i ON i.id = d.indicator_id
              WHERE i.code = '{counted_by()}'
          ) d
          WHERE cardinality(d.kinds) > 0 AND e.occurred_on >= d.valid_from
            AND (d.valid_until IS NULL OR e.occurred_on < d.valid_until) AND n.ownership <> ALL (d.kinds)
      )
"""
# Those of the same ten digits: a branch counts with its enterprise. The bounds are what an index of patterns can be
# asked: ':' follows the digits and the hyphen.
_TOGETHER = """
    WITH things AS (
        SELECT left(n.tax_code, 10) AS digits FROM enterprises_enterprise n JOIN changed ON n.id = record_id
        UNION
        SELECT left(h.tax_code, 10) FROM enterprises_enterpriseevent h WHERE h.pgh_created_at > {moment}
    )
    SELECT n.id AS record_id FROM things
    JOIN enterprises_enterprise n ON n.tax_code ~>=~ digits AND n.tax_code ~<~ (digits || ':')
"""
# Of enterprises that the person sees today: what was withdrawn or moved since opens nothing.
_SIGHT = """EXISTS (
    SELECT 1 FROM enterprises_enterpriseplace seen
    WHERE seen.enterprise_id = {record} AND seen.unit_id = ANY(%(scope)s)
)"""
_NAMED = """
    SELECT n.id, n.name, n.tax_code, e.entered_by_id, e.batch_id, e.created_at
    FROM enterprises_programmeevent e
    JOIN enterprises_assuranceprogramme p ON p.id = e.programme_id
    JOIN enterprises_enterprise n ON n.id = p.enterprise_id
    WHERE e.id = page.row_id
"""


def _name(enterprise: Enterprise) -> Name:
    return Name(enterprise.name, f"MST {enterprise.shown_tax_code}", enterprise.get_absolute_url())


def _ministries() -> dict[str, Text | None]:
    return {**unit_names(), "none": _("Chưa ghi bộ, ngành quản lý")}


def _sectors() -> dict[str, Text | None]:
    """Of every version of the list: figures of former years have its keys."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {KEY_SQL}, min(s.sector) FROM enterprises_prioritysector s GROUP BY 1")
        return {**dict(cursor.fetchall()), "none": _("Ngoài Danh mục")}


EVENTS = Source(
    SOURCE,
    rows=_ROWS,
    permission="enterprises.view_programmeevent",
    tracked=(
        Tracked(
            ProgrammeEvent, "p.enterprise_id", joins="JOIN enterprises_assuranceprogramme p ON p.id = t.programme_id"
        ),
        Tracked(Enterprise),
    ),
    ground=(IndicatorDefinition,),
    kinds=Kinds(dict(Enterprise.Ownership.choices)),
    breakdowns={
        "ownership": Breakdown(_("loại hình"), "ownership"),
        "industry": Breakdown(
            _("ngành (VSIC)"),
            "industry_id",
            values="SELECT id AS key, version || ':' || section AS value FROM enterprises_industry",
        ),
        "ministry": Breakdown(_("bộ, ngành quản lý vào ngày được tính"), "ministry", names=_ministries),
        "sector": Breakdown(_("ngành, lĩnh vực trọng tâm vào ngày được tính"), "sector", names=_sectors),
    },
    first_within="programme_id",
    together=_TOGETHER,
    sight=_SIGHT,
    per_thousand=UnitStatistic.Code.ACTIVE_ENTERPRISES,
    telling=Telling(
        model=ProgrammeEvent,
        record=Enterprise,
        noun=_("doanh nghiệp"),
        reached=_("doanh nghiệp áp dụng, duy trì trong kỳ"),
        place=_("Địa bàn khi bắt đầu"),
        day=_("Bắt đầu"),
        as_today=_("tên và hình thức"),
        invented=_("Tên doanh nghiệp, mã số thuế là hư cấu."),
        related=("programme",),
        knows=("id", "name", "tax_code"),
        name=_name,
        named=_NAMED,
        names=(
            Column(_("Mã số thuế"), lambda enterprise: enterprise.shown_tax_code),
            Column(_("Doanh nghiệp"), lambda enterprise: enterprise.name),
        ),
        says=(
            Column(_("Hình thức"), lambda event: str(event.programme.get_form_display())),
            Column(_("Giai đoạn"), lambda event: str(event.get_stage_display())),
        ),
        hide=name_seen_only,
    ),
)
