"""A branch on its pages: whose it is, with whom it counts, and nothing of records that the reader may not see."""

from datetime import date

from tests.conftest import BAC_GIANG, BAC_NINH
from tests.enterprises.conftest import LIST, text_of
from tests.factories.enterprises import EnterpriseFactory, tax_code

HEAD = tax_code(77)
TOGETHER = f"Tính vào MT5 cùng doanh nghiệp có mã số thuế {HEAD}"


def test_a_branch_names_its_enterprise_and_the_row_it_counts_by(client, event_of):
    head = EnterpriseFactory(tax_code=HEAD, name="Công ty CP Sông Cầu")
    branch = EnterpriseFactory(tax_code=f"{HEAD}-001", name="Chi nhánh Từ Sơn")
    event_of(head, "applied", date(2024, 3, 12), unit=BAC_GIANG)
    event_of(branch, "applied", date(2026, 3, 12))
    told = text_of(client.get(branch.get_absolute_url()))
    assert f"Đơn vị phụ thuộc của Công ty CP Sông Cầu {HEAD}" in told
    assert TOGETHER in told
    assert "Giai đoạn được tính là “Đang áp dụng” ngày 12/03/2024 của Công ty CP Sông Cầu" in told
    told = text_of(client.get(head.get_absolute_url()))
    assert f"Chi nhánh, đơn vị phụ thuộc Chi nhánh Từ Sơn {HEAD}-001" in told
    assert "Tính vào MT5 kỳ 2024, đơn vị Bắc Giang (nay thuộc Bắc Ninh)" in told


def test_of_a_record_out_of_sight_nothing_is_told_but_the_code(client, event_of):
    head = EnterpriseFactory(tax_code=HEAD, name="Công ty kín", unit_id="VN-68-2025")
    branch = EnterpriseFactory(tax_code=f"{HEAD}-001", name="Chi nhánh Từ Sơn")
    event_of(head, "applied", date(2025, 8, 12), unit="VN-68-2025")
    event_of(branch, "applied", date(2026, 3, 12))
    told = text_of(client.get(branch.get_absolute_url()))
    assert TOGETHER in told
    assert "Công ty kín" not in told
    assert "12/08/2025" not in told


def test_a_branch_that_counts_says_with_whom(client, event_of):
    branch = EnterpriseFactory(tax_code=f"{HEAD}-001", name="Chi nhánh Từ Sơn")
    event_of(branch, "applied", date(2026, 3, 12))
    told = text_of(client.get(branch.get_absolute_url()))
    assert "Tính vào MT5 kỳ 2026, đơn vị Bắc Ninh" in told
    assert f"Tính cùng doanh nghiệp có mã số thuế {HEAD}" in told


def test_the_list_says_it_of_branches_only(client):
    EnterpriseFactory(tax_code=f"{HEAD}-001", name="Chi nhánh Từ Sơn", unit_id=BAC_NINH)
    EnterpriseFactory(tax_code=tax_code(78), name="Công ty Hồng Hà", unit_id=BAC_NINH)
    told = text_of(client.get(LIST))
    assert f"MST {HEAD}-001 Tính vào MT5 cùng doanh nghiệp {HEAD}" in told
    assert told.count("cùng doanh nghiệp") == 1
