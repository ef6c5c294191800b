"""Which ministries and provinces have a plan for the programme on the last day of a period, as MT7 counts them.

A unit has its *own* plan, or *inherits*: it has none of its own that has begun, and every unit whose past it carries
had one in force when it went on in another, which is within its span still. A unit that was there before it took
others in carries a past of its own too, so it inherits nothing while that part has no plan. Where only some had one, it
inherits *in part*: that counts for nothing, and is told with whose plan is missing. The same unit under a former id
(unchanged, renamed) is the unit itself. What is only planned to become of units counts from its day on.
"""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import vn_date
from apps.organisations.fields import unit_names
from apps.organisations.models import OrganisationUnit
from apps.plans.registers import PLANS as REGISTER
from apps.registers.counted import source_of
from apps.targets.facts import Breakdown, Name, Nearly, Source, Telling

# The database's own day; where the portal's clock is set to another, as many days from it.
_TODAY = f"((now() AT TIME ZONE '{settings.TIME_ZONE}')::date + {settings.CLOCK_DAYS_AHEAD})"
_KINDS = ", ".join(f"'{kind}'" for kind in OrganisationUnit.REPORTING_KINDS)
# Whether the node of a step has a plan on the last day on which it had to, and on that of the period still; and whether
# one had begun by then.
_IN_FORCE = """
    p.node_id = step.node_id AND p.begins <= step.bound AND p.last_year >= extract(year FROM step.ends_on)
    AND (p.ended_on IS NULL OR p.ended_on > step.ends_on)
"""
_STATE = f"""
    EXISTS (SELECT FROM plans p WHERE {_IN_FORCE}) AS has,
    EXISTS (SELECT FROM plans p WHERE p.node_id = step.node_id AND p.begins <= step.bound) AS had
"""
# walk: from each unit of a period's last day back to all whose past it carries, as far as the first that had a plan;
# `bound` is the last day on which that one had to have it. leaves: where each way ends, with a plan or without.
_ROWS = f"""
    SELECT * FROM (
        WITH RECURSIVE links AS (
            SELECT predecessor_id, successor_id, effective_on, relation IN ('unchanged', 'renamed') AS is_same
            FROM organisations_succession WHERE share > 0 AND effective_on <= {_TODAY}
        ), former(node_id, self_id) AS (
            SELECT id, id FROM organisations_organisationunit
            UNION
            SELECT f.node_id, l.predecessor_id FROM former f JOIN links l ON l.successor_id = f.self_id AND l.is_same
        ), pasts AS MATERIALIZED (
            SELECT f.node_id, l.predecessor_id, l.effective_on
            FROM former f JOIN links l ON l.successor_id = f.self_id AND NOT l.is_same
        ), since AS MATERIALIZED (
            SELECT f.node_id, min(coalesce(u.valid_from, '-infinity')) AS there_since,
                   (SELECT min(effective_on) FROM pasts WHERE pasts.node_id = f.node_id) AS heir_since
            FROM former f JOIN organisations_organisationunit u ON u.id = f.self_id GROUP BY 1
        ), plans AS MATERIALIZED (
            SELECT f.node_id, p.id, p.issued_on, p.last_year, p.ended_on,
                   greatest(p.issued_on, make_date(p.first_year, 1, 1)) AS begins
            FROM plans_unitplan p JOIN former f ON f.self_id = p.unit_id WHERE p.withdrawn_at IS NULL
        ), walk(number, starts_on, ends_on, unit_id, valid_from, node_id, bound, has, had) AS (
            SELECT step.*, {_STATE}
            FROM (
                SELECT d.number, d.starts_on, d.ends_on, u.id AS unit_id, u.valid_from, u.id AS node_id,
                       d.ends_on AS bound
                FROM (SELECT *, row_number() OVER (ORDER BY starts_on) AS number FROM targets_period) d
                JOIN organisations_organisationunit u ON u.kind IN ({_KINDS})
                 AND (u.valid_from IS NULL OR u.valid_from <= least(d.ends_on, {_TODAY}))
                 AND (u.valid_to IS NULL OR u.valid_to >= least(d.ends_on, {_TODAY}))
            ) step
            UNION
            SELECT step.*, {_STATE}
            FROM (
                SELECT w.number, w.starts_on, w.ends_on, w.unit_id, w.valid_from, past.predecessor_id AS node_id,
                       past.effective_on - 1 AS bound
                FROM walk w JOIN pasts past ON past.node_id = w.node_id AND past.effective_on <= w.bound
                WHERE NOT w.has AND NOT w.had
            ) step
        ), leaves AS (
            SELECT w.* FROM walk w JOIN since s ON s.node_id = w.node_id
            WHERE w.has OR w.had OR s.heir_since IS NULL OR s.heir_since > w.bound OR s.there_since < s.heir_since
        ), states AS (
            SELECT number, unit_id, bool_or(has AND node_id = unit_id) AS is_own,
                   array_agg(DISTINCT node_id::text) FILTER (WHERE NOT has) AS lacks
            FROM leaves GROUP BY 1, 2 HAVING bool_or(has)
        ), held AS (
            SELECT step.number, step.starts_on, step.ends_on, step.unit_id, step.valid_from, plan.id, plan.begins,
                   CASE WHEN s.is_own THEN 'own' WHEN s.lacks IS NULL THEN 'inherited' ELSE 'partly' END AS state,
                   s.lacks, count(*) OVER unit AS plans, row_number() OVER (unit ORDER BY plan.id) AS place
            FROM leaves step JOIN states s ON s.number = step.number AND s.unit_id = step.unit_id
            CROSS JOIN LATERAL (
                SELECT p.id, p.begins FROM plans p WHERE {_IN_FORCE} ORDER BY p.issued_on, p.id LIMIT 1
            ) plan
            WHERE step.has WINDOW unit AS (PARTITION BY step.number, step.unit_id)
        ), weighed AS (
            SELECT *, CASE WHEN state = 'partly' THEN 0 WHEN place > 1 THEN round(1.0 / plans, 4)
                           ELSE 1 - (plans - 1) * round(1.0 / plans, 4) END AS amount
            FROM held
        ), spans AS (
            SELECT *, number - row_number() OVER (
                PARTITION BY unit_id, id, state, amount, lacks ORDER BY number
            ) AS span
            FROM weighed
        )
        SELECT id AS row_id, id AS record_id, id || ':' || unit_id AS thing, unit_id,
               greatest(min(begins), min(valid_from), min(starts_on)) AS day, max(ends_on) AS until, amount,
               state, lacks
        FROM spans GROUP BY id, unit_id, state, amount, lacks, span
    ) coverage
"""


def _named(plan: Any) -> Name:
    issuer = unit_names().get(plan.unit_id, plan.unit_id)
    return Name(plan.number, f"{issuer}, {vn_date(plan.issued_on)}", plan.get_absolute_url())


PLANS = source_of(
    REGISTER,
    rows=_ROWS,
    day=_("Tính từ ngày"),
    reached=_("kế hoạch bắt đầu được tính trong kỳ"),
    place=_("Đơn vị được tính"),
    breakdowns={
        "state": Breakdown(
            _("tự ban hành hoặc kế thừa"),
            "state",
            words={"own": _("tự ban hành"), "inherited": _("kế thừa")},
            of_one={"own": _("Có"), "inherited": _("Kế thừa"), "": _("Chưa có")},
        )
    },
    related=("act",),
    # A plan counts with those of other units: once one has changed, all are read as they were.
    together="SELECT record_id FROM changed UNION SELECT id FROM plans_unitplan WHERE EXISTS (SELECT FROM changed)",
    knows=("id", "number", "unit_id", "issued_on"),
    name=_named,
    as_today=_("số, ký hiệu, đơn vị ban hành"),
    nearly=Nearly(
        where={"state": ("partly",)},
        lacks="lacks",
        title=_("Kế thừa một phần, chưa được tính"),
        why=_("Chưa có kế hoạch còn hiệu lực của: %(units)s"),
    ),
)
# Those that must have one, whatever a round's list says: they are counted on the day, and open to no rows.
UNITS = Source(
    "organisations.reporting_unit",
    rows=f"""
        SELECT id AS row_id, id AS record_id, id AS thing, id AS unit_id, 1 AS amount,
               coalesce(valid_from, DATE '-infinity') AS day, CASE WHEN valid_to < {_TODAY} THEN valid_to END AS until
        FROM organisations_organisationunit
        WHERE kind IN ({_KINDS}) AND (valid_from IS NULL OR valid_from <= {_TODAY})
    """,
    permission="organisations.view_organisationunit",
    tracked=(),
    telling=Telling(
        model=OrganisationUnit,
        record=OrganisationUnit,
        noun=_("bộ, ngành, địa phương"),
        reached=_("đơn vị bắt đầu trong kỳ"),
        knows=("id", "slug"),
    ),
)
