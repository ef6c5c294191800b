"""Laboratories as MT6 counts them: each once, at its first assessment by the national criteria that says "met", for the
province where it stands. MT6a: the bodies of those laboratories, each once.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from apps.labs.models import ConformityBody, CriteriaAssessment, Laboratory
from apps.labs.registers import ASSESSMENTS, LABS
from apps.registers.models import RegisterRow
from apps.targets.facts import Breakdown, Column, Name, Source, Telling, Text, Tracked

_ROWS = """
    SELECT a.id AS row_id, {thing} AS record_id, {thing} AS thing, l.unit_id, a.assessed_on AS day, NULL::date AS until,
           1 AS amount, a.criteria_set_id AS criteria_set, b.kind AS body_kind
    FROM labs_criteriaassessment a
    JOIN labs_laboratory l ON l.id = a.laboratory_id
    JOIN labs_conformitybody b ON b.id = l.body_id
    WHERE a.withdrawn_at IS NULL AND a.verdict = 'met'
      AND a.assessed_on >= (SELECT min(starts_on) FROM targets_period)
"""
_NAMED = """
    SELECT {record}.id, {record}.name, {record}.code, a.entered_by_id, a.batch_id, a.created_at
    FROM labs_criteriaassessment a
    JOIN labs_laboratory l ON l.id = a.laboratory_id
    JOIN labs_conformitybody b ON b.id = l.body_id
    WHERE a.id = page.row_id
"""
_SIGHT = "EXISTS (SELECT 1 FROM labs_laboratory seen WHERE seen.{key} = {{record}} AND seen.unit_id = ANY(%(scope)s))"
_BREAKDOWNS = {
    "criteria": Breakdown(_("bộ tiêu chí"), "criteria_set"),
    "body": Breakdown(_("loại tổ chức"), "body_kind"),
}


def _telling(record: type[RegisterRow], table: str, noun: Text, reached: Text, name: Callable[[Any], Name]) -> Telling:
    return Telling(
        model=CriteriaAssessment,
        record=record,
        noun=noun,
        reached=reached,
        place=_("Nơi đặt phòng thí nghiệm"),
        day=_("Đánh giá đạt lần đầu"),
        as_today=_("tên"),
        related=("laboratory",),
        knows=("id", "name", "code"),
        name=name,
        named=_NAMED.format(record=table),
        names=(
            Column(_("Mã"), lambda one: one.code),
            Column(_("Tên"), lambda one: one.name),
        ),
        says=(
            Column(_("Số biên bản đánh giá"), lambda row: row.code),
            Column(_("Bộ tiêu chí"), lambda row: row.criteria_set_id),
            Column(_("Phòng thí nghiệm"), lambda row: str(row.laboratory)),
        ),
        unit_of=lambda row: row.home_id,
    )


def _laboratory(found: Laboratory) -> Name:
    return Name(found.name, found.code, found.get_absolute_url())


def _body(found: ConformityBody) -> Name:
    """To its laboratories that the person may see: the body itself may be another unit's to keep."""
    return Name(found.name, found.code, f"{LABS.list_url}?{urlencode({'body': found.code})}")


LABORATORIES = Source(
    ASSESSMENTS.source,
    rows=_ROWS.format(thing="l.id"),
    permission=ASSESSMENTS.permission("view"),
    tracked=(
        Tracked(CriteriaAssessment, "t.laboratory_id"),
        Tracked(Laboratory),
        Tracked(ConformityBody, "l.id", joins="JOIN labs_laboratory l ON l.body_id = t.id"),
    ),
    breakdowns=_BREAKDOWNS,
    sight=_SIGHT.format(key="id"),
    telling=_telling(
        Laboratory, "l", _("phòng thí nghiệm"), _("phòng thí nghiệm được đánh giá đạt trong kỳ"), _laboratory
    ),
)
BODIES = Source(
    "labs.assessed_body",
    same_rows_as=ASSESSMENTS.source,
    rows=_ROWS.format(thing="b.id"),
    permission=ASSESSMENTS.permission("view"),
    tracked=(
        Tracked(CriteriaAssessment, "l.body_id", joins="JOIN labs_laboratory l ON l.id = t.laboratory_id"),
        Tracked(Laboratory, "t.body_id"),
        Tracked(ConformityBody),
    ),
    breakdowns=_BREAKDOWNS,
    sight=_SIGHT.format(key="body_id"),
    telling=_telling(
        ConformityBody, "b", _("tổ chức"), _("tổ chức có phòng thí nghiệm được đánh giá đạt trong kỳ"), _body
    ),
)
