"""Files of one's own that were checked and wait to be written."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.exchange.models import CHANGE, ImportBatch
from apps.notifications.waiting import Shown, Source, Tab, register_source

IMPORTS = Tab("import", gettext_lazy("Nhập dữ liệu"), "file-spreadsheet", gettext_lazy("Không có tệp chờ ghi"))


def _waiting(user: User) -> Any:
    if not user.has_perm(CHANGE):
        return None
    return ImportBatch.objects.editable_by(user).filter(uploaded_by=user.pk, state=ImportBatch.State.CHECKED)


def _show(pks: Collection[int], user: User) -> dict[int, Shown]:
    return {
        row.pk: Shown(
            title=row.filename, url=row.get_absolute_url(), sub=_("Tệp nhập số %(n)s") % {"n": row.pk}, family="info",
            label=gettext_lazy("Chờ ghi vào sổ"), icon="file-check",
            why=_("Bạn tải tệp này lên; đã kiểm tra xong, chưa ghi vào sổ"), act=gettext_lazy("Xem và ghi"),
        )
        for row in ImportBatch.objects.filter(pk__in=pks)
    }  # fmt: skip


register_source(Source("exchange.write", IMPORTS, _waiting, "updated_at", _show, position=90))
