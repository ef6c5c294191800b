"""Recording an act that changes units, and taking it back before its date. Nothing that was is ever deleted."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.documents.models import LegalDocument
from apps.organisations.models import OrganisationUnit, Reorganisation, Succession, UnitName
from apps.organisations.services.identifiers import Identifiers
from apps.organisations.services.plans import Plan, Result, check_plan, last_name
from apps.organisations.services.references import references_to
from apps.organisations.services.states import State, state_of, what_changed

ActKind = Reorganisation.Kind
Kind = OrganisationUnit.Kind
RELATIONS = {ActKind.MERGER: Succession.Relation.MERGED, ActKind.SPLIT: Succession.Relation.SPLIT}


@dataclass(frozen=True)
class DocumentFacts:
    """An act of law by its number; the rest is asked for only where the number is new."""

    number: str
    kind: str = ""
    title: str = ""
    issuer: str = ""
    issued_on: date | None = None


@transaction.atomic
def record_reorganisation(plan: Plan, *, document: LegalDocument | DocumentFacts | None, by: User) -> Reorganisation:
    """Merge, split, rename or change the kind of units from a day on; before that day it is only planned."""
    _one_at_a_time()
    plan = _locked(plan)
    check_plan(plan)
    basis = _document(document, by)
    identities = [] if plan.keeps_unit else _identities(plan)
    act = Reorganisation(
        kind=plan.kind, effective_on=plan.effective_on, document=basis, recorded_by=by, plan=_told(plan, identities)
    )
    act.full_clean()
    act.save()
    before = {unit.pk: state_of(unit) for unit in plan.units}
    if plan.keeps_unit:
        _rename(plan, act)
        touched = [plan.units[0]]
    else:
        touched = [*plan.units, *_replace(plan, act, identities)]
    for unit in touched:
        _note("reorganisation.recorded", unit, act, by, before=before.get(unit.pk, {}), after=state_of(unit))
    return act


@transaction.atomic
def withdraw_reorganisation(act: Reorganisation, reason: str, *, by: User) -> Reorganisation:
    """Take a planned act out again; its row stays and says who, when and why."""
    _one_at_a_time()
    act = Reorganisation.objects.select_for_update(of=("self",)).get(pk=act.pk)
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Nhập lý do."), code="required")})
    if act.withdrawn_at is not None:
        raise ValidationError(_("Việc sắp xếp này đã được rút."), code="withdrawn")
    if not act.is_withdrawable:
        told = _("Việc sắp xếp đã có hiệu lực từ %(day)s, không rút được nữa. Ghi nhận một việc sắp xếp mới.")
        raise ValidationError(told % {"day": f"{act.effective_on:%d/%m/%Y}"}, code="in_effect")
    begun = list(act.begun.select_for_update())  # whoever is about to refer to them waits, and then finds them gone
    kept = list(OrganisationUnit.objects.filter(_kept_by(act)).select_for_update(of=("self",)).order_by("pk"))
    _refuse_if_built_upon(act, begun, kept)
    before = {unit.pk: state_of(unit) for unit in kept}
    for unit in begun:
        _note("reorganisation.withdrawn", unit, act, by, before=state_of(unit), after={}, reason=reason)
    _take_out(act, begun, kept)
    for unit in kept:
        _note("reorganisation.withdrawn", unit, act, by, before=before[unit.pk], after=state_of(unit), reason=reason)
    act.withdrawn_by, act.withdrawn_at, act.withdrawn_reason = by, timezone.now(), reason.strip()
    act.full_clean()
    act.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
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
    return Plan(plan.kind, [found[unit.pk] for unit in plan.units], plan.results, plan.effective_on)


def _document(document: LegalDocument | DocumentFacts | None, by: User) -> LegalDocument:
    if isinstance(document, LegalDocument):
        return document
    if document is None or not document.number:
        raise ValidationError({"number": ValidationError(_("Nhập số, ký hiệu của văn bản."), code="no_document")})
    known = LegalDocument.objects.filter(number__iexact=document.number).first()
    if known:
        return known
    facts = {"kind": document.kind, "title": document.title, "issuer": document.issuer}
    new = LegalDocument(number=document.number, issued_on=document.issued_on, **facts)
    new.full_clean()
    new.save()
    record("document.added", by=by, target=new, after={"number": new.number, **facts})
    return new


def _identities(plan: Plan) -> list[tuple[str, str]]:
    """Id and slug of every new unit."""
    given = Identifiers(plan.effective_on.year)
    first = plan.units[0]
    found = []
    for result in plan.results:
        parent = plan.parent_of(result) if first.kind == Kind.DEPARTMENT else None
        slug = given.slug(result.short_name, parent)
        symbol = _symbol(plan, result)
        is_province = first.kind == Kind.PROVINCE
        found.append((given.province_id(result.code) if is_province else given.unit_id(symbol, slug), slug))
    return found


def _symbol(plan: Plan, result: Result) -> str:
    """A merged unit carries its first predecessor's symbol; the parts of a split would share it."""
    if result.symbol is not None:
        return result.symbol
    return plan.units[0].symbol if plan.kind == ActKind.MERGER else ""


def _told(plan: Plan, identities: list[tuple[str, str]]) -> dict[str, Any]:
    """The plan as it stays on the act, readable without the units."""
    ids = [pk for pk, _slug in identities] or [plan.units[0].pk]
    return {
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


def _close_name(unit: OrganisationUnit, last_day: date) -> UnitName:
    name = last_name(unit)
    name.valid_to = last_day
    name.full_clean()
    name.save(update_fields=["valid_to"])
    return name


def _add_name(unit: OrganisationUnit, plan: Plan, result: Result, act: Reorganisation, name_en: str) -> None:
    name = UnitName(
        unit=unit,
        name=result.name,
        short_name=result.short_name,
        name_en=name_en,
        kind_label=plan.label_of(result),
        valid_from=plan.effective_on,
        decision=str(act.document),
        recorded_with=act,
    )
    name.full_clean()
    name.save()


def _rename(plan: Plan, act: Reorganisation) -> None:
    unit, result = plan.units[0], plan.results[0]
    before = _close_name(unit, plan.last_day)
    _add_name(unit, plan, result, act, result.name_en or before.name_en)


def _replace(plan: Plan, act: Reorganisation, identities: list[tuple[str, str]]) -> list[OrganisationUnit]:
    """End the units before, begin those after, and say who follows whom."""
    for unit in plan.units:
        _close_name(unit, plan.last_day)
        unit.valid_to, unit.ended_by = plan.last_day, act
        unit.full_clean()
        unit.save(update_fields=["valid_to", "ended_by", "updated_at"])
    new = []
    for (pk, slug), result in zip(identities, plan.results, strict=True):
        unit = _begin(plan, result, act, pk, slug)
        _add_name(unit, plan, result, act, result.name_en)
        for predecessor in plan.units:
            _follow(predecessor, unit, result, act)
        new.append(unit)
    return new


def _begin(plan: Plan, result: Result, act: Reorganisation, pk: str, slug: str) -> OrganisationUnit:
    first, parent = plan.units[0], plan.parent_of(result)
    unit = OrganisationUnit(
        id=pk,
        slug=slug,
        kind=first.kind,
        code=result.code,
        symbol=_symbol(plan, result),
        parent=parent,
        region=first.region if result.region is None else result.region,
        valid_from=plan.effective_on,
        basis=str(act.document),
        is_programme_office=any(unit.is_programme_office for unit in plan.units),
        is_focal=_becomes_focal(plan, result, parent),
        begun_by=act,
    )
    unit.full_clean()
    unit.save(force_insert=True)
    return unit


def _becomes_focal(plan: Plan, result: Result, parent: OrganisationUnit | None) -> bool:
    """Where a focal sub-unit went, its task goes with the people, unless the parent has named another."""
    if parent is None or not result.takes_members or not any(unit.is_focal for unit in plan.units):
        return False
    return not parent.children.filter(is_focal=True, valid_to__isnull=True).exists()


def _follow(predecessor: OrganisationUnit, unit: OrganisationUnit, result: Result, act: Reorganisation) -> None:
    link = Succession(
        predecessor=predecessor,
        successor=unit,
        effective_on=act.effective_on,
        relation=RELATIONS[ActKind(act.kind)],
        share=result.share,
        takes_members=result.takes_members,
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
    return rows.exclude(recorded_with=act) if rows.model in (UnitName, Succession) else rows


def _take_out(act: Reorganisation, begun: list[OrganisationUnit], kept: list[OrganisationUnit]) -> None:
    act.successions.all().delete()
    act.names.all().delete()
    for unit in begun:
        unit.delete()
    eve = act.effective_on - timedelta(days=1)
    UnitName.objects.filter(unit__in=kept, valid_to=eve).update(valid_to=None)
    for unit in kept:
        if unit.ended_by_id == act.pk:
            unit.valid_to = unit.ended_by = None
            unit.full_clean()
            unit.save(update_fields=["valid_to", "ended_by", "updated_at"])
