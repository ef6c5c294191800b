"""The register of acts: list, page, entry, correction, what replaced what, exports, API, loader."""

import html
import io
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from apps.audit.models import AuditEvent
from apps.documents.models import LegalDocument
from apps.documents.services import DocumentFacts, add_document, replace_document

pytestmark = pytest.mark.django_db
LIST = "/documents/"


def text(response) -> str:
    return html.unescape(response.content.decode())


def known(number: str) -> LegalDocument:
    return LegalDocument.objects.get(number=number)


@pytest.fixture
def client_of_officer(officer, signed_in):
    return signed_in(officer)


@pytest.fixture
def reader(keeper, signed_in):
    return signed_in(keeper)


def entered(**more) -> dict:
    return {"key": "k", "number": "3807/QĐ-BKHCN", "kind": "Quyết định", "issuer": "Bộ KH&CN", **more}


# --- reading ----------------------------------------------------------------------------------------------------------


def test_list_says_what_is_known_and_that_a_subject_is_not(reader, officer):
    add_document(DocumentFacts("15/QĐ-UBND", "Quyết định", "UBND tỉnh Lâm Đồng"), by=officer)
    page = text(reader.get(LIST))
    assert "996/QĐ-TTg" in page
    assert "Chưa có trích yếu" in page
    assert "Thêm văn bản" not in page
    assert 'href="/documents/"' in page  # in the menu


@pytest.mark.parametrize(
    "query, found",
    [
        ({"q": "hội nhập quốc tế"}, {"996/QĐ-TTg", "82/QĐ-BKHCN"}),
        ({"q": "HOI NHAP quoc te 996"}, {"996/QĐ-TTg"}),
        ({"q": "996"}, {"996/QĐ-TTg"}),
        ({"kind": "Nghị quyết", "year": "2025"}, {"176/2025/QH15", "202/2025/QH15"}),
        ({"issuer": "Thủ tướng Chính phủ", "year": "2018"}, {"996/QĐ-TTg", "27/2018/QĐ-TTg"}),
        ({"state": "replaced"}, set()),
        ({"q": "khong co van ban nay"}, set()),
    ],
)
def test_list_is_searched_and_filtered(reader, query, found):
    rows = reader.get(LIST, {**query, "per_page": "200"}).context["table"].page.object_list
    assert {row.record.number for row in rows} == found


def test_list_asks_as_many_questions_for_one_as_for_many(reader, officer, django_assert_max_num_queries):
    reader.get(LIST)
    for number in range(30):
        add_document(DocumentFacts(f"{number}/QĐ-X", "Quyết định", "X"), by=officer)
    with django_assert_max_num_queries(9):
        reader.get(LIST, {"per_page": "200"})


def test_exports_carry_days_as_days_and_every_act(reader):
    book = load_workbook(io.BytesIO(reader.get(LIST, {"export": "xlsx"}).content))
    rows = list(book.active.values)
    assert rows[0][:4] == ("Số, ký hiệu", "Loại", "Ngày ban hành", "Cơ quan ban hành")
    assert len(rows) == LegalDocument.objects.count() + 1
    act = next(row for row in rows if row[0] == "996/QĐ-TTg")
    assert getattr(act[2], "date", lambda: act[2])() == date(2018, 8, 10)
    assert b"996/Q" in b"".join(reader.get(LIST, {"export": "csv"}).streaming_content)


def test_page_lists_what_stands_on_the_act(reader):
    page = text(reader.get(known("996/QĐ-TTg").get_absolute_url()))
    assert "Mục tiêu" in page
    assert "MT5 2030" in page
    page = text(reader.get(known("202/2025/QH15").get_absolute_url()))
    assert "Bắc Giang → Bắc Ninh" in page
    assert 'href="/units/bac-ninh/"' in page
    assert "Chưa có tệp." in page
    assert "Ghi văn bản thay thế" not in page


def test_who_entered_an_act_says_its_subject_once(keeper, reader):
    act = add_document(DocumentFacts("15/QĐ-UBND", "Quyết định", "UBND tỉnh Bắc Ninh"), by=keeper)
    page = f"{act.get_absolute_url()}subject/"
    assert f'href="{page}"' in text(reader.get(act.get_absolute_url()))  # theirs
    assert "Nhập trích yếu." in text(reader.post(page, {"title": " "}))
    assert reader.post(page, {"title": "Về việc thử"}).url == act.get_absolute_url()
    assert "Về việc thử" in text(reader.get(act.get_absolute_url()))
    assert reader.post(page, {"title": "Khác"}).status_code == 403, "it has one by now"


def test_a_number_within_another_number_hangs_nothing(reader, officer):
    short = add_document(DocumentFacts("2/2025/QH15", "Nghị quyết", "Quốc hội"), by=officer)
    assert "Bắc Giang" not in text(reader.get(short.get_absolute_url()))


def test_who_has_no_role_reads_nothing_and_who_is_out_has_another_page(client, stranger, signed_in):
    assert "Nhập văn bản" not in text(client.get(LIST))
    assert signed_in(stranger).get(LIST).status_code == 403


def test_api_reads_acts(reader):
    rows = reader.get("/api/v1/documents/", {"search": "sap xep", "kind": "Nghị quyết"}).json()["results"]
    assert [row["number"] for row in rows] == ["202/2025/QH15"]
    assert reader.get("/api/v1/documents/", {"number": "996/qđ-ttg"}).json()["count"] == 1
    assert reader.post("/api/v1/documents/", {}).status_code == 405


# --- entering and correcting ------------------------------------------------------------------------------------------


def test_act_is_entered_once_by_central_staff(client_of_officer, reader):
    for _twice in range(2):
        answer = client_of_officer.post("/documents/new/", entered(number="Quyết định số 9996/QĐ-BKHCN"))
        act = known("9996/QĐ-BKHCN")
        assert answer.url == act.get_absolute_url()
    told = AuditEvent.objects.get(action="document.added")
    assert told.after["number"] == "9996/QĐ-BKHCN"
    assert reader.get("/documents/new/").status_code == 403
    assert reader.post("/documents/new/", entered(number="1/QĐ")).status_code == 403
    page = text(
        client_of_officer.post("/documents/new/", entered(key="other", number="9996/qđ-bkhcn", issuer="bộ kh&cn"))
    )
    assert "cùng số, cơ quan và ngày ban hành đã có" in page
    other = client_of_officer.post("/documents/new/", entered(key="third", issuer="Bộ khác"))
    assert other.status_code == 302  # another issuer's number of the same text


def test_everything_that_lacks_is_told_in_one_wave(client_of_officer):
    page = text(client_of_officer.post("/documents/new/", {"key": "k", "issued_on": "31/02/2026"}))
    for words in ("Nhập số, ký hiệu.", "Chọn loại văn bản.", "Nhập cơ quan ban hành."):
        assert words in page
    assert "Cần sửa 4 lỗi" in page


def test_one_act_per_number_issuer_and_day_in_the_database():
    act = known("996/QĐ-TTg")
    for number in ("996/QĐ-TTg", "996/qđ-ttg"):
        with pytest.raises(IntegrityError), transaction.atomic():
            LegalDocument.objects.create(number=number, kind="Khác", issuer=act.issuer, issued_on=act.issued_on)


def test_correction_keeps_before_after_and_reason_and_refuses_a_stale_page(client_of_officer):
    act = known("850/QĐ-TĐC")
    page = f"{act.get_absolute_url()}change/"
    assert f'value="{act.number}"' in text(client_of_officer.get(page))
    sent = entered(
        number=act.number, issuer=act.issuer, title="Kế hoạch", reason="có bản gốc", seen=act.updated_at.isoformat()
    )
    assert client_of_officer.post(page, sent).status_code == 302
    told = AuditEvent.objects.get(action="document.changed")
    assert (told.after["title"], told.reason) == ("Kế hoạch", "có bản gốc")
    assert set(told.before) <= {"title", "kind"}
    stale = client_of_officer.post(page, sent | {"title": "khác"})
    assert stale.status_code == 409
    assert "Người khác vừa sửa" in text(stale)
    for seen in ("", "2026"):
        assert client_of_officer.post(page, sent | {"seen": seen}).status_code in (200, 409)
    act.refresh_from_db()
    assert act.title == "Kế hoạch"


def test_files_of_facts_mend_only_what_nobody_has_changed(client_of_officer, officer, tmp_path):
    changed, mine = known("850/QĐ-TĐC"), add_document(DocumentFacts("7/QĐ-X", "Quyết định", "Bộ X"), by=officer)
    sent = entered(
        number=changed.number, issuer="Tổng cục", title="Tên đúng", reason="x", seen=changed.updated_at.isoformat()
    )
    assert client_of_officer.post(f"{changed.get_absolute_url()}change/", sent).status_code == 302
    folder = tmp_path / "fixtures"
    shutil.copytree(Path(settings.BASE_DIR) / "fixtures", folder)
    rows = json.loads((folder / "10_documents.json").read_text())
    for row in rows:
        if row["fields"]["number"] in ("850/QĐ-TĐC", "489/QĐ-BKHCN"):
            row["fields"] |= {"title": "Tên trong tệp", "issuer": "Cơ quan trong tệp"}
    mine_too = {"number": "7/qđ-x", "kind": "Quyết định", "title": "của tệp", "issuer": "bộ x", "issued_on": None}
    rows.append({"model": "documents.legaldocument", "fields": mine_too})
    (folder / "10_documents.json").write_text(json.dumps(rows))
    call_command("load_reference", "--fixtures", str(folder), verbosity=0)
    assert known("850/QĐ-TĐC").title == "Tên đúng"
    assert (known("489/QĐ-BKHCN").title, known("489/QĐ-BKHCN").issuer) == ("Tên trong tệp", "Cơ quan trong tệp")
    assert LegalDocument.objects.get(number__iexact="7/qđ-x") == mine


# --- what replaced what -----------------------------------------------------------------------------------------------


def test_chain_of_replacement_is_shown_and_closes_no_ring(client_of_officer, officer):
    old, new = known("27/2018/QĐ-TTg"), known("36/2025/QĐ-TTg")
    newest = add_document(DocumentFacts("9/2026/QĐ-TTg", "Quyết định", "Thủ tướng Chính phủ"), by=officer)
    page = f"{old.get_absolute_url()}replaced/"
    assert client_of_officer.post(page, {"replaced_by": "36/2025/QĐ-TTg"}).status_code == 302
    replace_document(new, newest, by=officer)
    seen = text(client_of_officer.get(old.get_absolute_url()))
    assert seen.index("36/2025/QĐ-TTg") < seen.index("9/2026/QĐ-TTg")
    assert "Thay thế" in text(client_of_officer.get(newest.get_absolute_url()))
    for wrong in (old, new, newest):
        with pytest.raises(ValidationError) as refusal:
            replace_document(newest, wrong, by=officer)
        assert [error.code for error in refusal.value.error_dict["replaced_by"]] == ["ring"]
    told = text(
        client_of_officer.post(f"{known('202/2025/QH15').get_absolute_url()}replaced/", {"replaced_by": "996/QĐ-TTg"})
    )
    assert "trước văn bản này: chọn văn bản ban hành sau" in told
    assert client_of_officer.post(page, {"replaced_by": ""}).status_code == 302
    old.refresh_from_db()
    assert old.replaced_by is None


def test_list_tells_the_replaced_apart(reader, officer):
    replace_document(known("27/2018/QĐ-TTg"), known("36/2025/QĐ-TTg"), by=officer)
    rows = reader.get(LIST, {"state": "replaced"}).context["table"].page.object_list
    assert [row.record.number for row in rows] == ["27/2018/QĐ-TTg"]
