"""A form as it stands empty: its sections, their blocks, cells and rules. One that is issued never changes again, so
each process reads it once.
"""

from dataclasses import dataclass
from functools import lru_cache

from apps.reports.checking import rules_of
from apps.reports.models import FormBlock, FormCell, FormRule, FormSection, FormVersion
from apps.reports.selectors.filled import cells_of

KEPT = 32  # forms of a few years, of three kinds of units


@dataclass(frozen=True)
class Block:
    block: FormBlock
    cells: tuple[FormCell, ...]


@dataclass(frozen=True)
class Section:
    section: FormSection
    blocks: tuple[Block, ...]

    @property
    def cells(self) -> list[FormCell]:
        return [cell for one in self.blocks for cell in one.cells]

    @property
    def takes_files(self) -> bool:
        return any(one.block.layout == FormBlock.Layout.FILES for one in self.blocks)


@dataclass(frozen=True)
class Blank:
    sections: tuple[Section, ...]
    rules: tuple[FormRule, ...]

    @property
    def cells(self) -> list[FormCell]:
        return [cell for one in self.sections for cell in one.cells]

    def cell(self, code: str) -> FormCell | None:
        return next((cell for cell in self.cells if cell.code == code), None)

    def section(self, code: str) -> Section | None:
        return next((one for one in self.sections if one.section.code == code), None)

    def section_of(self, cell: FormCell) -> Section:
        return next(one for one in self.sections if one.section.pk == cell.block.section_id)

    def place(self, section: Section) -> int:
        return self.sections.index(section)

    def touched_by(self, key: str) -> set[str]:
        """Keys of the cells that look different once this one has another number: sums, and what is checked by it."""
        found = {key}
        for cell in self.cells:
            if found & set(cell.parts):
                found.add(cell.key)
        return found | {rule.cell.key for rule in self.rules if found & set(rule.others)}


def blank_of(form: FormVersion) -> Blank:
    return _kept(form.pk) if form.is_issued else _read(form.pk)


def _read(form_id: int) -> Blank:
    """Three queries."""
    cells: dict[int, list[FormCell]] = {}
    for cell in cells_of(form_id):
        cells.setdefault(cell.block_id, []).append(cell)
    blocks: dict[int, list[Block]] = {}
    rows = FormBlock.objects.filter(section__form=form_id).select_related("section")
    sections: dict[int, FormSection] = {}
    for row in rows.order_by("section__position", "position"):
        sections[row.section_id] = row.section
        blocks.setdefault(row.section_id, []).append(Block(row, tuple(cells.get(row.pk, ()))))
    found = tuple(Section(section, tuple(blocks[pk])) for pk, section in sections.items())
    return Blank(found, tuple(rules_of(form_id)))


_kept = lru_cache(maxsize=KEPT)(_read)
