"""Pages of closings and adjustments: what they say, who acts, what is refused."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.scope import UnitScope
from apps.enterprises.services import withdraw_event
from apps.progress.adjustments import row_changes
from apps.progress.services import recompute
from apps.targets.models import ClosingProposal, Period, PeriodClosing, Publication
from apps.targets.publishing import publish_closing
from apps.targets.services import propose_closing
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close, document

LIST, PERIOD, ADJUSTMENTS = "/targets/closings/", "/targets/closings/2025/", "/targets/mt5/adjustments/2025/"


def text_of(page) -> str:
    body = re.sub(r"<(script|style).*?</\1>", " ", page.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture
def closed(event, by):
    """2025 closed with two; then one comes late to Bắc Ninh, and one to Lâm Đồng."""
    event(date(2025, 3, 1), BAC_GIANG)
    event(date(2025, 8, 1), LAM_DONG)
    recompute()
    close(2025)
    event(date(2025, 9, 1), BAC_NINH, note="Hồ sơ giao muộn", entered_by=by)
    event(date(2025, 9, 2), LAM_DONG, note="Việc riêng Lâm Đồng", entered_by=by)
    recompute()


def sent(**given) -> dict:
    now = timezone.localtime()
    return {
        "key": "k1", "version": 2, "as_of": f"{now:%d/%m/%Y %H:%M}", "document": document().number,
        "reason": "Bổ sung hồ sơ", **given,
    }  # fmt: skip


def test_the_list_says_what_is_closed_and_what_came_since(closed, signed_in, officer):
    told = text_of(signed_in(officer).get(LIST))
    assert "Kỳ 2025 15/12/2024–14/12/2025 Đã chốt, phiên bản 1" in told
    assert "MT5 +2 · MT5a +2" in told
    assert "Kỳ 2026 15/12/2025–14/12/2026 Chưa chốt" in told


def test_figures_stand_with_their_adjustment_beside_them(closed, signed_in, officer):
    client = signed_in(officer)
    told = text_of(client.get("/targets/mt5/"))
    assert "đã chấp nhận +2 điều chỉnh sau khi chốt" in told
    assert "giá trị gốc (trước Đề án)" in told
    assert "Điều chỉnh sau khi chốt 2025 chưa vào số đã chấp nhận +2" in told


def test_the_adjustments_are_listed_with_who_when_and_why(closed, signed_in, officer, by):
    page = signed_in(officer).get(ADJUSTMENTS)
    assert page.context["row_page"].paginator.per_page == 50
    told = text_of(page)
    assert "Số đã chấp nhận là 2" in told
    assert "Nếu chốt lại bây giờ là 4 (+2)" in told
    assert "Thêm 2, bớt 0: chênh lệch +2" in told
    assert f"{by} Hồ sơ giao muộn" in told


def test_a_keeper_sees_the_rows_of_the_own_unit_and_the_sum_of_all(closed, signed_in, keeper):
    told = text_of(signed_in(keeper).get(ADJUSTMENTS))
    assert "Thêm 2, bớt 0: chênh lệch +2" in told
    assert "Hồ sơ giao muộn" in told
    assert "Việc riêng Lâm Đồng" not in told
    assert "1 dòng thuộc địa bàn khác" in told


def test_the_list_as_a_file_holds_what_the_person_sees(closed, signed_in, keeper):
    answer = signed_in(keeper).get(ADJUSTMENTS, {"export": "csv"})
    lines = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode("utf-8-sig")
    assert "Hồ sơ giao muộn" in lines
    assert "Lâm Đồng" not in lines


def test_an_open_period_has_no_adjustments(closed, signed_in, officer):
    assert "Kỳ này chưa chốt" in text_of(signed_in(officer).get("/targets/mt5/adjustments/2026/"))


def test_nothing_since_is_said(event, signed_in, officer, leader):
    event(date(2025, 3, 1), BAC_GIANG)
    recompute()
    close(2025)
    page = text_of(signed_in(officer).get(PERIOD))
    assert re.search(r"Đã chấp nhận, phiên bản 1 .*MT5 Doanh nghiệp[^<]* 1 ", page), (
        "the figures, where nothing differs"
    )
    unchanged = "Không số nào khác phiên bản 1: chốt lại chỉ thêm một phiên bản"
    assert unchanged in page, "said to who prepares it, and below to who decides"
    signed_in(officer).post(PERIOD, sent())
    page = text_of(signed_in(leader).get(reverse("progress:closing_close", args=[ClosingProposal.objects.get().pk])))
    assert unchanged in page
    assert "Xem từng đơn vị" not in page
    assert "Không có điều chỉnh kể từ lần chốt trước" in text_of(signed_in(officer).get(ADJUSTMENTS))
    assert "Không có điều chỉnh kể từ lần chốt trước" in text_of(signed_in(officer).get(PERIOD))


def test_two_versions_are_read_side_by_side(closed, signed_in, officer):
    close(2025, reason="Nhận hồ sơ giao muộn")
    client = signed_in(officer)
    told = text_of(client.get(ADJUSTMENTS, {"versions": "1-2"}))
    assert "Phiên bản 1 là 2 , phiên bản 2 là 4 (+2)." in told
    assert "Thêm 2, bớt 0: chênh lệch +2" in told
    assert "Nhận hồ sơ giao muộn" in told
    assert "Không có điều chỉnh kể từ lần chốt trước" in text_of(client.get(ADJUSTMENTS))
    told = text_of(client.get(PERIOD, {"versions": "1-2"}))
    assert "MT5 Doanh nghiệp" in told


@pytest.mark.parametrize("versions", ["2-1", "1-9", "x", "1-1", "²-³", "0-1"])
def test_versions_that_are_none_fall_back_to_the_latest(closed, signed_in, officer, versions):
    assert "Nếu chốt lại bây giờ là 4" in text_of(signed_in(officer).get(ADJUSTMENTS, {"versions": versions}))


def test_an_officer_proposes_a_leader_closes_on_the_pages(closed, signed_in, officer, leader):
    answer = signed_in(officer).post(PERIOD, sent(), follow=True)
    assert "Đã lập đề nghị chốt kỳ" in text_of(answer)
    proposal = ClosingProposal.objects.get()
    page = signed_in(leader).get(reverse("progress:closing_close", args=[proposal.pk]))
    assert "Đang chấp nhận (phiên bản 1) Nếu chốt (phiên bản 2) Chênh lệch" in text_of(page)
    assert re.search(r"MT5 Doanh nghiệp[^<]* toàn quốc 2 4 \+2 ", text_of(page))
    assert "Số của 2 đơn vị cũng thay đổi." in text_of(page)
    for address in ("/targets/", "/targets/mt5/"):
        told = text_of(signed_in(leader).get(address))
        assert "Đề nghị chốt số liệu kỳ 2025, phiên bản 2, đang chờ lãnh đạo" in told
    answer = signed_in(leader).post(reverse("progress:closing_close", args=[proposal.pk]), follow=True)
    assert "Đã chốt kỳ 2025, phiên bản 2." in text_of(answer)
    assert PeriodClosing.objects.filter(version=2).get().closed_by == leader


def test_a_form_sent_twice_makes_one_proposal(closed, signed_in, officer):
    client = signed_in(officer)
    assert [client.post(PERIOD, sent()).status_code for _ in range(2)] == [302, 302]
    assert ClosingProposal.objects.count() == 1


def test_a_stale_version_answers_409(closed, signed_in, officer):
    close(2025)
    answer = signed_in(officer).post(PERIOD, sent(version=2))
    assert answer.status_code == 409
    assert "vừa được chốt phiên bản 2" in text_of(answer)


def test_closing_what_was_decided_meanwhile_answers_409(closed, signed_in, officer, leader):
    proposal = propose_closing(
        Period.objects.get(year=2025), as_of=timezone.now(), document=document(), reason="Vì", by=officer
    )
    address = reverse("progress:closing_close", args=[proposal.pk])
    assert signed_in(leader).post(address).status_code == 302
    again = signed_in(leader).post(address)
    assert again.status_code == 409
    assert "không còn chờ chốt" in text_of(again)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"as_of": "31/12/2099"}, "Thời điểm sau hiện tại"),
        ({"as_of": "01/01/2026"}, "có số đầu tiên lúc"),
        ({"as_of": "mai"}, "Thời điểm không hợp lệ. Nhập ngày/tháng/năm giờ:phút, ví dụ 28/02/2026 17:00"),
        ({"document": "không có văn bản này"}, "Chưa có văn bản"),
        ({"reason": ""}, "Nhập lý do."),
    ],
)
def test_what_is_wrong_stands_at_its_field(closed, signed_in, officer, given, said):
    answer = signed_in(officer).post(PERIOD, sent(**given))
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert not ClosingProposal.objects.exists()


def test_the_moment_that_is_typed_recounts_what_would_change(closed, signed_in, officer):
    first = Period.objects.get(year=2025).closing.as_of
    asked = (first + timedelta(microseconds=1)).isoformat()
    told = text_of(signed_in(officer).get(PERIOD, {"as_of": asked}))
    assert "Không có điều chỉnh kể từ lần chốt trước" in told
    assert "Nếu chốt lại: " in text_of(signed_in(officer).get(PERIOD))
    assert "Thời điểm không hợp lệ" in text_of(signed_in(officer).get(PERIOD, {"as_of": "mai"}))


def test_proposals_are_for_those_who_prepare_and_close(closed, signed_in, officer, leader, keeper):
    propose_closing(
        Period.objects.get(year=2025), as_of=timezone.now(), document=document(), reason="Chưa công bố", by=officer
    )
    assert "Chưa công bố" in text_of(signed_in(leader).get(PERIOD))
    assert "Chưa công bố" not in text_of(signed_in(keeper).get(PERIOD))
    assert signed_in(keeper).post(PERIOD, sent()).status_code == 403


def test_a_leader_is_told_on_arrival_what_waits_for_them(closed, signed_in, officer, leader):
    told = "Chờ bạn quyết định: đề nghị chốt số liệu kỳ 2025, phiên bản 2."
    assert "Chờ bạn quyết định" not in text_of(signed_in(leader).get("/dashboard/"))
    propose_closing(Period.objects.get(year=2025), as_of=timezone.now(), document=document(), reason="Vì", by=officer)
    page = signed_in(leader).get("/dashboard/")
    assert told in text_of(page)
    assert f'href="{PERIOD}"' in page.content.decode()
    assert "Chờ bạn quyết định" not in text_of(signed_in(officer).get("/dashboard/"))


@pytest.mark.django_db(transaction=True)
def test_what_was_withdrawn_since_is_a_row_that_went(reference, event, by, signed_in, officer):
    gone = event(date(2025, 3, 1), BAC_GIANG)
    event(date(2025, 4, 1), BAC_GIANG)
    recompute()
    close(2025)
    withdraw_event(gone, "Chi nhánh đã tính năm 2023", by=by)
    recompute()
    told = text_of(signed_in(officer).get(ADJUSTMENTS))
    assert "Thêm 0, bớt 1: chênh lệch −1" in told
    assert f"{by} Chi nhánh đã tính năm 2023" in told


def test_rows_and_figures_of_a_difference_agree_for_every_year(closed):
    for period in Period.objects.closed():
        found = row_changes("MT5", period, period.closing.as_of, None, UnitScope(everything=True))
        assert found.difference == 2


@pytest.mark.parametrize("url", [LIST, PERIOD, ADJUSTMENTS])
def test_pages_cost_the_same_queries_for_one_row_and_for_many(
    closed, event, signed_in, officer, url, django_assert_max_num_queries
):
    client = signed_in(officer)
    client.get(url)
    for _ in range(4):
        event(date(2025, 9, 3), BAC_NINH)
    recompute()
    with django_assert_max_num_queries(32):
        client.get(url)


def test_a_leader_publishes_and_takes_back_on_the_pages(closed, signed_in, officer, leader, client):
    closing = PeriodClosing.objects.get()
    publish = reverse("progress:closing_publish", args=[closing.pk])
    assert publish not in signed_in(officer).get(PERIOD).content.decode()
    leading = signed_in(leader)
    assert publish in leading.get(PERIOD).content.decode()
    form = {"key": "k1", "document": document().number, "note": "Số năm 2025"}
    answer = leading.post(publish, form, follow=True)
    assert "Đã công bố số liệu kỳ 2025, phiên bản 1." in text_of(answer)
    assert "Số năm 2025" in text_of(answer)
    assert publish not in answer.content.decode()
    assert leading.post(publish, form).status_code == 302, "sent twice it is one"
    publication = Publication.objects.get()
    assert "Đã công bố" in text_of(signed_in(officer).get(LIST))
    values = reverse("public-publication-values", args=[publication.pk])
    assert client.get(values).status_code == 200
    withdraw = reverse("progress:publication_withdraw", args=[publication.pk])
    told = text_of(leading.post(withdraw, {"reason": "Sai số liệu"}, follow=True))
    assert "Leader TDC rút công bố lúc" in told
    assert "Sai số liệu" in told
    assert leading.post(withdraw, {"reason": "Lần nữa"}).status_code == 409
    assert client.get(values).status_code == 410
    again = leading.post(publish, form | {"key": "k2"}, follow=True)
    assert "Đã công bố số liệu kỳ 2025, phiên bản 1." in text_of(again)
    signed_in(officer).post(PERIOD, sent())
    closed_again = leading.post(reverse("progress:closing_close", args=[ClosingProposal.objects.get().pk]), follow=True)
    assert "Người xem công khai vẫn thấy phiên bản 1 cho đến khi" in text_of(closed_again)
    assert leading.post(publish, form | {"key": "k3"}).status_code == 409, "closed again meanwhile"
    told = text_of(signed_in(officer).get(LIST))
    assert "Đã chốt, phiên bản 2 Đã công bố phiên bản 1" in told, "what everybody reads is not taken back by closing"


def test_an_act_by_which_figures_are_published_may_be_a_new_one(closed, signed_in, leader):
    closing = PeriodClosing.objects.get()
    publish, leading = reverse("progress:closing_publish", args=[closing.pk]), signed_in(leader)
    page = leading.get(publish).content.decode()
    assert f'value="{closing.document}"' in page, "the act of the closing stands there already"
    assert "Văn bản chưa có trong cổng: nhập để thêm mới" in page
    form = {"key": "k1", "document": "77/TB-TĐC", "document-kind": "Thông báo", "document-issuer": "Ủy ban TĐC"}
    answer = leading.post(publish, form, follow=True)
    assert "Đã công bố số liệu kỳ 2025, phiên bản 1." in text_of(answer)
    assert str(Publication.objects.get().document) == "Thông báo 77/TB-TĐC"


def test_a_version_that_a_newer_publication_follows_says_so(closed, signed_in, officer, leader):
    published = {"document": document(), "note": "", "by": leader}
    publish_closing(PeriodClosing.objects.get(), **published)
    assert "Đã có lần công bố mới hơn" not in text_of(signed_in(leader).get(PERIOD))
    close(2025)
    publish_closing(PeriodClosing.objects.get(version=2), **published)
    told = text_of(signed_in(leader).get(PERIOD))
    assert told.count("Đã có lần công bố mới hơn của kỳ này") == 1
    assert told.index("Phiên bản 2 ·") < told.index("Phiên bản 1 ·") < told.index("Đã có lần công bố mới hơn")
