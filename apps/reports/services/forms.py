"""The report form's versions: a copy is changed until it is issued, and never again."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.text import clean_text
from apps.registers.changing import apply, refusal
from apps.reports.models import FormBlock, FormCell, FormRule, FormVersion
from apps.reports.models.forms import KEY

CHANGE = "reports.change_formversion"
EDITED = ("label", "hint", "unit_label", "is_required", "group")
TYPED = (FormBlock.Layout.LIST, FormBlock.Layout.TEXT)  # blocks that take one cell more; a grid has its own shape


@dataclass(frozen=True)
class CellFacts:
    key: str
    code: str
    label: str
    kind: str
    unit_label: str = ""
    is_required: bool = False
    group: str = ""


def _held(form: FormVersion, by: User) -> FormVersion:
    """Locked, and still a draft: whoever changes something of it waits for whoever issues it."""
    if not by.has_perm(CHANGE):
        raise PermissionDenied
    form = FormVersion.objects.select_for_update().get(pk=form.pk)
    if form.is_issued:
        raise refusal(None, _("Biểu mẫu đã ban hành, không sửa được. Sao thành phiên bản mới rồi sửa."), "issued")
    return form


def _cell_of(form: FormVersion, cell: FormCell) -> FormCell:
    """As it is now, unless somebody has taken it out meanwhile."""
    found: FormCell | None = form.cells.filter(pk=cell.pk).first()
    if found is None:
        raise refusal(None, _("Biểu mẫu không còn ô này. Mở lại trang để xem."), "gone")
    return found


def _note(action: str, form: FormVersion, by: User, **told: Any) -> None:
    record(f"form.{action}", target=form, by=by, **told)


@transaction.atomic
def copy_form(form: FormVersion, *, by: User) -> FormVersion:
    """The next version for the same kind of unit; cells keep their keys, so series go on. One draft at a time."""
    if not by.has_perm(CHANGE):
        raise PermissionDenied
    same = FormVersion.objects.filter(audience=form.audience)
    # Whoever copies at the same time waits here, and then asks anew: what waited sees no row made meanwhile.
    list(same.select_for_update().order_by("pk").values_list("pk", flat=True))
    if same.filter(issued_at__isnull=True).exists():
        raise refusal(None, _("Loại đơn vị này đã có một phiên bản đang sửa."), "draft_there")
    last = same.aggregate(most=Max("number"))["most"]
    made = FormVersion.objects.create(
        audience=form.audience, number=last + 1, title=form.title, signer=form.signer, note="", copied_from=form
    )
    sections = _again(form.sections.all(), {"form": made})
    blocks = _again(FormBlock.objects.filter(section__form=form), {}, section=sections)
    cells = _again(form.cells.all(), {"form": made}, block=blocks)
    _again(form.rules.all(), {"form": made}, cell=cells)
    _note("copied", made, by, after={"copied_from": str(form)})
    return made


def _again(rows: Any, given: dict[str, Any], **parents: dict[int, Any]) -> dict[int, Any]:
    """The same rows once more, under their new parents; by the old key."""
    old = list(rows.order_by("pk"))
    new = []
    for row in old:
        told = {
            field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
        }
        for name, known in parents.items():
            told[f"{name}_id"] = known[told[f"{name}_id"]].pk
        for name, value in given.items():
            told[f"{name}_id"] = value.pk
        new.append(type(row)(**told))
    rows.model._default_manager.bulk_create(new)
    return {one.pk: other for one, other in zip(old, new, strict=True)}


@transaction.atomic
def change_cell(form: FormVersion, cell: FormCell, changes: dict[str, Any], *, by: User) -> FormCell:
    form = _held(form, by)
    cell = _cell_of(form, cell)
    changed = apply(cell, {name: value for name, value in changes.items() if name in EDITED})
    if changed:
        cell.full_clean(exclude=["form", "block", "indicator"])
        cell.save(update_fields=list(changed))
        _note("cell_changed", form, by, after={"cell": cell.code, **changed})
    return cell


@transaction.atomic
def move_cell(form: FormVersion, cell: FormCell, direction: int, *, by: User) -> FormCell:
    """One place up or down within its block; at its end nothing happens."""
    form = _held(form, by)
    cell = _cell_of(form, cell)
    cells = list(FormCell.objects.filter(block=cell.block_id).order_by("position", "pk"))
    at = next(place for place, one in enumerate(cells) if one.pk == cell.pk)
    to = at + (1 if direction > 0 else -1)
    if 0 <= to < len(cells):
        cells[at], cells[to] = cells[to], cells[at]
        for place, one in enumerate(cells, 1):
            one.position = place
        FormCell.objects.bulk_update(cells, ["position"])
        _note("cell_moved", form, by, after={"cell": cell.code, "position": to + 1})
    return cell


_KEY_SHAPE = gettext_lazy(
    "Khóa chỉ gồm chữ thường không dấu và chữ số, giữa các phần là một dấu chấm, gạch ngang hoặc gạch dưới, "
    "ví dụ documents.guides."
)


@transaction.atomic
def add_cell(form: FormVersion, block: FormBlock, facts: CellFacts, *, by: User) -> FormCell:
    """At the end of a list, or of a block of texts. A key that an earlier version had goes on with its series."""
    form = _held(form, by)
    if block.section.form_id != form.pk or block.layout not in TYPED:
        raise refusal(None, _("Bảng này không nhận thêm ô."), "no_place")
    for name, words in (("code", _("Biểu mẫu đã có ô mang mã này.")), ("key", _("Biểu mẫu đã có ô mang khóa này."))):
        if form.cells.filter(**{name: getattr(facts, name)}).exists():
            raise refusal(name, words, "unique")
    if not re.search(KEY, facts.key):  # the model's own check would be told above the form
        raise refusal("key", str(_KEY_SHAPE), "shape")
    last = block.cells.aggregate(most=Max("position"))["most"] or 0
    cell = FormCell(form=form, block=block, position=last + 1, **vars(facts))
    cell.full_clean(exclude=["form", "block"])
    cell.save()
    _note("cell_added", form, by, after={"cell": cell.code, "key": cell.key})
    return cell


@transaction.atomic
def retire_cell(form: FormVersion, cell: FormCell, *, by: User) -> None:
    """Out of this version, with its own rules; reports of earlier versions keep it. Not one that others name."""
    form = _held(form, by)
    cell = _cell_of(form, cell)
    users = [one.code for one in form.cells.filter(parts__contains=[cell.key])]
    users += [one.cell.code for one in form.rules.filter(others__contains=[cell.key]).select_related("cell")]
    if users:
        words = _("Ô này đang được dùng ở các ô %(codes)s. Bỏ quy tắc hoặc ô đó trước.")
        raise refusal(None, words % {"codes": ", ".join(sorted(set(users)))}, "in_use")
    code = cell.code
    cell.delete()
    _note("cell_retired", form, by, before={"cell": code})


@transaction.atomic
def add_rule(
    form: FormVersion, cell: FormCell, kind: str, severity: str, *, by: User, others: Collection[str] = (),
    percent: int = 0, least: int = 0,
) -> FormRule:  # fmt: skip
    """`others`: codes of the cells it compares with, or whose explanation serves for it too."""
    form = _held(form, by)
    keys = dict(form.cells.values_list("code", "key"))
    codes = [clean_text(code) for code in others if clean_text(code)]
    unknown = [code for code in codes if code not in keys]
    if unknown:
        words = _("Biểu mẫu không có ô %(codes)s.")
        raise refusal("others", words % {"codes": ", ".join(unknown)}, "unknown_cell")
    needs = {FormRule.Kind.SUM: 2, FormRule.Kind.AT_MOST: 1}.get(FormRule.Kind(kind), 0)
    if len(codes) < needs or (kind == FormRule.Kind.AT_MOST and len(codes) > 1):
        raise refusal("others", str(_OTHERS[needs]), "others")
    if kind == FormRule.Kind.JUMP and not percent:
        raise refusal("percent", _("Nhập ngưỡng phần trăm."), "percent")
    rule = FormRule(
        form=form, cell=_cell_of(form, cell), kind=kind, severity=severity,
        others=[keys[code] for code in codes], percent=percent, least=least,
    )  # fmt: skip
    rule.full_clean(exclude=["form", "cell"])
    if form.rules.filter(cell=rule.cell, kind=kind, others=rule.others).exists():
        raise refusal(None, _("Ô này đã có quy tắc như vậy."), "unique")
    rule.save()
    _note("rule_added", form, by, after={"cell": rule.cell.code, "rule": kind})
    return rule


_OTHERS = {
    1: gettext_lazy("Nhập mã của một ô."),
    2: gettext_lazy("Nhập mã của ít nhất hai ô."),
}


@transaction.atomic
def remove_rule(form: FormVersion, rule: FormRule, *, by: User) -> None:
    form = _held(form, by)
    found = form.rules.select_related("cell").filter(pk=rule.pk).first()
    if found is None:
        raise refusal(None, _("Quy tắc này đã được bỏ."), "gone")
    _note("rule_removed", form, by, before={"cell": found.cell.code, "rule": found.kind})
    found.delete()


@transaction.atomic
def issue_form(form: FormVersion, *, by: User) -> FormVersion:
    """From now on it never changes, and new rounds take it."""
    form = _held(form, by)
    if not form.cells.exists():
        raise ValidationError(_("Biểu mẫu chưa có ô nào."), code="empty")
    form.issued_by, form.issued_at = by, timezone.now()
    form.save(update_fields=["issued_by", "issued_at", "updated_at"])
    _note("issued", form, by)
    return form
