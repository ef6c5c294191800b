"""A random history of the portal, by its own services: what a copy of its lists has to follow."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.documents.models import LegalDocument
from apps.documents.services import DocumentFacts, add_document, replace_document, take_back_documents
from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.exchange import services as exchange
from apps.labs.models import Laboratory, MeasurementStandard, ScopeItem
from apps.organisations.models import OrganisationUnit, UnitName
from apps.progress.services import recompute
from apps.registers import services as registers
from apps.registers.merging.services import merge_rows, part_rows
from apps.registers.models import RegisterMerge
from apps.targets.models import Indicator, Target
from apps.tasks.models import PlanTask
from apps.tasks.services import drafting, moves
from apps.training.models import TrainingCourse
from tests.conftest import BAC_NINH, LAM_DONG
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import done
from tests.factories.closings import close
from tests.factories.enterprises import AssuranceProgrammeFactory, EnterpriseFactory, ProgrammeEventFactory
from tests.factories.registers import FACTORIES, make
from tests.factories.tasks import PlanTaskFactory

UNITS = (BAC_NINH, LAM_DONG)
MERGED = (Laboratory, MeasurementStandard, TrainingCourse)


class History:
    """`upload` sends a file of enterprises; `officer` enters acts, `keeper` keeps all registers, `editor` writes the
    tasks of Bắc Ninh.
    """

    def __init__(self, seed: int, upload: Callable, officer: User, keeper: User, editor: User) -> None:
        self.random, self.upload = Random(seed), upload
        self.officer, self.keeper, self.editor = officer, keeper, editor
        self.batches: list[Any] = []
        self.done: dict[str, int] = {}

    def begin(self) -> None:
        for slug in FACTORIES:
            for unit in UNITS:
                make(slug, unit)
        for _ in range(4):
            self.add_enterprise()
            self.add_task()

    def go(self, steps: int) -> None:
        """Each of the acts comes as soon as all others have; what the portal refuses has not happened."""
        acts = [name for name in vars(History) if name.startswith(("add_", "change_", "end_"))]
        for step in range(steps):
            if step % len(acts) == 0:
                self.random.shuffle(acts)
            name = acts[step % len(acts)]
            with suppress(ValidationError), transaction.atomic():
                getattr(self, name)()
                self.done[name] = self.done.get(name, 0) + 1

    def any_of(self, rows: Any, count: int = 1) -> list[Any]:
        keys = sorted(rows.values_list("pk", flat=True))
        chosen = self.random.sample(keys, min(count, len(keys)))
        if len(chosen) < count:
            raise ValidationError("nothing of the kind")
        return [rows.model._default_manager.get(pk=key) for key in chosen]

    def one_of(self, rows: Any) -> Any:
        [found] = self.any_of(rows)
        return found

    def unit(self) -> str:
        return self.random.choice(UNITS)

    # ── registers ───────────────────────────────────────────────────────────────────────────────────────────────────

    def add_row(self) -> None:
        make(self.random.choice(sorted(FACTORIES)), self.unit())

    def change_row(self) -> None:
        row = self.one_of(self.random.choice(MERGED).objects.live())
        name = "title" if isinstance(row, TrainingCourse) else "name"
        registers.change_row(row, {name: f"Tên {self.random.random()}"}, "Sửa", by=self.keeper)

    def change_unit(self) -> None:
        row = self.one_of(self.random.choice(MERGED).objects.live())
        unit = OrganisationUnit.objects.get(pk=self.unit())
        registers.hand_over_rows([row], unit, "Bàn giao", by=self.keeper)

    def end_row(self) -> None:
        row = self.one_of(self.random.choice((*MERGED, ScopeItem)).objects.live())
        registers.withdraw_row(row, "Nhập nhầm", by=self.keeper)

    def add_row_again(self) -> None:
        model = self.random.choice((*MERGED, ScopeItem))
        row = self.one_of(model.objects.filter(withdrawn_at__isnull=False, merged_into=None))
        registers.restore_row(row, "Rút nhầm", by=self.keeper)

    def end_by_merging(self) -> None:
        kept, gone = self.any_of(self.random.choice((*MERGED, Enterprise)).objects.live(), 2)
        merge_rows(kept, gone, set(), "Trùng", by=self.keeper)

    def add_by_parting(self) -> None:
        merge = self.one_of(RegisterMerge.objects.filter(undone_at__isnull=True))
        part_rows(merge, "Gộp nhầm", by=self.keeper)

    # ── enterprises ─────────────────────────────────────────────────────────────────────────────────────────────────

    def add_enterprise(self) -> None:
        enterprise = EnterpriseFactory(unit_id=self.unit())
        programme = AssuranceProgrammeFactory(enterprise=enterprise)
        ProgrammeEventFactory(programme=programme, unit_id=self.unit(), occurred_on=date(2026, 3, 12))

    def change_enterprise(self) -> None:
        row = self.one_of(Enterprise.objects.live())
        enterprises.update_enterprise(row, {"address": f"Số {self.random.randrange(10**6)}"}, by=self.keeper)

    def change_seat(self) -> None:
        row = self.one_of(Enterprise.objects.live())
        enterprises.update_enterprise(row, {"unit": OrganisationUnit.objects.get(pk=self.unit())}, by=self.keeper)

    def change_event(self) -> None:
        row = self.one_of(ProgrammeEvent.objects.live())
        unit = OrganisationUnit.objects.get(pk=self.unit())
        enterprises.correct_event(row, {"unit": unit}, "Nhầm nơi", by=self.keeper)

    def end_event(self) -> None:
        enterprises.withdraw_event(self.one_of(ProgrammeEvent.objects.live()), "Nhầm", by=self.keeper)

    def add_by_file(self) -> None:
        lines = files.rows(2, prefix=str(self.random.randrange(30, 60)))
        batch = self.upload(files.workbook(lines), f"{self.random.random()}.xlsx", by=self.keeper)
        self.batches.append(done(exchange.request_write(batch, by=self.keeper)))

    def end_file(self) -> None:
        if not self.batches:
            raise ValidationError("no file yet")
        batch = self.batches.pop(self.random.randrange(len(self.batches)))
        done(exchange.request_undo(batch, "Nhầm tệp", by=self.keeper))

    # ── tasks ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def add_task(self) -> None:
        task = PlanTaskFactory(lead_unit_id=self.unit(), state="draft")
        if self.random.random() < 0.5:
            task.participations.create(unit_id=self.unit())

    def change_task(self) -> None:
        task = self.one_of(PlanTask.objects.live().filter(state="draft", lead_unit=BAC_NINH))
        parent = PlanTask.objects.live().filter(state="in_progress", lead_unit=BAC_NINH).first()
        parts = drafting.Parts(
            participations=[drafting.Part(OrganisationUnit.objects.get(pk=LAM_DONG))] * self.random.randrange(2)
        )
        drafting.change_task(task, {"parent": parent} if parent else {}, parts, by=self.editor)

    def change_others_task(self) -> None:
        """In which Bắc Ninh takes part, or no longer."""
        task = self.one_of(PlanTask.objects.live().filter(state="draft", lead_unit=LAM_DONG))
        if task.participations.exists():
            task.participations.all().delete()
        else:
            task.participations.create(unit_id=BAC_NINH)

    def change_state(self) -> None:
        task = self.one_of(PlanTask.objects.live().filter(state="draft", lead_unit=BAC_NINH))
        moves.propose(task, by=self.editor, version=task.version, reason="", decision=None)

    def change_due_day(self) -> None:
        PlanTaskFactory(lead_unit_id=BAC_NINH, state="in_progress", due_on=timezone.localdate() + timedelta(days=40))

    def end_task(self) -> None:
        task = self.one_of(PlanTask.objects.live().filter(state="draft", lead_unit=BAC_NINH))
        drafting.withdraw_task(task, "Lập nhầm", by=self.editor)

    # ── what all others stand on ────────────────────────────────────────────────────────────────────────────────────

    def add_act(self) -> None:
        number = f"{self.random.randrange(10**6)}/QĐ-UBND"
        add_document(DocumentFacts(number, "Quyết định", "UBND tỉnh Bắc Ninh", "Thử"), by=self.officer)

    def change_act(self) -> None:
        old, new = self.any_of(LegalDocument.objects.filter(issuer="UBND tỉnh Bắc Ninh"), 2)
        replace_document(old, None if self.random.random() < 0.4 else new, reason="Thay", by=self.officer)

    def end_act(self) -> None:
        act = self.one_of(LegalDocument.objects.filter(issuer="UBND tỉnh Bắc Ninh"))
        take_back_documents([act.pk], by=self.officer)

    def change_name(self) -> None:
        UnitName.objects.filter(unit=self.unit()).update(name_en=f"Name {self.random.random()}")

    def add_unit(self) -> None:
        OrganisationUnit.objects.get_or_create(pk="THU", defaults={"slug": "thu", "kind": "organisation"})

    def end_unit(self) -> None:
        OrganisationUnit.objects.filter(pk="THU").delete()

    def add_target(self) -> None:
        five, act = Indicator.objects.get(code="MT5"), LegalDocument.objects.first()
        version = Target.objects.filter(indicator=five, year=2030, unit=None).count() + 1
        Target.objects.create(indicator=five, year=2030, value=version, legal_basis=act, version=version)

    def add_figures(self) -> None:
        recompute()

    def end_period(self) -> None:
        recompute()
        close(self.random.choice((2025, 2026)))
