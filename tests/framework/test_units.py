"""Who leads and coordinates the items: each part of the plan's text is a unit of its day, or a group."""

import pytest

from apps.framework.models import FrameworkItem, ItemUnit
from apps.framework.selectors import carriers_of

pytestmark = pytest.mark.django_db
RESOLVED = {
    "Tổng cục TĐC": "TCTDC",
    "Cục Thông tin KHCNQG": "NASATI",
    "Quỹ Nafosted": "NAFOSTED",
    "Văn phòng Bộ": "VP",
    "Vụ CNC": "CNC",
    "Vụ CNN": "CNN",
    "Vụ HTQT": "HTQT",
    "Vụ KHCN các ngành kinh tế - kỹ thuật (Vụ CNN)": "CNN",
    "Vụ Kế hoạch - Tài chính": "KHTC",
    "Vụ Pháp chế": "PC",
    "Vụ Phát triển KH&CN địa phương (Vụ ĐP)": "DP",
    "Vụ TCCB": "TCCB",
    "Vụ ĐP": "DP",
}
GROUPS = {
    "Các bộ, ngành, địa phương": "reporting",
    "Các bộ, ngành, địa phương liên quan": "reporting",
    "Các bộ, ngành, địa phương và doanh nghiệp liên quan": "reporting",
    "Các bộ, ngành, địa phương và đơn vị liên quan": "reporting",
    "Các tổ chức, doanh nghiệp liên quan": "named",
    "Các đơn vị liên quan": "named",
    "Các đơn vị liên quan khác": "named",
    "Các đơn vị truyền thông của Bộ KH&CN": "named",
    "Các đơn vị truyền thông trong và ngoài Bộ KH&CN": "named",
}


def test_every_part_of_all_items_is_a_unit_or_a_group():
    rows = ItemUnit.objects.filter(item__in=FrameworkItem.objects.items())
    assert {one.text: one.unit_id for one in rows if one.unit_id} == RESOLVED
    assert {one.text: one.rule for one in rows if not one.unit_id} == GROUPS
    for item in FrameworkItem.objects.items().prefetch_related("units"):
        written = {"lead": item.lead_text, "coordinating": item.coordinating_text}
        for role, text in written.items():
            assert "; ".join(one.text for one in item.units.all() if one.role == role) == text
    assert FrameworkItem.objects.items().count() == 37


def test_what_was_given_to_a_unit_is_done_today_by_those_that_followed():
    today = {unit: [label.short_name for label in carriers_of(unit)] for unit in set(RESOLVED.values())}
    assert today["TCTDC"] == ["Ủy ban TĐC"]
    assert today["CNN"] == today["CNC"] == ["Vụ Khoa học kỹ thuật và công nghệ"]
    assert today["DP"] == ["Cục Đổi mới sáng tạo"]
    assert today["NASATI"] == ["Cục Thông tin, Thống kê"]
    assert today["PC"] == ["Vụ Pháp chế"]
