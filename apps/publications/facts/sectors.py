"""Evaluations of enterprises' assurance programmes by sector of the priority list that was in force."""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.reading import connection
from apps.publications.facts.told import Asked, Facts, Grid, Head, Line, amount, provide, words

# An enterprise counts once in a sector, however many units evaluated it.
_COUNT = """
    SELECT s.number, min(s.sector), count(DISTINCT lower(e.tax_code)), count(*)
    FROM enterprises_prioritysector s
    JOIN enterprises_programmeevaluation e ON e.withdrawn_at IS NULL AND e.vsic_version = s.vsic_version
         AND e.vsic <> '' AND (e.vsic LIKE s.vsic || '%%'
             OR EXISTS (SELECT FROM enterprises_industry i WHERE i.version = s.vsic_version AND i.section = s.vsic
                        AND i.code = left(e.vsic, 2)))
    WHERE s.withdrawn_at IS NULL AND s.valid_from <= %(day)s AND (s.valid_to IS NULL OR s.valid_to > %(day)s)
      AND e.year = ANY(%(years)s) AND e.created_at <= %(as_of)s
    GROUP BY s.act_id, s.number ORDER BY s.number
"""


@provide("60-sectors")
def tell_sectors(asked: Asked, facts: Facts) -> None:
    if not asked.is_national:
        return
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"day": asked.day, "years": list(asked.years), "as_of": asked.as_of})
        rows = cursor.fetchall()
    heads = (Head(_("Số thứ tự"), "center", 1), Head(_("Ngành, lĩnh vực trọng tâm"), weight=6),
             Head(_("Doanh nghiệp được đánh giá"), "right", 2), Head(_("Lượt đánh giá"), "right", 2))  # fmt: skip
    lines = tuple(Line((words(place), words(name), amount(firms), amount(all_))) for place, name, firms, all_ in rows)
    facts.lay(Grid("sectors", _("Chương trình đảm bảo đo lường được đánh giá theo ngành, lĩnh vực trọng tâm"), heads,
                   lines, source=reverse("registers:row_list", args=["evaluations"]),
                   as_of=asked.as_of.isoformat()))  # fmt: skip
