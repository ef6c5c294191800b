"""Longer report forms for the full load: a section by field of measurement beside what is asked today, marked invented.

They are versions as the form's own services make them: a copy, so that every cell keeps its key, then issued. Of what
stands in the new section `steady` says how much, so that nothing in it breaks the section's rules.
"""

from collections.abc import Iterator
from itertools import islice

from apps.accounts.models import User
from apps.labs.models import MeasurementField
from apps.reports.models import FormBlock, FormCell, FormRule, FormSection, FormVersion
from apps.reports.services.forms import copy_form, issue_form
from apps.reports.services.rounds import newest_forms
from program996.demo.programmes import MARK

SECTION = "by_field"
JUMP = 200  # percent
# A part of another column is not more than that; `.bad_` is always 0.
NUMBERS = {
    "verified": "Phương tiện đo đã kiểm định", "bad_verified": "Trong đó không đạt",
    "calibrated": "Phương tiện đo đã hiệu chuẩn", "tested": "Phương tiện đo đã thử nghiệm",
    "bodies": "Tổ chức thực hiện", "standards": "Chuẩn đo lường sử dụng",
}  # fmt: skip
TEXTS = {"results": "kết quả, sản phẩm chính", "needs": "nhu cầu, đề xuất"}


def enlarge_forms(cells: int, by: User) -> list[FormVersion]:
    """A version of each newest form that asks so many cells, issued."""
    return [_enlarge(form, cells, by) for form in newest_forms()]


def steady(cell: FormCell, unit: str) -> int | None:
    """About as much every year; None of a cell that today's forms have too."""
    if not cell.key.startswith(f"{SECTION}."):
        return None
    return 0 if ".bad_" in cell.key else 20 + sum(map(ord, unit + cell.key)) % 41


def _enlarge(form: FormVersion, cells: int, by: User) -> FormVersion:
    made = copy_form(form, by=by)
    made.note = MARK
    made.save(update_fields=["note", "updated_at"])
    last = made.sections.order_by("position").last()
    section = FormSection.objects.create(
        form=made, code=SECTION, position=(last.position if last else 0) + 1,
        title="Hoạt động đo lường theo lĩnh vực (số liệu minh họa)",
    )  # fmt: skip
    fields = list(MeasurementField.objects.all())
    grid = _block(section, 1, "Số lượng theo lĩnh vực", FormBlock.Layout.GRID)
    numbers = [*_numbers(grid, fields), *_totals(grid, fields)]
    text = _block(section, 2, "Nội dung theo lĩnh vực", FormBlock.Layout.TEXT)
    told = islice(_texts(text, fields), max(0, cells - made.cells.count() - len(numbers)))
    FormCell.objects.bulk_create(_placed([*numbers, *told], made))
    FormRule.objects.bulk_create(_rules(made))
    return issue_form(made, by=by)


def _block(section: FormSection, position: int, title: str, layout: str) -> FormBlock:
    return FormBlock.objects.create(section=section, position=position, title=title, layout=layout)


def _key(field: MeasurementField, name: str) -> str:
    return f"{SECTION}.{field.code.lower()}.{name}"


def _numbers(block: FormBlock, fields: list[MeasurementField]) -> Iterator[FormCell]:
    for row, field in enumerate(fields, 1):
        for column, (name, label) in enumerate(NUMBERS.items(), 1):
            yield FormCell(
                block=block, key=_key(field, name), code=f"P{row}.{column}", label=f"{field.name}: {label.lower()}",
                kind=FormCell.Kind.WHOLE, row=field.name, column=label,
            )  # fmt: skip


def _totals(block: FormBlock, fields: list[MeasurementField]) -> Iterator[FormCell]:
    for column, (name, label) in enumerate(NUMBERS.items(), 1):
        yield FormCell(
            block=block, key=f"{SECTION}.total.{name}", code=f"P{len(fields) + 1}.{column}",
            label=f"Tổng (tự tính): {label.lower()}", kind=FormCell.Kind.WHOLE, row="Tổng (tự tính)", column=label,
            parts=[_key(field, name) for field in fields],
        )  # fmt: skip


def _texts(block: FormBlock, fields: list[MeasurementField]) -> Iterator[FormCell]:
    for column, (name, label) in enumerate(TEXTS.items(), 1):
        for row, field in enumerate(fields, 1):
            yield FormCell(
                block=block, key=_key(field, name), code=f"Q{row}.{column}", label=f"{field.name}: {label}",
                kind=FormCell.Kind.TEXT,
            )  # fmt: skip


def _placed(cells: list[FormCell], form: FormVersion) -> Iterator[FormCell]:
    for position, cell in enumerate(cells, 1):
        cell.form, cell.position = form, position
        cell.full_clean(exclude=["form", "block", "indicator"], validate_unique=False, validate_constraints=False)
        yield cell


def _rules(form: FormVersion) -> Iterator[FormRule]:
    for cell in form.cells.filter(key__startswith=f"{SECTION}.", kind=FormCell.Kind.WHOLE):
        if ".bad_" in cell.key:
            others = [cell.key.replace(".bad_", ".")]
            yield FormRule(form=form, cell=cell, kind="at_most", severity="error", others=others)
        else:
            yield FormRule(form=form, cell=cell, kind="jump", severity="warning", percent=JUMP)
