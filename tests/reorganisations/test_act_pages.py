"""Pages of acts and sub-units: form, preview, confirmation, withdrawal; and who may open them."""

import html
from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.documents.models import LegalDocument
from apps.organisations.fields import unit_names
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.reorganisations.services.sub_units import SubUnit, add_sub_unit
from tests.factories.enterprises import ProgrammeEventFactory
from tests.reorganisations.acts import BAC_NINH, LAM_DONG, done, merger, unit

pytestmark = pytest.mark.django_db
ACTS = "/units/reorganisations/"
NEW = f"{ACTS}new/"
SO = SubUnit("Sở Khoa học và Công nghệ", "Sở KH&CN", "Sở")


def asked(day: date, **more) -> dict:
    return {
        "key": "mot-khoa",
        "unit_1": BAC_NINH,
        "unit_2": LAM_DONG,
        "effective_on": f"{day:%d/%m/%Y}",
        "name_1": "Thành phố Bắc Lâm",
        "short_name_1": "Bắc Lâm",
        "kind_label_1": "Thành phố",
        "code_1": "97",
        "document": "99/2026/QH16",
        "document-kind": "Nghị quyết",
        "document-title": "Sắp xếp thử",
        "document-issuer": "Quốc hội",
        **more,
    }


def text(response) -> str:
    return html.unescape(response.content.decode())


def test_form_preview_and_confirmation(central_client, signed_in, keeper, tomorrow):
    ProgrammeEventFactory.create_batch(2, unit_id=BAC_NINH)
    assert "Hợp nhất, sáp nhập" in text(central_client.get(NEW))
    form = text(central_client.get(NEW, {"kind": "merger", "unit": BAC_NINH}))
    assert 'name="unit_1" value="Bắc Ninh"' in form
    assert [f'value="{told}"' in form for told in ("Thành phố Bắc Ninh", "Bắc Ninh", "24")] == [True] * 3  # kept so far

    preview = text(central_client.post(f"{NEW}?kind=merger", asked(tomorrow, step="preview")))
    assert "Chưa có gì được ghi." in preview
    assert "Cán bộ quản lý dữ liệu" in preview
    assert "Hợp nhất từ" in preview  # a name that neither had
    counts = '<td class="num" data-l="{}">{}</td>'
    carried = [counts.format(name, n) for name, n in (("Bắc Ninh", 2), ("Lâm Đồng", 0), ("Số dòng", 2))]
    assert all(cell in preview for cell in carried)
    assert "Ngày " + f"{tomorrow:%d/%m/%Y}" + ": " in preview
    assert not Reorganisation.objects.exists()
    assert not LegalDocument.objects.filter(number="99/2026/QH16").exists()

    for _twice in range(2):
        answer = central_client.post(f"{NEW}?kind=merger", asked(tomorrow, step="confirm"))
        act = Reorganisation.objects.get()
        assert answer.url == f"{ACTS}{act.pk}/"
    page = text(central_client.get(answer.url))
    assert "Dự kiến" in page
    assert f'href="{answer.url}withdraw/"' in page
    assert all(cell in page for cell in carried), "what the preview said stays with the act"
    assert 'data-l="Bắc Ninh"' not in text(signed_in(keeper).get(answer.url))
    assert "Thành phố Bắc Lâm" in text(central_client.get(ACTS))
    assert "Dự kiến từ" in text(central_client.get("/units/bac-ninh/"))


def test_preview_counts_and_writes_nothing(central_client, keeper, central, tomorrow):
    add_sub_unit(unit(BAC_NINH), SO, valid_from=date(2025, 7, 1), is_focal=True, by=central)
    rows = AuditEvent.objects.count()
    response = central_client.post(f"{NEW}?kind=merger", asked(tomorrow, step="preview"))
    found = response.context["preview"]
    assert [(row.role, row.people, row.source, row.target) for row in found.people] == [
        ("Cán bộ quản lý dữ liệu", 1, "Bắc Ninh", "Bắc Lâm")
    ]
    assert [part.short_name for part in found.sub_units] == ["Sở KH&CN"]
    assert found.reporting_after == found.reporting_before - 1
    assert AuditEvent.objects.count() == rows


def test_preview_shows_the_code_that_a_unit_will_have(central_client, tomorrow):
    page = text(central_client.post(f"{NEW}?kind=merger", asked(tomorrow, step="preview")))
    code = f"VN-97-{tomorrow.year}"
    assert f'<span class="code">{code}</span>' in page
    assert "Đơn vị trực thuộc cần sắp xếp riêng" not in page, "no heading of a duty where there is none"
    assert "Chưa có đơn vị trực thuộc nào trên cổng: Bắc Ninh, Lâm Đồng." in " ".join(page.split())
    central_client.post(f"{NEW}?kind=merger", asked(tomorrow, step="confirm"))
    assert Reorganisation.objects.get().begun.get().pk == code


def test_form_says_which_day_cannot_be_taken_back_and_whose_code_is_asked(central_client):
    page = text(central_client.get(NEW, {"kind": "merger"}))
    assert "Ngày không sau hôm nay: có hiệu lực ngay khi ghi và không rút lại được." in page
    assert "Chỉ với tỉnh, thành phố: hai chữ số." in page
    ministry = OrganisationUnit.objects.valid_on(timezone.localdate()).filter(kind=OrganisationUnit.Kind.MINISTRY)
    assert 'name="code_1"' not in text(central_client.get(NEW, {"kind": "merger", "unit": ministry.first().pk}))


def test_edit_step_shows_what_was_typed(central_client, tomorrow):
    page = text(central_client.post(f"{NEW}?kind=merger", asked(tomorrow, step="edit")))
    assert 'value="Thành phố Bắc Lâm"' in page
    assert "Xem trước" in page


def test_act_of_the_past_warns_that_it_stays(central_client):
    yesterday = timezone.localdate() - timedelta(days=1)
    page = text(central_client.post(f"{NEW}?kind=merger", asked(yesterday, step="preview")))
    assert "không rút lại được nữa" in page


@pytest.mark.parametrize("step", ["preview", "confirm"])
@pytest.mark.parametrize(
    "wrong, told",
    [
        ({"effective_on": "31/02/2027"}, "Ngày không hợp lệ"),
        ({"unit_2": ""}, "Chọn một đơn vị."),
        ({"unit_2": "VN-24-2008"}, "Không có đơn vị “VN-24-2008” trong danh sách được chọn: chọn Bắc Ninh."),
        ({"unit_2": BAC_NINH}, "Một đơn vị được chọn hai lần."),
        ({"document": ""}, "bổ sung số, ký hiệu để thêm mới"),
        ({"document-issuer": ""}, "bổ sung cơ quan ban hành để thêm mới"),
        ({"code_1": "79"}, "Mã số 79 đang là của TP. Hồ Chí Minh."),
        ({"name_1": "Thành phố Huế"}, "đang mang tên này"),
        ({"short_name_1": "Lâm Bắc"}, "Tên ngắn “Lâm Bắc” không có trong tên đầy đủ “Thành phố Bắc Lâm”"),
        ({"name_1": "Thành phố \u202eBắc"}, "ký tự đảo chiều chữ"),
    ],
)
def test_wrong_entries_are_explained_at_their_fields(central_client, tomorrow, step, wrong, told):
    response = central_client.post(f"{NEW}?kind=merger", asked(tomorrow, step=step, **wrong))
    assert told in text(response)
    assert {name.split("-")[0] for name in wrong} <= set(response.context["form"].errors) | {"unit_2"}
    assert not Reorganisation.objects.exists()


def test_split_and_renaming_by_form(central_client, tomorrow):
    rows = asked(tomorrow, unit_1=LAM_DONG, share_1="0,6", heir="2", step="confirm", key="a")
    rows |= {
        "name_2": "Tỉnh Lâm Đông",
        "short_name_2": "Lâm Đông",
        "kind_label_2": "Tỉnh",
        "code_2": "98",
        "share_2": "0.4",
    }
    del rows["unit_2"]
    act = Reorganisation.objects.get(pk=central_client.post(f"{NEW}?kind=split", rows).url.split("/")[-2])
    assert {(link.successor.code, str(link.share), link.takes_members) for link in act.successions.all()} == {
        ("97", "0.600000", False),
        ("98", "0.400000", True),
    }
    rows = asked(tomorrow, key="b", name_1="Tỉnh Kinh Bắc", short_name_1="", step="confirm")
    form = text(central_client.post(f"{NEW}?kind=renaming", rows))
    assert "Nhập tên ngắn." in form
    answer = central_client.post(
        f"{NEW}?kind=renaming", rows | {"short_name_1": "Kinh Bắc", "name_1": "Thành phố Kinh Bắc"}
    )
    assert answer.status_code == 302
    assert unit(BAC_NINH).names.last().name == "Thành phố Kinh Bắc"


def test_withdrawal_by_page(central_client, central, tomorrow):
    act = done(merger(tomorrow), central)
    page = f"{ACTS}{act.pk}/withdraw/"
    for pk in (BAC_NINH, act.begun.get().pk):
        shown = text(central_client.get(unit(pk).get_absolute_url()))
        assert f'href="{ACTS}{act.pk}/">Xem hoặc rút việc sắp xếp</a>' in shown
    printed = text(central_client.get("/units/print/", {"on": f"{tomorrow:%d/%m/%Y}"}))
    assert f"dự kiến tại ngày {tomorrow:%d/%m/%Y}" in printed
    assert "dự kiến tại ngày" not in text(central_client.get("/units/print/"))
    refused = text(central_client.post(page, {"reason": ""}))
    assert "Nhập lý do." in refused
    assert "Bắc Ninh, Lâm Đồng tiếp tục hoạt động." in refused
    assert central_client.post(page, {"reason": "Chưa có nghị quyết"}).url == f"{ACTS}{act.pk}/"
    told = text(central_client.get(f"{ACTS}{act.pk}/"))
    assert "Chưa có nghị quyết" in told
    assert "Thành phố Bắc Lâm" in told
    assert "Đã rút việc sắp xếp. Bắc Ninh, Lâm Đồng tiếp tục hoạt động." in told
    again = central_client.post(page, {"reason": "lần nữa"})
    assert "đã được rút" in text(again)


def test_only_administrators_of_the_programme_record_acts(keeper, officer, member, signed_in, central, tomorrow):
    act = done(merger(tomorrow), central)
    people = [keeper, officer, member("qt bn", "unit_administrator", BAC_NINH)]
    for person in people:
        client = signed_in(person)
        assert client.get(ACTS).status_code == 200
        seen = client.get(f"{ACTS}{act.pk}/")
        assert seen.status_code == 200
        assert "withdraw" not in seen.content.decode()
        assert client.get(NEW).status_code == 403
        assert client.post(f"{NEW}?kind=merger", asked(tomorrow, step="confirm")).status_code == 403
        assert client.post(f"{ACTS}{act.pk}/withdraw/", {"reason": "x"}).status_code == 403
        assert client.post("/units/ban-do-luong/focal/").status_code == 403
        assert client.post("/units/bac-ninh/parts/new/", {}).status_code == 403
        assert client.post("/units/ban-do-luong/end/", {}).status_code == 403
        assert client.get("/units/ban-do-luong/correct/").status_code == 403
        assert "parts/new" not in client.get("/units/bac-ninh/").content.decode()
    assert Reorganisation.objects.get().withdrawn_at is None


@pytest.mark.parametrize("path", [ACTS, NEW, f"{ACTS}1/", "/units/print/", "/units/bac-ninh/parts/new/"])
def test_pages_need_sign_in_and_the_right(client, stranger, signed_in, path):
    assert client.get(path).status_code == 302
    assert signed_in(stranger).get(path).status_code == 403


def test_unknown_act_and_unit_are_not_found(central_client):
    assert central_client.get(f"{ACTS}999/").status_code == 404
    assert central_client.post(f"{ACTS}999/withdraw/", {"reason": "x"}).status_code == 404
    assert central_client.get("/units/bac-ninh/correct/").status_code == 404  # a province has no such page


# --- sub-units --------------------------------------------------------------------------------------------------------


def test_sub_unit_by_its_pages(central_client):
    entry = {"key": "k", "kind_label": "Sở", "name": SO.name, "short_name": SO.short_name, "valid_from": "01/07/2025"}
    for _twice in range(2):
        answer = central_client.post("/units/bac-ninh/parts/new/", entry | {"is_focal": "on"})
        assert answer.url == "/units/bac-ninh/"
    so = OrganisationUnit.objects.get(parent=BAC_NINH)
    page = text(central_client.get("/units/bac-ninh/"))
    assert "Đầu mối" in page
    assert f'action="/units/{so.slug}/focal/clear/"' in page

    assert central_client.post(f"/units/{so.slug}/focal/clear/").url == "/units/bac-ninh/"
    assert not unit(so.pk).is_focal
    assert central_client.post(f"/units/{so.slug}/focal/").url == "/units/bac-ninh/"
    assert unit(so.pk).is_focal

    form = text(central_client.get(f"/units/{so.slug}/correct/"))
    assert 'value="Sở KH&CN"' in form
    changed = entry | {"short_name": "Sở KHCN", "reason": "gõ sai"}
    assert central_client.post(f"/units/{so.slug}/correct/", changed).url == f"/units/{so.slug}/"
    assert "Sở KHCN" in text(central_client.get(f"/units/{so.slug}/"))

    ending = {"last_day": "31/12/2026", "reason": "sắp xếp"}
    assert "đang là đầu mối" in text(central_client.post(f"/units/{so.slug}/end/", ending))
    central_client.post(f"/units/{so.slug}/focal/clear/")
    assert central_client.post(f"/units/{so.slug}/end/", ending).status_code == 302
    assert unit(so.pk).valid_to == date(2026, 12, 31)


def test_sub_unit_buttons_only_post(central_client):
    assert central_client.get("/units/ban-do-luong/focal/").status_code == 405


# --- what a merger leaves behind --------------------------------------------------------------------------------------


def test_preview_says_who_acts_for_nobody_and_which_facts_are_younger(central_client, central):
    since = date(2025, 7, 1)
    add_sub_unit(unit(BAC_NINH), SO, valid_from=since, is_focal=True, by=central)
    add_sub_unit(unit(LAM_DONG), SubUnit("Chi cục A", "Chi cục A", "Chi cục"), valid_from=since, by=central)
    ProgrammeEventFactory.create_batch(2, unit_id=BAC_NINH, occurred_on=date(2026, 11, 10))
    day = date(2026, 11, 1)
    page = text(central_client.post(f"{NEW}?kind=merger", asked(day, step="preview")))
    assert "Sở KH&CN đang là đơn vị đầu mối của Bắc Ninh;" in page
    assert "Ghi nhận việc chuyển hoặc sáp nhập Sở KH&CN sang đơn vị mới từ cùng ngày" in page
    assert "Chi cục A đang là đơn vị đầu mối" not in page
    assert "Giai đoạn thực hiện từ 01/11/2026 trở đi: 2." in page


def test_page_of_the_new_province_offers_to_move_or_merge_the_focal_units(central_client, central, keeper, signed_in):
    since, today = date(2025, 7, 1), timezone.localdate()
    first = add_sub_unit(unit(BAC_NINH), SO, valid_from=since, is_focal=True, by=central)
    new = done(merger(today), central).begun.get()
    address = f"/units/{first.slug}/move/?parent={new.pk}"
    page = text(central_client.get(new.get_absolute_url()))
    assert f'href="{address}"' in page
    assert "Sáp nhập các đơn vị này" not in page
    assert 'name="parent" value="Bắc Lâm"' in text(central_client.get(address))
    assert address not in text(signed_in(keeper).get(new.get_absolute_url()))  # is not the keeper's to do
    assert "move/?parent" not in text(central_client.get(unit(LAM_DONG).get_absolute_url()))

    second = OrganisationUnit.objects.create(
        id="SO-LAM-DONG", slug="so-lam-dong", kind="department", parent_id=LAM_DONG, is_focal=True, valid_from=since
    )
    second.names.create(name=SO.name, short_name=SO.short_name, kind_label="Sở")
    page = text(central_client.get(new.get_absolute_url()))
    address = f"{NEW}?kind=merger&parent={new.pk}&unit={first.pk}&unit={second.pk}"
    assert f'href="{address}"' in page
    form = text(central_client.get(address))
    assert all(f'value="{unit_names()[pk]}"' in form for pk in (new.pk, first.pk, second.pk))

    sent = asked(today, unit_1=first.pk, unit_2=second.pk, parent=new.pk, step="confirm", name_1="Sở KH&CN Bắc Lâm",
                 short_name_1="Sở KH&CN", kind_label_1="Sở", code_1="")  # fmt: skip
    assert central_client.post(address, sent).status_code == 302
    assert OrganisationUnit.objects.get(parent=new).is_focal
    assert "move/?parent" not in text(central_client.get(new.get_absolute_url()))


@pytest.mark.parametrize("query", ["kind=renaming&unit=%00", "unit=%00", "kind=merger&unit=VN-24-2025&parent=%00"])
def test_values_no_unit_has_are_passed_over(central_client, query):
    assert central_client.get(f"{NEW}?{query}").status_code == 200


@pytest.mark.parametrize("key", ["\0", "", "k" * 5000])
def test_key_that_is_none_is_refused_by_the_form(central_client, tomorrow, key):
    answer = central_client.post(f"{NEW}?kind=merger", asked(tomorrow, step="confirm", key=key))
    assert (answer.status_code, set(answer.context["form"].errors)) == (200, {"key"})
    assert not Reorganisation.objects.exists()
