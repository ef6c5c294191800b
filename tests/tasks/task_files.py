"""Rows of a unit's list of tasks, as a file has them."""

from datetime import date
from typing import Any

from tests.registers.conftest import workbook

ROW = {
    "code": "BCT-1", "title": "Xây dựng Chương trình đảm bảo đo lường", "framework_item": "6 danh mục B",
    "kind": "Nhiệm vụ chi thường xuyên", "term": "Hằng năm", "year": 2026, "lead_unit": "Bộ Công Thương",
    "product": "Báo cáo kết quả", "due_on": "15/12/2026",
}  # fmt: skip
DECISION = {
    "decision_number": "Quyết định 3105/QĐ-BCT", "decision_on": date(2026, 1, 20), "decision_issuer": "Bộ Công Thương",
    "decision_signatory": "Thứ trưởng",
}  # fmt: skip
APPROVED = {"state": "Đã phê duyệt"} | DECISION
DONE = APPROVED | {"state": "Đã nghiệm thu", "reported_on": "01/06/2026", "accepted_on": "20/06/2026"}


def of_ministry(count: int, prefix: str = "BCT") -> list[dict[str, Any]]:
    kinds = [{}, APPROVED, APPROVED | {"state": "Đang thực hiện", "percent": 40}, DONE | {"percent": "100%"}]
    return [ROW | {"code": f"{prefix}-{at}", "title": f"Nhiệm vụ {at}"} | kinds[at % 4] for at in range(count)]


def task_file(prefix: str, count: int) -> bytes:
    return workbook("tasks", of_ministry(count, prefix))
