"""What a programme did for its enterprise: by the decision's two criteria, told by trade and year."""

import pytest

from apps.enterprises.models import ProgrammeEvaluation
from tests.factories.registers import EvaluationFactory
from tests.registers.conftest import problems, upload, write  # noqa: F401 - the way of a file is the same here

NEW, LIST = "/registers/evaluations/new/", "/registers/evaluations/"
ROW = {
    "tax_code": "0101243150", "name": "Công ty CP Đo", "year": "2025", "vsic_version": "2018", "vsic": "C10",
    "competitiveness": "Giảm hao hụt", "integration": "Xuất khẩu được", "unit": "Bắc Ninh",
    "evaluated_on": "12/03/2026",
}  # fmt: skip
pytestmark = pytest.mark.django_db


def test_one_stands_for_an_enterprise_a_year_and_a_unit(reader_client):
    assert reader_client.post(NEW, ROW | {"key": "a"}).status_code == 302
    row = ProgrammeEvaluation.objects.get()
    assert (row.vsic, row.year) == ("10", 2025)
    for given, place, words in (
        ({}, "tax_code", "Đơn vị đã đánh giá doanh nghiệp này trong năm đó."),
        ({"year": "2018"}, "year", "Năm đánh giá phải từ 2019 đến 2035."),
        ({"vsic": "45", "vsic_version": "2025"}, "vsic", "Không có trong danh mục ngành"),
        ({"integration": ""}, "integration", "Nhập tiêu chí hội nhập quốc tế"),
        ({"tax_code": "0101243151"}, "tax_code", "Chữ số kiểm tra không khớp"),
    ):
        page = reader_client.post(NEW, ROW | {"key": "b"} | given)
        assert words in " ".join(page.context["form"].errors[place])


def test_they_are_told_by_trade_and_year(reader_client):
    for name, vsic, year in (("Sữa", "1050", 2024), ("Thịt", "10", 2025), ("Điện", "D", 2025)):
        EvaluationFactory(name=name, vsic=vsic, year=year)

    def names(query: str) -> list[str]:
        return [row.record.name for row in reader_client.get(f"{LIST}?{query}").context["table"].rows]

    assert names("year=2025") == ["Điện", "Thịt"]
    assert names("vsic=C10") == ["Thịt", "Sữa"]
    assert names("vsic=C10&year=2024&year=2023") == ["Sữa"]
    assert names("vsic=.*") == []


def test_rows_of_a_file(upload, write):  # noqa: F811
    row = ROW | {"vsic_version": "Phiên bản 2018"}
    batch = upload("evaluations", [row, row | {"vsic": "04", "year": "2024"}, row | {"year": "1999"}])
    assert [(number, code) for number, _column, code, _s in problems(batch)] == [(3, "unknown_vsic"), (4, "constraint")]
    assert write(batch).written_rows == 1
