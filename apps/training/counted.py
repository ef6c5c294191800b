"""Attendances as MT4 counts them, on the last day of their course, for the unit that held it; and people, once each.

A person is known by name, year of birth and workplace as written, so the number of people is an estimate.
"""

from django.utils.translation import gettext_lazy as _

from apps.registers.counted import source_of
from apps.targets.facts import Breakdown, Tracked
from apps.training.models import TrainingCourse
from apps.training.registers import ATTENDANCES as REGISTER

_PERSON = "vn_fold({0}.full_name) || '|' || coalesce({0}.birth_year::text, '') || '|' || vn_fold({0}.workplace)"
# A person may stand in several rows: those of the same person count together, as they are or as they were.
_TOGETHER = f"""
    WITH people AS (
        SELECT {_PERSON.format("a")} AS person FROM training_attendance a JOIN changed ON a.id = record_id
        UNION
        SELECT {_PERSON.format("h")} FROM training_attendanceevent h WHERE h.pgh_created_at > {{moment}}
    )
    SELECT a.id AS record_id FROM training_attendance a JOIN people ON people.person = {_PERSON.format("a")}
"""

ATTENDANCES = source_of(
    REGISTER,
    rows=f"""
        SELECT a.id AS row_id, a.id AS record_id, {_PERSON.format("a")} AS thing,
               c.unit_id, c.ends_on AS day, NULL::date AS until, 1 AS amount, a.audience, c.subject
        FROM training_attendance a JOIN training_trainingcourse c ON c.id = a.course_id
        WHERE a.withdrawn_at IS NULL AND c.ends_on >= (SELECT min(starts_on) FROM targets_period)
    """,
    day=_("Bế giảng"),
    reached=_("lượt trong kỳ"),
    place=_("Đơn vị tổ chức"),
    breakdowns={
        "audience": Breakdown(_("đối tượng"), "audience"),
        "subject": Breakdown(_("nội dung"), "subject"),
    },
    also_tracked=(Tracked(TrainingCourse, "a.id", joins="JOIN training_attendance a ON a.course_id = t.id"),),
    related=("course",),
    together=_TOGETHER,
)
