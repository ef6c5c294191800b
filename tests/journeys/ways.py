"""Ways to pages that have no address of their own: a form that was refused, a question that was asked, rows chosen."""

from functools import cache

from playwright.sync_api import Page, expect

from tests.exchange import enterprise_files as files
from tests.journeys import imports

REGISTER = "/registers/enterprises/"


def enterprise_with_file(page: Page) -> None:
    page.goto(REGISTER)
    page.locator("#list tbody th a").first.click()
    page.get_by_role("link", name="Đính kèm tệp").click()
    paper = {"name": "Biên bản kiểm định.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page.get_by_label("Tệp", exact=True).set_input_files(paper)
    page.get_by_role("button", name="Đính kèm").click()
    expect(page.get_by_role("link", name="Gỡ Biên bản kiểm định.pdf")).to_be_visible()


@cache
def every_problem() -> bytes:
    """One small file with every kind of problem serves all widths: the second time it is recognised."""
    lines = imports.rows(24)
    for at in range(files.ODD_WAYS):
        files._spoil(lines, 2 + 2 * at, at)
    files.put(lines[20], "Mã số thuế", files.wrong_check_digit(str(lines[20][0])))
    files.put(lines[21], "Giai đoạn", "Đang áp dung")  # with a suggestion
    return files.workbook(lines)


def checked_import(page: Page) -> None:
    imports.upload(page, "moi-loai-loi.xlsx", every_problem())
    imports.await_check(page)


def warnings_of_import(page: Page) -> None:
    checked_import(page)
    imports.tab(page, "Cảnh báo")


def valid_rows_of_import(page: Page) -> None:
    checked_import(page)
    imports.tab(page, "Hợp lệ")


def question_of_import(page: Page) -> None:
    checked_import(page)
    page.locator("#ghi").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def closed_rows_of_import(page: Page) -> None:
    checked_import(page)
    imports.tab(page, "Kỳ đã chốt")


def suggestions_of_import(page: Page) -> None:
    checked_import(page)
    page.locator("#goi-y").click()
    expect(page.get_by_role("dialog", name="Áp dụng gợi ý")).to_be_visible()


def rest_of_import(page: Page) -> None:
    checked_import(page)
    page.locator("#bo-con-lai").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_filter(page: Page) -> None:
    page.goto(REGISTER)
    page.locator(".filters summary", has_text="Địa bàn").click()
    page.get_by_label("Cà Mau", exact=True).check()
    page.wait_for_url("**unit=*")


def open_picker(page: Page) -> None:
    page.goto(f"{REGISTER}new/")
    page.get_by_label("Tỉnh, thành phố").click()
    expect(page.locator("[data-picks] [role=option]").first).to_be_visible()


def upload_without_file(page: Page) -> None:
    page.goto(imports.IMPORTS)
    page.get_by_role("button", name="Tải lên và kiểm tra").click()
    expect(page.get_by_role("alert")).to_contain_text("Cần sửa 1 lỗi")


def empty_enterprise(page: Page) -> None:
    page.goto(f"{REGISTER}new/")
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("Cần sửa")


def empty_act(page: Page) -> None:
    page.goto("/units/reorganisations/new/?kind=split")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_role("alert")).to_contain_text("Cần sửa")


def grown_merger(page: Page) -> None:
    page.goto("/units/reorganisations/new/?kind=merger")
    for number in (3, 4):
        page.get_by_role("button", name="Thêm dòng").click()
        expect(page.get_by_label(f"Đơn vị thứ {number}")).to_be_focused()


def act_preview(page: Page) -> None:
    """Looked at and left: nothing is written before the last button."""
    page.goto("/units/reorganisations/new/?kind=renaming&unit=VN-24-2025")
    page.get_by_label("Có hiệu lực từ ngày").fill("01/01/2099")
    page.get_by_label("Tên đầy đủ").fill("Thành phố Kinh Bắc")
    page.get_by_label("Tên ngắn").fill("Kinh Bắc")
    page.get_by_label("Văn bản căn cứ").fill("202/2025/QH15")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("xem trước")


def act_on_task(page: Page) -> None:
    """The form of an act that has a page of its own."""
    page.goto("/tasks/?state=in_progress&role=lead")
    page.locator("#list tbody th a").first.click()
    page.get_by_role("link", name="Xin gia hạn").click()
    expect(page.get_by_label("Hạn đề nghị")).to_be_visible()


def chosen_tasks(page: Page) -> None:
    page.goto("/tasks/?role=lead")
    for box in page.locator("#list tbody input[name=task]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Sửa cùng lúc").click()
    expect(page.get_by_role("heading", name="Nhiệm vụ đã chọn")).to_be_visible()


def merge_preview(page: Page) -> None:
    """Of any two records: looked at and left."""
    page.goto(REGISTER)
    kept, gone = (link.get_attribute("href") or "" for link in page.locator("#list tbody th a").all()[:2])
    page.goto(f"{kept}merge/{gone.rstrip('/').rsplit('/', 1)[-1]}/")
    expect(page.get_by_label("Lý do")).to_be_visible()


def chosen_rows(page: Page) -> None:
    page.goto("/registers/scope/")  # nothing hangs on its rows
    for box in page.locator("#list .tick input").all()[:2]:
        box.check()
    page.locator("#chosen").get_by_role("button", name="Rút khỏi sổ").click()
    expect(page.get_by_label("Lý do")).to_be_visible()


def task_list(page: Page) -> None:
    """A list with nothing on it yet, and what may be put there."""
    page.goto("/task-lists/new/")
    page.get_by_label("Tên danh mục").fill("Danh mục thử")
    page.get_by_role("button", name="Lập danh mục").click()
    expect(page.get_by_role("heading", name="Danh mục thử")).to_be_visible()


def wrong_password(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()


def empty_feedback(page: Page) -> None:
    page.goto("/feedback/?page=/tasks/&incident=6319-A4D6")
    page.get_by_role("button", name="Gửi góp ý").click()
    expect(page.get_by_role("alert")).to_contain_text("Cần sửa 2 lỗi")


def received_feedback(page: Page) -> None:
    page.goto("/feedback/?page=/tasks/")
    page.get_by_label("Không hiểu").check()
    page.get_by_label("Nội dung").fill("Không biết lọc nhiệm vụ của đơn vị mình thế nào.")
    page.get_by_role("button", name="Gửi góp ý").click()
    expect(page.get_by_role("heading", name="Đã nhận góp ý")).to_be_visible()
    page.goto("/feedback-received/")
    page.get_by_role("link", name="Không biết lọc nhiệm vụ").first.click()
    expect(page.get_by_role("button", name="Đánh dấu đã xử lý")).to_be_visible()


def section_of_a_book(page: Page) -> None:
    """Where it is written: of a year that has no book yet."""
    page.goto("/publications/new/")
    page.get_by_label("Năm").select_option("2024")
    page.get_by_role("button", name="Lập báo cáo").click()
    page.get_by_role("link", name="II. Kết quả thực hiện các mục tiêu").click()
    page.get_by_text("Chèn số liệu").click()
    expect(page.get_by_role("button", name="Chèn Doanh nghiệp, năm 2024", exact=True)).to_be_visible()


def newest_edition(page: Page) -> None:
    """Of open data, as a stranger comes to it."""
    page.goto("/open-data/")
    page.locator("[data-publication] a").first.click()
    page.get_by_text("Các cột").first.click()
