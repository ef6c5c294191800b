"""A file on its way into a register: uploaded, checked, corrected, written once or not at all."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.models import CheckedTextModel, TimeStampedModel
from apps.core.moves import NEW, SAME, Move
from apps.documents.models import StoredFile
from apps.jobs.models import Job
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with

UNDO_DAYS = 7
# Rows as the file had them, after the import was decided. The file itself, the events it made and the audit stay.
STAGING_KEPT = timedelta(days=90)
ADD, CHANGE = "exchange.add_importbatch", "exchange.change_importbatch"
# Per register, who may write it where (resource.py): who holds another register's right changes none of its imports.
WRITERS: dict[str, Callable[[User], UnitScope]] = {}
CONFIRMED_AS, UNDONE_AS = ("confirmed_by", "confirmed_at"), ("undone_by", "undone_at")


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: User) -> Self:
        return self._in(units_with(user, "exchange.view_importbatch"))

    def editable_by(self, user: User) -> Self:
        alike: dict[UnitScope, list[str]] = {}  # a person writes many registers in the same units
        for register, scope_of in WRITERS.items():
            alike.setdefault(scope_of(user), []).append(register)
        wanted = Q(pk__in=[])
        for scope, registers in alike.items():
            within = Q(register__in=registers)
            wanted |= within if scope.everything else within & Q(unit__in=sorted(scope.ids))
        return self._in(units_with(user, CHANGE)).filter(wanted)

    def _in(self, scope: UnitScope) -> Self:
        return self if scope.everything else self.filter(unit__in=scope.ids)

    def alive(self) -> Self:
        return self.filter(state__in=ImportBatch.ALIVE)

    def open(self) -> Self:
        """Somebody has still to do something: what the preview of a reorganisation calls unfinished."""
        states = ImportBatch.State
        return self.filter(state__in=[states.CHECKING, states.CHECKED, states.WRITING, states.UNDOING])


class ImportBatch(TimeStampedModel):
    class State(models.TextChoices):
        CHECKING = "checking", _("Đang kiểm tra")
        CHECKED = "checked", _("Chờ ghi vào sổ")
        WRITING = "writing", _("Đang ghi")
        WRITTEN = "written", _("Đã ghi vào sổ")
        UNDOING = "undoing", _("Đang hoàn tác")
        REFUSED = "refused", _("Không đọc được")
        CANCELLED = "cancelled", _("Đã hủy")
        UNDONE = "undone", _("Đã hoàn tác")

    FOLLOWS_A_JOB = (State.CHECKING, State.WRITING, State.WRITTEN, State.UNDOING, State.UNDONE)
    # What a person asks for (`request_…`) a job does, and comes back from if it is refused as a whole.
    MOVES = (
        Move("upload", NEW, State.CHECKING, ADD, "import.uploaded", "uploaded_by", "created_at"),
        Move("check", (State.CHECKING,), State.CHECKED, machine="exchange.check"),
        Move("check", (State.CHECKING,), State.REFUSED, machine="exchange.check"),
        Move("mend_cell", (State.CHECKED,), SAME, CHANGE, "import.cell_mended"),
        Move("apply_suggestions", (State.CHECKED,), SAME, CHANGE, "import.suggestions_applied"),
        Move("accept_warnings", (State.CHECKED,), SAME, CHANGE, "import.warnings_accepted"),
        Move("drop_row", (State.CHECKED,), SAME, CHANGE, "import.row_dropped"),
        Move("drop_rest", (State.CHECKED, State.WRITTEN), SAME, CHANGE, "import.rows_dropped"),
        Move("restore_row", (State.CHECKED,), SAME, CHANGE, "import.row_restored"),
        Move("set_columns", (State.CHECKED, State.REFUSED), State.CHECKING, CHANGE, "import.columns_set",
             only_if="has_columns"),
        Move("cancel", (State.CHECKING, State.CHECKED), State.CANCELLED, CHANGE, "import.cancelled"),
        Move("cancel", (State.WRITING,), State.CANCELLED, CHANGE, "import.cancelled", only_if="has_failed"),
        Move("retry", FOLLOWS_A_JOB, SAME, CHANGE, "job.retried", only_if="has_failed"),
        Move("request_write", (State.CHECKED,), State.WRITING, CHANGE, "import.confirmed", *CONFIRMED_AS),
        Move("write", (State.WRITING,), State.WRITTEN, audit="import.written", when="written_at",
             machine="exchange.write"),
        Move("write", (State.WRITING,), State.CHECKED, audit="import.write_refused", machine="exchange.write"),
        Move("request_undo", (State.WRITTEN,), State.UNDOING, CHANGE, "import.undo_requested", *UNDONE_AS,
             only_if="is_undoable"),
        Move("undo", (State.UNDOING,), State.UNDONE, audit="import.undone", machine="exchange.undo"),
        Move("undo", (State.UNDOING,), State.WRITTEN, audit="import.undo_refused", machine="exchange.undo"),
    )  # fmt: skip
    # A file that is on its way or already in the register: its twin is recognised.
    ALIVE = ("checking", "checked", "writing", "written", "undoing")
    # Only readers will ask for the rows of the file any more.
    DECIDED = ("written", "refused", "cancelled", "undone")

    register = models.CharField(_("sổ đăng ký"), max_length=40)
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    filename = models.CharField(_("tên tệp"), max_length=200)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State.choices, default=State.CHECKING)
    sheet = models.CharField(_("trang tính"), max_length=100, blank=True)
    refusal = models.CharField(_("lý do không đọc được"), max_length=500, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True)
    # When its rows came into the register: a file confirmed before another one may be written after it.
    written_at = models.DateTimeField(_("ghi lúc"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(_("hoàn tác lúc"), null=True)
    undo_reason = models.CharField(_("lý do hoàn tác"), max_length=300, blank=True)
    # Its check, its writing, its undoing, or the recount that followed.
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", verbose_name=_("tác vụ nền gần nhất"))
    # How the file was read (reading.Reader.layout), and what somebody said of it: sheets by their places, columns.
    layout = models.JSONField(_("cách đọc tệp"), default=dict, blank=True)
    answer = models.JSONField(_("cách đọc đã chọn"), default=dict, blank=True)
    written_rows = models.PositiveIntegerField(_("số dòng đã ghi"), null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần nhập")
        verbose_name_plural = _("lần nhập")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "unit", "file"],
                condition=Q(state__in=["checking", "checked", "writing", "written", "undoing"]),
                name="one_live_import_per_file",
                violation_error_message=_("Tệp này đã được tải lên."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="confirmed_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["written", "undoing", "undone"]) | Q(written_at__isnull=False),
                name="written_with_when",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undo_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
                name="undone_with_who_when_and_why",
                violation_error_message=_("Hoàn tác phải có người, thời điểm và lý do."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("exchange:importbatch_detail", args=[self.register, self.pk])

    @property
    def has_failed(self) -> bool:
        """Whether its last job has given up: the check, the writing, the undoing, or the recount that followed."""
        return self.job is not None and self.job.state == Job.State.FAILED

    @property
    def has_columns(self) -> bool:
        """Whether its columns are known well enough to say of each what it is."""
        return bool(self.layout.get("columns"))

    @property
    def is_asking(self) -> bool:
        """It could not be read without somebody who says what its columns are."""
        return self.state == self.State.REFUSED and self.has_columns

    @property
    def undoable_until(self) -> datetime | None:
        return self.written_at + timedelta(days=UNDO_DAYS) if self.written_at else None

    @property
    def is_undoable(self) -> bool:
        until = self.undoable_until
        return self.state == self.State.WRITTEN and until is not None and timezone.now() <= until

    def why_not(self, verb: str) -> str:
        if verb == "request_undo" and self.state == self.State.WRITTEN:
            return _now("Chỉ hoàn tác được trong 7 ngày kể từ khi ghi.")
        return _now("Chỉ chạy lại được tác vụ đã thất bại.") if verb == "retry" else ""


class KnownHeading(CheckedTextModel):
    """What a heading means in the files of a unit, as somebody said of one of them. No key: the column is left out."""

    register = models.CharField(_("sổ đăng ký"), max_length=40)
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    heading = models.CharField(_("tiêu đề cột"), max_length=120)
    key = models.CharField(_("cột của sổ"), max_length=40, blank=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(_("ghi lúc"))

    class Meta:
        verbose_name = _("tiêu đề cột đã biết")
        default_permissions = ()
        ordering = ["register", "unit", "heading"]
        constraints = [
            models.UniqueConstraint(fields=["register", "unit", "heading"], name="one_meaning_per_heading_and_unit")
        ]

    def __str__(self) -> str:
        return f"{self.heading} → {self.key}"


class OfBatches(models.QuerySet):
    def outworn(self, before: datetime) -> Self:
        """Of imports that were decided before that moment; one that still waits for somebody keeps its rows."""
        return self.filter(batch__state__in=ImportBatch.DECIDED, batch__updated_at__lt=before)


class StagedRow(models.Model):
    """One row of the file: what it said, what it means, and whether it may be written."""

    class State(models.TextChoices):
        NEW = "new", _("Mới")
        UPDATE = "update", _("Cập nhật")
        UNCHANGED = "unchanged", _("Đã có")
        ERROR = "error", _("Lỗi")
        SKIPPED = "skipped", _("Đã bỏ")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(_("dòng"))
    raw = models.JSONField(_("giá trị trong tệp"))
    clean = models.JSONField(_("giá trị đã hiểu"), default=dict)
    # Cells as the file had them, of those into which a person has put another value.
    original = models.JSONField(_("giá trị gốc của ô đã sửa"), default=dict, db_default={})
    state = models.CharField(max_length=10, choices=State.choices)

    objects = OfBatches.as_manager()

    class Meta:
        verbose_name = _("dòng chờ ghi")
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_row_per_number")]
        indexes = [models.Index(fields=["batch", "state"], name="stagedrow_state")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"


class RowProblem(models.Model):
    """One thing to say about one cell: an error to mend, a warning to confirm, or a note of what was mended."""

    class Severity(models.TextChoices):
        ERROR = "error", _("Lỗi")
        WARNING = "warning", _("Cảnh báo cần xác nhận")
        NOTE = "note", _("Ghi chú")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="problems", db_index=False)
    number = models.PositiveIntegerField(_("dòng"))
    column = models.CharField(_("cột"), max_length=80)
    value = models.CharField(_("giá trị"), max_length=300, blank=True)
    code = models.CharField(max_length=40)
    message = models.CharField(_("lỗi và cách sửa"), max_length=500)
    suggestion = models.CharField(_("gợi ý"), max_length=300, blank=True)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    # A warning that a person let pass, with the reason; then it no longer stops its row.
    accepted_reason = models.CharField(_("lý do chấp nhận"), max_length=300, blank=True)

    objects = OfBatches.as_manager()

    class Meta:
        verbose_name = _("vấn đề của dòng")
        ordering = ["batch", "number", "id"]
        indexes = [models.Index(fields=["batch", "severity", "number"], name="rowproblem_list")]

    def __str__(self) -> str:
        return f"{self.number} {self.column}: {self.message}"


class OverwrittenQuerySet(models.QuerySet["Overwritten"]):
    def of(self, model: type[models.Model]) -> Self:
        return self.filter(kind=model._meta.label_lower)


class Overwritten(models.Model):
    """One value of a register that an import wrote over another one: what its undoing gives back.

    The register's row and field stand in it as text, so that every register keeps its own here; it stays as long as the
    batch does.
    """

    class Outcome(models.TextChoices):
        GIVEN_BACK = "given_back", _("Đã trả lại giá trị trước")
        STAYS = "stays", _("Giữ nguyên vì đã được sửa sau khi nhập")

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="overwritten")
    number = models.PositiveIntegerField(_("dòng"))
    kind = models.CharField(_("loại"), max_length=60)  # label of the model
    row_id = models.CharField(max_length=40)
    field = models.CharField(_("mục"), max_length=40)
    old = models.TextField(_("giá trị trước"), null=True)  # noqa: DJ001 - blank and none are two values
    new = models.TextField(_("giá trị ghi"), null=True)  # noqa: DJ001
    at = models.DateTimeField(_("ghi lúc"))
    outcome = models.CharField(_("khi hoàn tác"), max_length=10, choices=Outcome.choices, blank=True)

    objects = OverwrittenQuerySet.as_manager()

    class Meta:
        verbose_name = _("giá trị bị ghi đè")
        default_permissions = ()
        ordering = ["batch", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "kind", "row_id", "field"], name="one_value_per_import_and_field")
        ]
        indexes = [models.Index(fields=["kind", "row_id", "field", "id"], name="overwritten_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id} {self.field}: {self.old} → {self.new}"
