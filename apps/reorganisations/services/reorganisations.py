"""Recording an act that changes units, and taking it back before its date. Nothing that was is ever deleted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.kept_words import in_vietnamese
from apps.core.moves import audit_of, go, hold
from apps.documents.models import LegalDocument
from apps.documents.services import DocumentFacts, known_document
from apps.jobs.services import enqueue
from apps.organisations.models import OrganisationUnit, Reorganisation, Succession, UnitName
from apps.reorganisations.services.checks import check_plan
from apps.reorganisations.services.identifiers import Identifiers
from apps.reorganisations.services.plans import Plan, Result, becomes_office, last_name, with_parts
from apps.reorganisations.services.preview import as_kept, counted
from apps.reorganisations.services.references import references_to
from apps.reorganisations.services.states import State, state_of, what_changed

ActKind = Reorganisation.Kind
Kind = OrganisationUnit.Kind
Relation = Succession.Relation
RELATIONS = {
    ActKind.MERGER: Relation.MERGED,
    ActKind.SPLIT: Relation.SPLIT,
    ActKind.TRANSFER: Relation.UNCHANGED,
    ActKind.CHANGE_OF_KIND: Relation.REORGANISED,
}


@dataclass(frozen=True)
class Beginning:
    """A unit that an act begins, and the units it follows."""

    pk: str
    slug: str
    result: Result
    kind: str
    label: str
    relation: str
    sources: Sequence[OrganisationUnit]


@transaction.atomic
def record_reorganisation(plan: Plan, *, document: LegalDocument | DocumentFacts, by: User) -> Reorganisation:
    """Merge, split, rename, move or change the kind of units from a day on; before that day it is only planned."""
    _one_at_a_time()
    plan = _locked(plan)
    check_plan(plan)
    basis = known_document(document, by=by)
    beginnings = [] if plan.keeps_unit else list(_beginnings(plan))
    with in_vietnamese():
        told = _told(plan, beginnings) | ({} if plan.keeps_unit else {"carried": as_kept(counted(plan))})
    act = Reorganisation(kind=plan.kind, effective_on=plan.effective_on, document=basis, recorded_by=by, plan=told)
    act.full_clean()
    act.save()
    before = {unit.pk: state_of(unit) for unit in (*plan.units, *plan.parts)}
    if plan.keeps_unit:
        _rename(plan, act)
        touched = [plan.units[0]]
    else:
        touched = [*plan.units, *plan.parts, *_replace(plan, act, beginnings)]
    for unit in touched:
        _note(audit_of(act, "record"), unit, act, by, before=before.get(unit.pk, {}), after=state_of(unit))
    enqueue("progress.recompute_units", by=by)  # the number of units is below a figure: which, only progress knows
    return act


def codes_after(plan: Plan) -> list[str]:
    """By which code each result will be known, as far as nobody records another act meanwhile."""
    if plan.keeps_unit:
        return [unit.pk for unit in plan.units]
    return [one.pk for one in _beginnings(plan)][: len(plan.results)]


@transaction.atomic
def withdraw_reorganisation(act: Reorganisation, reason: str, *, by: User) -> Reorganisation:
    """Take a planned act out again; its row stays and says who, when and why."""
    _one_at_a_time()
    act, move = hold(act, "withdraw")
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Nhập lý do."), code="required")})
    begun = list(act.begun.select_for_update())  # whoever is about to refer to them waits, and then finds them gone
    kept = list(OrganisationUnit.objects.filter(_kept_by(act)).select_for_update(of=("self",)).order_by("pk"))
    _refuse_if_built_upon(act, begun, kept)
    before = {unit.pk: state_of(unit) for unit in kept}
    for unit in begun:
        _note(move.audit, unit, act, by, before=state_of(unit), after={}, reason=reason)
    _take_out(act, begun, kept)
    for unit in kept:
        _note(move.audit, unit, act, by, before=before[unit.pk], after=state_of(unit), reason=reason)
    act.withdrawn_reason = reason.strip()
    changed = go(act, move, by=by)
    act.full_clean()
    act.save(update_fields=[*changed, "withdrawn_reason"])
    return act


def _note(
    action: str, unit: OrganisationUnit, act: Reorganisation, by: User, before: State, after: State, reason: str = ""
) -> None:
    told = {
        "act": act.pk,
        "kind": act.kind,
        "effective_on": act.effective_on.isoformat(),
        "document": str(act.document),
    }
    before, after = what_changed(before, after)
    record(action, by=by, target=unit, unit=unit.pk, reason=reason, before=before, after=after, **told)


def _one_at_a_time() -> None:
    """Acts are rare, and two at once could give one name or one code twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('organisations.reorganisation'))")


def _locked(plan: Plan) -> Plan:
    """The plan over its units as they stand now; nobody else changes them before the end of the transaction."""
    rows = OrganisationUnit.objects.filter(pk__in={unit.pk for unit in plan.units})
    found = {unit.pk: unit for unit in rows.select_for_update(of=("self",), no_key=True).order_by("pk")}
    return with_parts(replace(plan, units=[found[unit.pk] for unit in plan.units]), locked=True)


def _beginnings(plan: Plan) -> Iterator[Beginning]:
    """Every new unit with its id and slug; those above come before their parts."""
    given = Identifiers(plan.effective_on.year)
    anew: dict[str | None, str] = {}  # slugs of those that go on under another id, for their parts
    relation = RELATIONS[ActKind(plan.kind)]
    for result in plan.results:
        parent = plan.parent_of(result) if plan.units[0].kind == Kind.DEPARTMENT else None
        slug = given.slug(result.short_name, parent.slug if parent else "")
        pk = _id(given, plan, result, slug)
        anew[plan.units[0].pk] = slug
        yield Beginning(pk, slug, result, plan.kind_after, plan.label_of(result), relation, plan.units)
    for part, result in plan.part_results():
        slug = given.slug(result.short_name, anew[part.parent_id])
        anew[part.pk] = slug
        yield Beginning(given.unit_id("", slug), slug, result, part.kind, result.kind_label, Relation.UNCHANGED, [part])


def _id(given: Identifiers, plan: Plan, result: Result, slug: str) -> str:
    if plan.units[0].kind == Kind.PROVINCE:
        return given.province_id(result.code)
    # Sở KH&CN of every province have one symbol: one that moves is known by the new unit above.
    return given.unit_id("" if plan.kind == ActKind.TRANSFER else _symbol(plan, result), slug)


def _symbol(plan: Plan, result: Result) -> str:
    """A new unit carries its first predecessor's symbol; the parts of a split would share it."""
    if result.symbol is not None:
        return result.symbol
    return "" if plan.kind == ActKind.SPLIT else plan.units[0].symbol


def _told(plan: Plan, beginnings: Sequence[Beginning]) -> dict[str, Any]:
    """The plan as it stays on the act, readable without the units."""
    count = len(plan.results)
    ids = [one.pk for one in beginnings[:count]] or [plan.units[0].pk]
    told: dict[str, Any] = {
        "units": [
            {"id": unit.pk, "name": last_name(unit).name, "kind_label": last_name(unit).kind_label}
            for unit in plan.units
        ],
        "results": [
            {
                "id": pk,
                "name": result.name,
                "short_name": result.short_name,
                "kind_label": plan.label_of(result),
                "code": result.code,
                "share": str(result.share),
                "takes_members": result.takes_members,
            }
            for pk, result in zip(ids, plan.results, strict=True)
        ],
    }
    if plan.parts:
        told["parts"] = [
            {"id": one.sources[0].pk, "name": one.result.name, "new_id": one.pk} for one in beginnings[count:]
        ]
    if plan.kind == ActKind.TRANSFER:
        parents = [unit for unit in (plan.units[0].parent, plan.results[0].parent) if unit]
        told["parents"] = [{"id": unit.pk, "name": last_name(unit).name} for unit in parents]
    return told


def _close_name(unit: OrganisationUnit, last_day: date) -> UnitName:
    name = last_name(unit)
    name.valid_to = last_day
    name.full_clean()
    name.save(update_fields=["valid_to"])
    return name


def _add_name(unit: OrganisationUnit, result: Result, label: str, act: Reorganisation, name_en: str) -> None:
    name = UnitName(
        unit=unit,
        name=result.name,
        short_name=result.short_name,
        name_en=name_en,
        kind_label=label,
        valid_from=act.effective_on,
        decision=str(act.document),
        recorded_with=act,
    )
    name.full_clean()
    name.save()


def _rename(plan: Plan, act: Reorganisation) -> None:
    unit, result = plan.units[0], plan.results[0]
    before = _close_name(unit, plan.last_day)
    _add_name(unit, result, plan.label_of(result), act, result.name_en or before.name_en)


def _replace(plan: Plan, act: Reorganisation, beginnings: Sequence[Beginning]) -> list[OrganisationUnit]:
    """End the units before, begin those after, and say who follows whom."""
    for unit in (*plan.units, *plan.parts):
        _close_name(unit, plan.last_day)
        unit.valid_to, unit.ended_by = plan.last_day, act
        unit.full_clean()
        unit.save(update_fields=["valid_to", "ended_by", "updated_at"])
    anew: dict[str | None, OrganisationUnit] = {}
    for one in beginnings:
        parent = one.result.parent or one.sources[0].parent
        unit = _begin(plan, one, act, anew.get(parent.pk, parent) if parent else None)
        _add_name(unit, one.result, one.label, act, one.result.name_en)
        for predecessor in one.sources:
            _follow(predecessor, unit, one, act)
        anew[one.sources[0].pk] = unit
    return list(act.begun.all())


def _begin(plan: Plan, one: Beginning, act: Reorganisation, parent: OrganisationUnit | None) -> OrganisationUnit:
    first, result = one.sources[0], one.result
    unit = OrganisationUnit(
        id=one.pk,
        slug=one.slug,
        kind=one.kind,
        code=result.code,
        symbol=_symbol(plan, result),
        parent=parent,
        region=first.region if result.region is None else result.region,
        valid_from=plan.effective_on,
        basis=str(act.document),
        is_programme_office=becomes_office(one.sources, one.result),
        is_focal=_becomes_focal(one, parent),
        begun_by=act,
    )
    unit.full_clean()
    unit.save(force_insert=True)
    return unit


def _becomes_focal(one: Beginning, parent: OrganisationUnit | None) -> bool:
    """Where a focal sub-unit went, its task goes with the people, unless the parent has named another."""
    if parent is None or not one.result.takes_members or not any(unit.is_focal for unit in one.sources):
        return False
    return not parent.children.filter(is_focal=True, valid_to__isnull=True).exists()


def _follow(predecessor: OrganisationUnit, unit: OrganisationUnit, one: Beginning, act: Reorganisation) -> None:
    link = Succession(
        predecessor=predecessor,
        successor=unit,
        effective_on=act.effective_on,
        relation=one.relation,
        share=one.result.share,
        takes_members=one.result.takes_members,
        legal_basis=str(act.document),
        recorded_with=act,
    )
    link.full_clean()
    link.save()


# --- taking back ------------------------------------------------------------------------------------------------------


def _kept_by(act: Reorganisation) -> Q:
    """Units that were before the act: ended or renamed by it."""
    return Q(ended_by=act) | Q(pk__in=act.names.exclude(unit__begun_by=act).values("unit"))


def _refuse_if_built_upon(act: Reorganisation, begun: list[OrganisationUnit], kept: list[OrganisationUnit]) -> None:
    later = UnitName.objects.filter(unit__in=[*begun, *kept], valid_from__gt=act.effective_on).exclude(
        recorded_with=act
    )
    ended = OrganisationUnit.objects.filter(pk__in=[unit.pk for unit in [*begun, *kept]], valid_to__isnull=False)
    if later.exists() or ended.exclude(ended_by=act).exists():
        told = _("Đã ghi nhận việc sắp xếp sau đó của cùng đơn vị: rút việc sau trước.")
        raise ValidationError(told, code="built_upon")
    for unit in begun:
        held = [found.label for found in references_to([unit.pk]) if _foreign(found.rows, act).exists()]
        if held:
            told = _("Không rút được: %(unit)s đã được nhắc đến trong %(what)s.")
            words = {"unit": last_name(unit).short_name, "what": ", ".join(held)}
            raise ValidationError(told % words, code="in_use")


def _foreign(rows: QuerySet, act: Reorganisation) -> QuerySet:
    """What the act itself brought does not hold it back."""
    if rows.model is OrganisationUnit:
        return rows.exclude(begun_by=act)
    return rows.exclude(recorded_with=act) if rows.model in (UnitName, Succession) else rows


def _take_out(act: Reorganisation, begun: list[OrganisationUnit], kept: list[OrganisationUnit]) -> None:
    act.successions.all().delete()
    act.names.all().delete()
    for unit in _parts_first(begun):
        unit.delete()
    eve = act.effective_on - timedelta(days=1)
    UnitName.objects.filter(unit__in=kept, valid_to=eve).update(valid_to=None)
    for unit in kept:
        if unit.ended_by_id == act.pk:
            unit.valid_to = unit.ended_by = None
            unit.full_clean()
            unit.save(update_fields=["valid_to", "ended_by", "updated_at"])


def _parts_first(units: Sequence[OrganisationUnit]) -> list[OrganisationUnit]:
    """None before those below it."""
    ordered: list[OrganisationUnit] = []
    waiting = list(units)
    while waiting:
        above = {unit.parent_id for unit in waiting}
        lowest = [unit for unit in waiting if unit.pk not in above]
        ordered += lowest
        waiting = [unit for unit in waiting if unit not in lowest]
    return ordered
