"""Support of enterprises: named by tax code, whatever is on record, and told on the enterprise's page."""

import pytest

from apps.audit.models import AuditEvent
from apps.enterprises.models import Enterprise, SupportActivity
from tests.conftest import BAC_GIANG, LAM_DONG, TDC
from tests.factories.enterprises import EnterpriseFactory, tax_code
from tests.factories.registers import SupportFactory
from tests.registers.conftest import problems, states, undo, upload, write  # noqa: F401 - the way of a file is the same here

NEW, LIST = "/registers/support/new/", "/registers/support/"
ROW = {
    "recipient": "Công ty CP Cơ khí Cầu Đo", "recipient_kind": "enterprise", "tax_code": "0101243150",
    "task": "programme", "mode": "training", "unit": "Bắc Ninh", "held_on": "12/03/2026", "content": "Tập huấn",
}  # fmt: skip
IN_FILE = ROW | {
    "recipient_kind": "Doanh nghiệp", "task": "Triển khai áp dụng Chương trình đảm bảo đo lường (2.4.1)",
    "mode": "Đào tạo",
}  # fmt: skip
HOUSEHOLD = "001199000077"
pytestmark = pytest.mark.django_db


def test_whoever_works_for_a_unit_enters_what_it_did(member, signed_in):
    client = signed_in(member("Editor", "unit_editor", LAM_DONG))
    assert client.post(NEW, ROW | {"unit": "Lâm Đồng", "key": "a"}).status_code == 302
    row = SupportActivity.objects.get()
    assert (row.unit_id, row.tax_code, row.home_id) == (LAM_DONG, "0101243150", LAM_DONG)
    assert "Tập huấn" in client.get(row.get_absolute_url()).content.decode()
    assert AuditEvent.objects.get(target_id=str(row.pk)).action == "register.added"


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"tax_code": ""}, "tax_code", "Doanh nghiệp phải có mã số thuế."),
        ({"tax_code": "010124315"}, "tax_code", "Có 9 chữ số"),
        ({"tax_code": "0101243151"}, "tax_code", "Chữ số kiểm tra không khớp"),
        ({"unit": "Bắc Giang"}, "unit", "Đơn vị không tồn tại vào ngày 12/03/2026"),
        ({"recipient": ""}, "recipient", "Nhập tên doanh nghiệp"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(reader_client, given, place, words):
    page = reader_client.post(NEW, ROW | {"key": "k"} | given)
    assert words in " ".join(page.context["form"].errors[place])
    assert not SupportActivity.objects.exists()


def test_an_odd_code_is_taken_where_the_register_has_it(reader_client):
    EnterpriseFactory(tax_code="0101243151", tax_code_reason="Theo giấy đăng ký")
    for at, code in enumerate(("0101243151", "0101243151-001")):
        sent = reader_client.post(NEW, ROW | {"tax_code": code, "key": f"k{at}"})
        assert sent.status_code == 302, code


def test_an_organisation_that_serves_is_known_by_name(reader_client):
    sent = ROW | {"recipient_kind": "service", "tax_code": "", "task": "criteria", "key": "k"}
    assert reader_client.post(NEW, sent).status_code == 302
    again = reader_client.post(NEW, sent | {"key": "k2"})
    assert "Hoạt động này đã có trong sổ." in " ".join(again.context["form"].errors["recipient"])


def test_the_same_code_on_the_same_day_is_one_activity(reader_client, upload, write):  # noqa: F811
    write(upload("support", [IN_FILE]))
    other = {"recipient": "Cty CP Cơ khí Cầu Đo"}
    page = reader_client.post(NEW, ROW | other | {"key": "k"})
    assert "với tên “Công ty CP Cơ khí Cầu Đo”" in " ".join(page.context["form"].errors["recipient"])
    told = problems(upload("support", [IN_FILE | other, IN_FILE | other | {"held_on": "13/03/2026"}]))
    assert [(number, code, severity) for number, _column, code, severity in told] == [(2, "other_spelling", "error")]


def test_rows_of_a_file_are_written_and_taken_back(upload, write, undo):  # noqa: F811
    EnterpriseFactory(tax_code="0101243151", tax_code_reason="Theo giấy đăng ký")
    odd = [IN_FILE | {"tax_code": code} for code in ("0101243151", "0101243160", "0101243150-001")]
    batch = upload("support", [IN_FILE, *odd, IN_FILE | {"tax_code": 101243150, "held_on": "14/03/2026"}])
    told = {(number, code) for number, _column, code, _severity in problems(batch)}
    assert told == {(4, "tax_code_check_digit"), (6, "wrong_kind")}
    assert batch.problems.get(code="wrong_kind").suggestion == "0101243150"
    write(batch)
    assert SupportActivity.objects.count() == 3
    assert {*states(upload("support", [IN_FILE]))} == {"unchanged"}
    undo(batch)
    assert not SupportActivity.objects.live().exists()


def test_a_household_stands_masked_everywhere(reader_client, keeper):
    row = SupportFactory(tax_code=HOUSEHOLD, recipient="Hộ kinh doanh Bà Tư", entered_by=keeper)
    for address in (row.get_absolute_url(), LIST, f"{LIST}?q=Bà Tư", f"/api/v1/registers/support/{row.pk}/"):
        page = reader_client.get(address).content.decode()
        assert HOUSEHOLD not in page, address
        assert "0077" in page, address
    listed = b"".join(reader_client.get(f"{LIST}?export=csv").streaming_content).decode()
    assert "••••••••0077" in listed
    assert HOUSEHOLD not in listed
    assert HOUSEHOLD not in reader_client.get("/registers/support/choices/?q=Bà").content.decode()
    names = [reader_client.get(f"{LIST}?q={q}").content.decode().count("Bà Tư") for q in (HOUSEHOLD, "00119", "9900")]
    assert [bool(count) for count in names] == [True, False, False]
    assert [column.name for column in reader_client.get(LIST).context["table"].columns if column.orderable].count(
        "tax_code"
    ) == 0


def test_the_page_of_an_enterprise_tells_its_support_and_its_branches(signed_in, keeper, outsider):
    code = tax_code(11)
    head = EnterpriseFactory(tax_code=code)
    SupportFactory(tax_code=f"{code}-002", result="Đã ban hành quy trình", unit_id=BAC_GIANG, held_on="2024-05-06")
    SupportFactory(tax_code=code, result="Kết quả riêng", unit_id=TDC, mode="consulting", held_on="2025-05-06")
    SupportFactory(tax_code=tax_code(99), result="Của doanh nghiệp khác")
    page = signed_in(keeper).get(head.get_absolute_url()).content.decode()
    for words in (f"{code}-002", "06/05/2024", "Bắc Giang", "Đã ban hành quy trình", "06/05/2025", "Ủy ban TĐC"):
        assert words in page
    assert "Kết quả riêng" not in page, "what another unit wrote is its own"
    assert "Của doanh nghiệp khác" not in page
    assert "/registers/support/new/?recipient=C%C3%B4ng+ty" in page
    assert f"tax_code={code}" in page
    assert signed_in(outsider).get(head.get_absolute_url()).status_code == 404
    form = signed_in(keeper).get(f"{NEW}?tax_code={code}&recipient=A%20B").content.decode()
    assert f'value="{code}"' in form
    assert 'value="A B"' in form


def test_a_households_number_stands_in_no_address(signed_in, keeper):
    kept = EnterpriseFactory(tax_code=HOUSEHOLD, ownership=Enterprise.Ownership.HOUSEHOLD)
    SupportFactory.create_batch(12, tax_code=HOUSEHOLD)
    page = signed_in(keeper).get(kept.get_absolute_url()).content.decode()
    assert HOUSEHOLD not in page
    assert "Thêm hoạt động hỗ trợ" in page


def test_the_panel_costs_the_same_for_one_row_and_for_many(signed_in, keeper, django_assert_max_num_queries):
    head, client = EnterpriseFactory(tax_code=tax_code(11)), signed_in(keeper)
    SupportFactory(tax_code=head.tax_code)
    client.get(head.get_absolute_url())
    with django_assert_max_num_queries(40) as few:
        client.get(head.get_absolute_url())
    SupportFactory.create_batch(4, tax_code=head.tax_code)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(head.get_absolute_url())
