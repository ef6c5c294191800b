from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys, name_rows, name_target
from apps.exchange.models import ImportBatch


def _pages(ids: Collection[str], user: Any) -> dict[str, str]:
    """The address of an import names its register, which only the import knows."""
    batches = ImportBatch.objects.visible_to(user).filter(pk__in=ids).only("register")
    return {str(batch.pk): batch.get_absolute_url() for batch in batches}


name_actions(
    {
        "import.uploaded": _("Tải tệp nhập lên"),
        "import.columns_set": _("Chọn cột, trang tính của tệp nhập"),
        "import.cell_mended": _("Sửa ô trong tệp nhập"),
        "import.suggestions_applied": _("Áp dụng gợi ý sửa tệp nhập"),
        "import.warnings_accepted": _("Chấp nhận cảnh báo của tệp nhập"),
        "import.row_dropped": _("Bỏ dòng của tệp nhập"),
        "import.rows_dropped": _("Bỏ mọi dòng chưa ghi được của tệp nhập"),
        "import.row_restored": _("Lấy lại dòng của tệp nhập"),
        "import.confirmed": _("Xác nhận ghi tệp nhập"),
        "import.written": _("Ghi tệp nhập vào sổ"),
        "import.write_refused": _("Không ghi được tệp nhập"),
        "import.cancelled": _("Hủy lần nhập"),
        "import.undo_requested": _("Yêu cầu hoàn tác lần nhập"),
        "import.undone": _("Hoàn tác lần nhập"),
        "import.undo_refused": _("Không hoàn tác được lần nhập"),
    }
)
# What of an import is also the story of each row that it brought, changed or took back.
OF_ITS_ROWS = ("import.confirmed", "import.written", "import.undo_requested", "import.undone")
name_target("exchange.importbatch", urls_of=_pages)
name_rows({"import.written": "?tab=valid", "import.undone": "?tab=valid"})
name_keys(
    {
        "cells": _("số ô"),
        "columns": _("các cột"),
        "done": _("đã làm"),
        "numbers": _("các dòng"),
        "stays": _("còn giữ lại"),
        "taken_back": _("các dòng đã rút"),
        "unnamed": _("số mục không kể tên"),
    }
)
