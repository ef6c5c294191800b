"""Attendances as MT4 counts them, on the last day of their course, for the unit that held it; and people, once each.

A person is known by name, year of birth and workplace as written, so the number of people is an estimate.
"""

from django.utils.translation import gettext_lazy as _

from apps.registers.counted import source_of
from apps.targets.facts import Breakdown, Tracked
from apps.training.models import TrainingCourse
from apps.training.registers import ATTENDANCES as REGISTER

ATTENDANCES = source_of(
    REGISTER,
    rows="""
        SELECT a.id AS row_id, a.id AS record_id,
               vn_fold(a.full_name) || '|' || coalesce(a.birth_year::text, '') || '|' || vn_fold(a.workplace) AS thing,
               c.unit_id, c.ends_on AS day, NULL::date AS until, 1 AS amount, a.audience, c.subject
        FROM training_attendance a JOIN training_trainingcourse c ON c.id = a.course_id
        WHERE a.withdrawn_at IS NULL
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
)
