"""What the page of an import says in each state: its heading, whether the register has changed, the step, the notes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from apps.exchange.models import ImportBatch

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise

State = ImportBatch.State
STEPS = (_("Tải tệp lên"), _("Kiểm tra và sửa"), _("Ghi vào sổ"))
CHECK, WRITE, OVER = 1, 2, 3  # the step that goes on, or that was given up: all before it are done
NOT_WRITTEN, NOT_CHECKED, CHECKED = _("chưa ghi vào sổ đăng ký"), _("đang kiểm tra"), _("Kết quả kiểm tra tệp %(name)s")
TO_WRITE, WRITTEN = _("Sẽ ghi"), _("Đã ghi")


@dataclass(frozen=True)
class Standing:
    step: int
    words: "Words" = NOT_WRITTEN
    writing: "Words" = ""  # under the last step, of rows that can be written (`count`) and that were (`written`)
    without_rows: "Words" = NOT_CHECKED  # under the second step, as long as there are no rows, or no more
    title: "Words" = CHECKED
    rows: "Words" = TO_WRITE  # above what becomes, or became, of its valid rows
    leaves_nothing: bool = False  # nothing of it is in the register, nor will be


STANDINGS: dict[str, Standing] = {
    State.CHECKING: Standing(CHECK, title=_("Đang kiểm tra tệp %(name)s")),
    State.REFUSED: Standing(CHECK, title=_("Không đọc được tệp %(name)s"), without_rows=_("không đọc được")),
    State.CHECKED: Standing(CHECK, writing=_("%(count)s dòng sẵn sàng")),
    State.CANCELLED: Standing(
        CHECK, _("đã hủy"), writing=_("đã hủy"), without_rows=_("đã hủy"), rows=_("Không ghi"), leaves_nothing=True
    ),
    State.WRITING: Standing(WRITE, writing=_("đang ghi %(count)s dòng")),
    State.WRITTEN: Standing(
        OVER, _("đã ghi vào sổ đăng ký"), writing=_("đã ghi %(written)s dòng"), without_rows=_("đã kiểm tra"),
        rows=WRITTEN,
    ),
    State.UNDOING: Standing(
        OVER, _("đang hoàn tác"), writing=_("đã ghi %(written)s dòng, đang hoàn tác"), rows=WRITTEN
    ),
    State.UNDONE: Standing(
        WRITE, _("đã hoàn tác"), writing=_("đã hoàn tác"), without_rows=_("đã kiểm tra"), rows=_("Đã hoàn tác"),
        leaves_nothing=True,
    ),
}  # fmt: skip
