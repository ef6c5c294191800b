"""Accepted numbers of reports as figures on the basis of reports count them: on the last day of their period.

Where a successor said that its number is of the whole period, what its predecessors reported of a part of it stays on
record and is counted nowhere. So does the number of a unit that is left out by a decision.
"""

from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import number
from apps.organisations.selectors import unit_labels
from apps.targets.accepted import AcceptedValue, report_address
from apps.targets.exclusions import Exclusion
from apps.targets.facts import Column, Name, Source, Telling, Tracked
from apps.targets.models import Indicator

# back: what stands on record for a successor's whole period, carried to each of those whose past it carries. Few are
# left out: NOT IN looks each row up among these, where NOT EXISTS would have all rows sorted first. None of the columns
# is ever empty, else it would find nothing.
_ROWS = """
    SELECT * FROM (
        WITH RECURSIVE back(period_id, indicator_id, unit_id) AS (
            SELECT a.period_id, a.indicator_id, s.predecessor_id
            FROM targets_acceptedvalue a
            JOIN organisations_succession s ON s.successor_id = a.unit_id AND s.share > 0
            WHERE a.withdrawn_at IS NULL AND a.covers_predecessors
            UNION
            SELECT b.period_id, b.indicator_id, s.predecessor_id
            FROM back b JOIN organisations_succession s ON s.successor_id = b.unit_id AND s.share > 0
        )
        SELECT a.id AS row_id, a.id AS record_id, a.id::text AS thing, a.unit_id, per.ends_on AS day,
               CASE WHEN i.aggregation = 'latest' THEN per.ends_on END AS until, a.value AS amount, i.code AS indicator
        FROM targets_acceptedvalue a
        JOIN targets_period per ON per.id = a.period_id JOIN targets_indicator i ON i.id = a.indicator_id
        WHERE a.withdrawn_at IS NULL
          AND (a.unit_id, a.period_id, a.indicator_id) NOT IN (SELECT unit_id, period_id, indicator_id FROM back)
          AND (a.unit_id, a.period_id, a.indicator_id) NOT IN (
              SELECT unit_id, period_id, indicator_id FROM targets_exclusion WHERE withdrawn_at IS NULL
          )
    ) accepted
"""
# The numbers that an exclusion leaves out.
_OF_THE_SAME = (
    "JOIN targets_acceptedvalue a"
    " ON a.unit_id = t.unit_id AND a.period_id = t.period_id AND a.indicator_id = t.indicator_id"
)


def _named(row: AcceptedValue) -> Name:
    label = unit_labels()[row.unit_id]
    told = _("Báo cáo %(round)s: %(unit)s") % {"round": row.round_code, "unit": label.distinct_name}
    return Name(str(told), "", report_address(row.round_code, label.slug))


ACCEPTED = Source(
    "targets.acceptedvalue",
    rows=_ROWS,
    permission="targets.view_indicatorvalue",
    basis=Indicator.Basis.REPORT,
    tracked=(Tracked(AcceptedValue), Tracked(Exclusion, "a.id", joins=_OF_THE_SAME)),
    telling=Telling(
        model=AcceptedValue,
        record=AcceptedValue,
        noun=_("báo cáo được chấp nhận"),
        reached=_("theo báo cáo trong kỳ"),
        place=_("Đơn vị báo cáo"),
        day=_("Ngày cuối kỳ"),
        knows=("id", "unit_id", "round_code"),
        name=_named,
        says=(Column(_("Giá trị"), lambda row: number(row.value)),),
    ),
)
