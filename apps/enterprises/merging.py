"""Two records of one enterprise: its stages, its files and what other registers say of its code go to the one that
stays. A branch and its enterprise are two records that count once; they are not merged.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_date
from apps.enterprises import places
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.recorded import said
from apps.enterprises.registers import EVALUATIONS, MINISTRIES, SUPPORT
from apps.enterprises.services import check_tax_code
from apps.enterprises.source import SOURCE, counted_by
from apps.enterprises.tax_codes import wrong_check_digit_sql
from apps.registers.closed_periods import closed_note
from apps.registers.declaration import Register, sources_of
from apps.registers.merging.declared import files_of
from apps.registers.merging.finding import DIFFERENT, Why, named_alike
from apps.registers.merging.subject import Facet, Hanging, Subject, admit

# A seat in a province that was merged is one in the province that goes on for it; worked out once for all rows.
_HEIRS = """(
    SELECT jsonb_object_agg(origin_id, today)
    FROM (SELECT origin_id, min(unit_id) AS today FROM unit_successors(%(today)s) GROUP BY 1) heirs
)"""
_ROWS = f"""
    SELECT n.id, n.tax_code AS code, n.name_fold AS name, coalesce({_HEIRS}->>n.unit_id, n.unit_id) AS place,
           ARRAY[n.address]::text[] AS beside
    FROM enterprises_enterprise n
    WHERE n.withdrawn_at IS NULL AND (%(everything)s OR n.unit_id = ANY(%(scope)s))
"""
_WHY = f"""CASE WHEN {wrong_check_digit_sql("f.code")} OR {wrong_check_digit_sql("n.code")}
    THEN {int(Why.WRONG_CODE)} WHEN {DIFFERENT} THEN {int(Why.OTHER_ADDRESS)} ELSE {int(Why.NAME)} END"""
# Of one entity are a branch and its enterprise. One name at two addresses is still one enterprise more often than two,
# but for households, which are called after a person.
_APART = f"""
    length(f.code) <> 12 AND length(n.code) <> 12 AND left(f.code, 10) = left(n.code, 10)
    OR (length(f.code) = 12 OR length(n.code) = 12) AND {DIFFERENT}
"""
_NO_HEAD = f"""
    SELECT n.id, NULL, {int(Why.NO_HEAD)} FROM enterprises_enterprise n
    WHERE n.withdrawn_at IS NULL AND (%(everything)s OR n.unit_id = ANY(%(scope)s)) AND length(n.tax_code) = 14
      AND NOT EXISTS (
          SELECT FROM enterprises_enterprise h WHERE h.tax_code = left(n.tax_code, 10) AND h.withdrawn_at IS NULL
      )
"""
_EVENT_KEY = ("stage", "occurred_on", "unit")
# By their codes only. The same support under another spelling of the name is the same.
_BESIDE: tuple[tuple[Register, tuple[str, ...]], ...] = (
    (SUPPORT, ("task", "mode", "unit", "held_on")),
    (MINISTRIES, ("since",)),
    (EVALUATIONS, ("year", "unit")),
)


def _hanging(was: Enterprise, gone: Enterprise, kept: Enterprise) -> list[Hanging]:
    found = []

    def page(event: ProgrammeEvent) -> str:
        return gone.get_absolute_url()

    for programme in AssuranceProgramme.objects.filter(enterprise=gone):
        same, _created = AssuranceProgramme.objects.get_or_create(enterprise=kept, form=programme.form)
        told = _("giai đoạn")
        found.append(Hanging(ProgrammeEvent, "programme_id", programme.pk, same.pk, told, _EVENT_KEY, page=page))
    for register, key in _BESIDE:
        for code in sorted({was.tax_code, gone.tax_code} - {kept.tax_code}):
            noun = str(register.model._meta.verbose_name)
            found.append(Hanging(register.model, "tax_code", code, kept.tax_code, noun, key, register=register))
    return [*found, files_of(gone, kept)]


def _check(enterprise: Enterprise, by: User) -> None:
    check_tax_code(enterprise)
    enterprise.full_clean(exclude={"tax_code"})


def _apart(kept: Enterprise, gone: Enterprise) -> str:
    if kept.entity_code != gone.entity_code:
        return ""
    return _now("Chi nhánh và doanh nghiệp cùng 10 chữ số đầu là hai hồ sơ; mục tiêu MT5 đã tính một lần.")


def _days(enterprises: Sequence[Enterprise]) -> str:
    """Of what may count no longer, or again: nothing where one of them counts nowhere."""
    in_force = ProgrammeEvent.objects.live().filter(
        programme__enterprise__in=enterprises, stage__in=ProgrammeEvent.IN_FORCE
    )
    found = set(in_force.values_list("programme__enterprise", "occurred_on"))
    counted = {enterprise for enterprise, _day in found}
    return closed_note({day for _enterprise, day in found}) if len(counted) == len(enterprises) else ""


def _list_url() -> str:
    return reverse("enterprises:enterprise_list")


def _place(enterprise: Enterprise) -> str:
    since = _now("từ %(day)s") % {"day": vn_date(enterprise.located_on)}
    return f"{said(enterprise)['unit']}, {since}"


def _facet(name: str, *more: str, stored: str = "") -> Facet:
    field: Any = Enterprise._meta.get_field(name)
    label = capfirst(field.verbose_name)
    return Facet(name, label, (stored or name, *more), lambda row: str(said(row)[name] or ""))


admit(
    Subject(
        slug="enterprises",
        model=Enterprise,
        title=_("Doanh nghiệp"),
        noun=_("doanh nghiệp"),
        list_url=_list_url,
        permission="enterprises.change_enterprise",
        facets=(
            _facet("tax_code", "tax_code_reason"),
            _facet("name"),
            _facet("ownership"),
            _facet("industry", "industry_code", stored="industry_id"),
            Facet("unit", _("Tỉnh, thành phố"), ("unit_id", "located_on"), _place),
            _facet("address"),
            _facet("note"),
        ),
        label=lambda enterprise: f"{enterprise.name} (MST {enterprise.shown_tax_code})",
        home=attrgetter("unit_id"),
        said=said,
        hanging=_hanging,
        check=_check,
        sources=lambda: sorted({SOURCE, *sources_of(SUPPORT), *sources_of(EVALUATIONS)}),
        alike=f"({named_alike(_ROWS, _WHY, _APART)}) UNION ALL {_NO_HEAD}",
        days=_days,
        feeds=counted_by(),
        apart=_apart,
        withdrawn_with=("withdrawn_at",),
        moved=lambda enterprises: places.settle([one.pk for one in enterprises]),
    )
)
