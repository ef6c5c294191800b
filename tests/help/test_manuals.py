"""The manuals: the texts of those whom they are for, as tagged files with a list of contents."""

import io

import pytest
from pypdf import PdfReader

from apps.core import open_pages

BODY = """## Các bước

1. Chọn **Nộp báo cáo**, `BC-1`.
   - Xem [bài kia](help:sua) và [nơi khác](help:tra-cuu).
2. Chờ.

| Thông báo | Nghĩa là |
| --- | --- |
| Đã nộp | Xong |

> Ghi nhớ

{{ table:moves:reports }}

{{ contact }}
"""


@pytest.fixture
def texts(put):
    put("nop", BODY, title="Nộp báo cáo", roles="unit_editor")
    put("sua", "Chữ của bài kia.", title="Sửa báo cáo", roles="unit_editor, unit_administrator")
    put("moi", "## Cách mời\n\nMời người.", title="Mời người dùng", roles="unit_administrator")
    put("tra-cuu", "Bảng.", title="Thuật ngữ", kind="reference", roles="programme_administrator")


def read(client, path: str) -> PdfReader:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == open_pages.KEPT
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    return PdfReader(io.BytesIO(answer.content))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def test_the_users_manual_has_the_texts_of_users(reference, texts, client):
    reader = read(client, "/help/so-tay-nguoi-dung.pdf")
    told = words(reader)
    assert "Sổ tay người dùng" in told
    for part in ("Mục lục", "Nộp báo cáo", "Sửa báo cáo", "Dành cho: Chuyên viên đơn vị", "Ghi nhớ", "Chờ ký duyệt"):
        assert part in told
    assert "Mời người dùng" not in told
    assert "chưa được thiết lập" in told


def test_the_administration_manual_has_those_of_administrators_and_what_is_looked_up(reference, texts, client):
    told = words(read(client, "/help/so-tay-quan-tri.pdf"))
    assert "Sửa báo cáo" in told
    assert "Mời người dùng" in told
    assert "Thuật ngữ" in told
    assert "BC-1" not in told


def test_a_manual_is_tagged_and_has_its_title_language_and_contents(reference, texts, client):
    reader = read(client, "/help/so-tay-nguoi-dung.pdf")
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert str(catalogue["/Lang"]).startswith("vi")
    assert reader.metadata.title == "Sổ tay người dùng"
    assert [one.title for one in reader.outline if not isinstance(one, list)]


def test_links_lead_within_the_manual_where_it_has_the_text(reference, texts, client):
    reader = read(client, "/help/so-tay-nguoi-dung.pdf")
    links = [one.get_object() for page in reader.pages for one in page.get("/Annots", ())]
    assert any("/Dest" in link or "/D" in link.get("/A", {}) for link in links)
    addresses = {link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})}
    assert not any("help:" in one for one in addresses)


@pytest.mark.parametrize("path", ["/help/so-tay-nguoi-dung.pdf", "/en/help/so-tay-quan-tri.pdf"])
def test_the_manuals_of_the_release_can_be_made(reference, client, path):
    assert len(read(client, path).pages) > 2


def test_a_picture_is_as_light_in_a_manual_as_on_its_page(reference, put, client):
    put("bai", "![Trang đăng nhập](picture:sign-in)", title="Có ảnh")
    reader = read(client, "/help/so-tay-nguoi-dung.pdf")
    [picture] = [image for page in reader.pages for image in page.images]
    assert len(picture.data) < 150_000
