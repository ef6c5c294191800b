"""The unit's side on screen: who comes in, what is saved and what is not, and how much is asked of the database."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import RedisError

from apps.reports.models import AnnualReport, ReportedValue, ReportingRound
from apps.reports.paper import paper_of
from apps.reports.rows import seen_mark
from apps.reports.services import entering, moves, reviewing
from apps.reports.services.entering import Edit
from apps.reports.views.detail import path_of
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.reports import TEXTS, filled, report_of, signed_paper

HTMX = {"HTTP_HX_REQUEST": "true"}
MOST_QUERIES = 12  # of one cell that saves itself
SECTION_QUERIES = 9


def at(report: AnnualReport, name: str, *more: str) -> str:
    return reverse(f"reports:annualreport_{name}", args=[report.round.code, report.unit.slug, *more])


@pytest.fixture
def begun(report, editor) -> AnnualReport:
    moves.start(report, by=editor)
    report.refresh_from_db()
    return report


@pytest.fixture
def colleague(member):
    return member("Phuoc", "unit_editor", BAC_NINH)


def sent(report, code: str, value: str, *, why: str | None = None, version: int | None = None, was: str = "", **more):
    """What the row of a cell sends: `was`, what stood there when the page was drawn."""
    seen = seen_mark(report.version if version is None else version, was, "")
    data = {f"v-{code}": value, f"s-{code}": seen, **more}
    return data if why is None else data | {f"x-{code}": why}


def save(client, report, code: str, value: str, **told):
    return client.post(at(report, "cell", code), sent(report, code, value, **told), **HTMX)


PAGES = [("detail", ()), ("print", ()), ("edit", ("results",)), ("check", ()), ("here", ("results",))]
LEADER = {"detail": 200, "print": 200, "edit": 403, "check": 403, "here": 403}


@pytest.mark.django_db
def test_pages_are_for_people_of_the_unit(begun, client, editor, approver, member, signed_in):
    there = {name: at(begun, name, *args) for name, args in PAGES}
    client.force_login(editor)
    assert {name: client.get(url).status_code for name, url in there.items()} == dict.fromkeys(there, 200)
    leader = signed_in(approver)
    assert {name: leader.get(url).status_code for name, url in there.items()} == LEADER
    assert save(leader, begun, "5.2", "4").status_code == 403
    client.force_login(member("Editor Lam Dong", "unit_editor", LAM_DONG))
    assert {client.get(url).status_code for url in there.values()} == {404}
    assert save(client, begun, "5.2", "4").status_code == 404
    assert not begun.values.filter(cell__code="5.2", number=4).exists()


@pytest.mark.django_db
def test_a_reader_without_the_right_is_refused(begun, client, member):
    client.force_login(member("Reader", "reader", BAC_NINH))
    assert client.get(at(begun, "detail")).status_code == 200
    assert client.get(at(begun, "edit", "results")).status_code == 403
    assert client.post(at(begun, "prefill")).status_code == 403


@pytest.mark.django_db
def test_what_is_not_begun_leads_to_its_start(report, client, editor):
    client.force_login(editor)
    answer = client.get(at(report, "edit", "results"), follow=True)
    assert answer.redirect_chain[-1][0] == at(report, "detail")
    assert "Báo cáo chưa bắt đầu" in answer.content.decode()
    hub = client.get(reverse("reports:annualreport_list")).content.decode()
    assert "Bắt đầu báo cáo năm 2026" in hub
    assert "Đã có 0/" in hub
    assert at(report, "start") in hub


@pytest.mark.django_db
def test_a_cell_saves_itself_and_tells_what_else_changed(begun, client, editor):
    client.force_login(editor)
    answer = save(client, begun, "K1.1", "1.200,5")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert ReportedValue.objects.get(report=begun, cell__code="K1.1").number == 1_200_500_000
    kept = ('value="1.200,5"', "1.200,5 (thiếu 4 ô)</b>", "Đã lưu lúc")
    for words in (*kept, 'id="muc"', 'id="summary"', 'hx-swap-oob="true"'):
        assert words in page
    assert "K2.1" not in page


@pytest.mark.django_db
def test_what_is_no_number_stays_as_it_was_typed(begun, client, editor):
    client.force_login(editor)
    answer = save(client, begun, "4.1", "156,5")
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ('value="156,5"', 'aria-invalid="true"', "chỉ nhận số nguyên", "chưa được lưu"):
        assert words in page
    assert ReportedValue.objects.get(report=begun, cell__code="4.1").number == 0


@pytest.mark.django_db
def test_a_total_tells_how_many_of_its_cells_are_blank(begun, client, editor):
    """On the page and on the paper; zero and "not applicable" are answers."""
    begun.values.filter(cell__code__startswith="K").delete()
    answers = {"K1.3": "2", "K2.3": "0", "K3.3": "not_applicable", "K4.3": "1", "K1.2": "6"}
    entering.write_cells(begun, [Edit(code, value) for code, value in answers.items()], by=editor)
    client.force_login(editor)
    table = paper_of(begun).annexes[0].blocks[0].rows[-1]
    assert table.cells[2:4] == ("6 (thiếu 4 ô)", "3 (thiếu 1 ô)")
    page = client.get(at(begun, "print")).content.decode()
    assert "3 (thiếu 1 ô)" in page
    rest = {f"K{line}.2": "0" for line in range(2, 6)} | {"K5.3": "0"}
    entering.write_cells(begun, [Edit(code, value) for code, value in rest.items()], by=editor)
    page = client.get(at(begun, "print")).content.decode()
    assert "thiếu" not in " ".join(paper_of(begun).annexes[0].blocks[0].rows[-1].cells[2:4])
    assert "50,0%" in page
    begun.values.exclude(cell__code__in=("K1.2", "K2.2")).delete()
    entering.write_cells(begun, [Edit(code, "Không có") for code in ("E1", "E2", "E3")], by=editor)
    entering.write_cells(begun, [Edit("E3", None)], by=editor)
    assert "Đã có 4/" in client.get(reverse("reports:annualreport_list")).text, "what was emptied is not given"
    assert client.get(f"/api/v1/reports/2026/{BAC_NINH}/").json()["completeness"][0] == 4


@pytest.mark.django_db
def test_of_one_cell_written_by_two_both_values_are_offered(begun, client, editor, colleague):
    seen = begun.version
    entering.write_cells(begun, [Edit("5.2", "468")], by=colleague)
    client.force_login(editor)
    answer = save(client, begun, "5.2", "465", version=seen, was="0")
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("vừa được Phuoc sửa thành 468 lúc", 'value="465"', "Giữ của tôi", "Dùng 468"):
        assert words in page
    begun.refresh_from_db()
    theirs = save(client, begun, "5.2", "465", was="468", act="use:5.2")
    assert theirs.status_code == 200
    assert 'value="468"' in theirs.content.decode()
    mine = save(client, begun, "5.2", "465", was="468", act="keep:5.2")
    assert mine.status_code == 200
    assert ReportedValue.objects.get(report=begun, cell__code="5.2").number == 465


@pytest.mark.django_db
def test_the_portals_own_number_comes_back_and_a_cell_may_not_apply(begun, client, editor):
    client.force_login(editor)
    page = save(client, begun, "5.1", "7", was="0", why="").content.decode()
    assert "Sổ đăng ký có 0, báo cáo ghi 7" in page
    assert "restore:5.1" in page
    assert "Dùng số 0" in page
    begun.refresh_from_db()
    save(client, begun, "5.1", "7", was="7", act="restore:5.1")
    row = ReportedValue.objects.get(report=begun, cell__code="5.1")
    assert (row.number, row.origin) == (0, "prefilled")
    save(client, begun, "D1", "", act="na:D1")
    save(client, begun, "K1.1", "kad")
    assert begun.values.filter(cell__code__in=["D1", "K1.1"], is_not_applicable=True).count() == 2


@pytest.mark.django_db
def test_without_a_script_a_section_is_sent_as_one_form(begun, client, editor, colleague):
    client.force_login(editor)
    entering.write_cells(begun, [Edit("D2", "9")], by=colleague)  # only looked at by the other
    data = sent(begun, "D1", "12") | sent(begun, "D2", "") | {"go": "difficulties"}
    answer = client.post(at(begun, "edit", "inspection"), data)
    assert answer.status_code == 302
    assert answer["Location"] == at(begun, "edit", "difficulties")
    entering.write_cells(begun, [Edit(code, "Không có") for code in TEXTS if code != "A1"], by=editor)
    page = client.get(at(begun, "edit", "inspection")).text
    assert 'value="general"' in page, "what is done is passed over, and begun over after the last"
    assert "“kad”" in page
    assert "“kad”" not in client.get(at(begun, "edit", "difficulties")).text, "where there is no number"
    numbers = dict(begun.values.filter(cell__code__in=["D1", "D2"]).values_list("cell__code", "number"))
    assert numbers == {"D1": 12, "D2": 9}
    refused = client.post(at(begun, "edit", "inspection"), sent(begun, "D3", "x") | sent(begun, "D4", "5"))
    page = refused.content.decode()
    assert refused.status_code == 422
    for words in ('value="x"', 'value="5"', "Cần sửa 1 lỗi"):
        assert words in page
    assert not begun.values.filter(cell__code="D4", number__isnull=False).exists()


@pytest.mark.django_db
def test_unknown_places_are_not_there(begun, client, editor):
    client.force_login(editor)
    assert client.get(at(begun, "edit", "nothing")).status_code == 404
    assert client.get(at(begun, "here", "nothing")).status_code == 404
    assert save(client, begun, "X9", "1").status_code == 404
    assert save(client, begun, "K6.1", "1").status_code == 404  # a sum
    odd = client.post(at(begun, "cell", "D1"), {"v-D1": "4", "s-D1": "²³x.y"}, **HTMX)
    assert odd.status_code == 200


@pytest.mark.django_db
def test_a_report_that_is_with_its_leader_is_not_written(report, client, editor, approver, signed_in):
    report = filled(report, editor)
    moves.to_leader(report, by=editor)
    client.force_login(editor)
    page = client.get(at(report, "edit", "results")).content.decode()
    assert "các ô chỉ để xem" in page
    assert 'name="v-5.1"' not in page
    refused = save(client, report, "D1", "5")
    assert refused.status_code == 422
    assert "Chờ ký duyệt" in refused.content.decode()
    leader = signed_in(approver)
    for name in ("detail", "print"):
        assert "Ghi nhận báo cáo đã ký" in leader.get(at(report, name)).content.decode()


@pytest.mark.django_db
def test_check_lists_what_is_left_hands_it_on_and_takes_it_back(begun, client, editor, approver):
    client.force_login(editor)
    page = client.get(at(begun, "check")).content.decode()
    assert "Mục này bắt buộc" in page
    assert "disabled" in page
    first = begun.form.cells.get(code="A1")
    place = f"{at(begun, 'edit', 'general')}#c{first.pk}"
    assert client.get(at(begun, "detail")).content.decode().count(place) == 2  # what is left, and the button
    section = client.get(at(begun, "edit", "general")).content.decode()
    for words in ("/6 mục chưa xong", "Đang mở mục 1/6", "Cần điền 1 ô bắt buộc", f'href="#c{first.pk}"'):
        assert words in section
    shown = client.get(at(begun, "edit", "difficulties")).context
    [here] = [one for one in shown["standings"] if one.section.code == "difficulties"]
    listed = len(shown["summary"]["lines"]) + len(shown["summary"]["may_stay"])
    assert listed == here.asked - here.given > here.missing, "the list names every cell that the counts miss"
    mended = place.replace("#", "?from=check#")
    assert f'trước hết <a class="lk" href="{mended}">A1</a>' in " ".join(page.split())
    entering.write_cells(begun, [Edit("A2", "\n".join("abcdefghi"))], by=editor)
    section = client.get(mended).content.decode()
    for words in ("Quay lại kiểm tra", 'rows="9"'):  # the field is as high as its text
        assert words in section
    assert client.post(mended, {"go": "check"})["Location"] == at(begun, "check")
    entering.write_cells(begun, [Edit(code, "Không có") for code in TEXTS], by=editor)
    page = client.get(at(begun, "check")).content.decode()
    for words in (
        "Không còn chỗ nào phải sửa",
        "Phó Chủ tịch Ủy ban nhân dân thành phố Bắc Ninh",
    ):
        assert words in page
    ReportingRound.objects.update(ends_on=timezone.localdate())
    ready = client.get(at(begun, "to_leader"))
    for words in (
        "Người có quyền ký: Approver Bac Ninh (Chủ tịch hoặc Phó Chủ tịch",
        "mới kết thúc (là hôm nay)",
        "chưa kèm tệp",
    ):
        assert words in ready.content.decode()
    form = ready.context["form"]
    answer = client.post(at(begun, "to_leader"), {"key": form.initial["key"], "version": form.initial["version"]})
    assert answer.status_code == 302
    begun.refresh_from_db()
    assert begun.state == "with_unit_leader"
    page = client.get(at(begun, "detail")).content.decode()
    for words in ("Bắc Ninh (Approver Bac Ninh)</span>", "mới kết thúc (là hôm nay)", "Rút lại để sửa"):
        assert words in page
    assert [one["label"] for one in path_of(begun) if one["state"] == "now"] == ["Lãnh đạo ký"]
    moves.recall(begun, by=editor)
    begun.refresh_from_db()
    assert (begun.state, begun.handed_by) == ("draft", None)


@pytest.mark.django_db
def test_that_it_was_sent_stays_and_sendings_tell_their_differences(report, client, editor, approver, officer):
    report = filled(report, editor, D1="not_applicable")
    client.force_login(editor)
    assert client.get(at(report, "submitted")).status_code == 302
    moves.to_leader(report, by=editor)
    moves.sign(report, signed_paper(), by=approver)
    moves.submit(report, by=editor)
    page = client.get(at(report, "submitted")).content.decode()
    assert "BC-2026-BAC-NINH-01" in page
    reviewing.note_cell(report, "D1", "flag", "Xem lại", by=officer)
    reviewing.return_for_revision(report, "Sửa ô D1", by=officer)
    back = client.get(at(report, "detail")).content.decode()
    assert "Sửa ô D1" in back
    assert "Xem lại" in back
    entry = client.get(at(report, "edit", "inspection")).content.decode()
    assert 'name="v-D1"' in entry
    assert 'name="v-D4"' not in entry
    report.refresh_from_db()
    assert save(client, report, "D1", "3").status_code == 200
    moves.to_leader(report, by=editor)
    moves.sign(report, signed_paper("16/BC-UBND"), by=approver)
    detail = client.get(at(report, "detail")).content.decode()
    assert "1 ô khác lần trước" in detail
    assert "<del>Không áp dụng</del>" in detail


@pytest.mark.django_db
def test_numbers_of_the_register_come_in_again(begun, client, editor):
    begun.values.filter(cell__code="5.1").update(number=3, prefilled=3)
    client.force_login(editor)
    answer = client.post(at(begun, "prefill"), {"section": "results"}, follow=True)
    assert answer.redirect_chain[-1][0] == at(begun, "edit", "results")
    assert "Đã lấy lại 1 số đối chiếu từ hệ thống" in answer.content.decode()
    assert begun.values.get(cell__code="5.1").number == 0


@pytest.mark.django_db
def test_colleagues_are_seen_and_a_cache_that_is_away_breaks_nothing(begun, client, editor, colleague, monkeypatch):
    client.force_login(colleague)
    client.get(at(begun, "edit", "inspection"))
    client.force_login(editor)
    assert "Phuoc đang mở mục 4" in client.get(at(begun, "edit", "results")).content.decode()

    def away(*args, **kwargs):
        raise RedisError

    monkeypatch.setattr(type(cache._connections[cache._alias]), "get", away)
    page = client.get(at(begun, "here", "results"))
    assert page.status_code == 200
    assert "Phuoc" not in page.content.decode()


@pytest.mark.django_db
def test_the_list_is_of_what_is_in_sight(begun, round_2026, client, editor, officer, signed_in):
    client.force_login(editor)
    own = client.get(reverse("reports:annualreport_list")).content.decode()
    assert "Tiếp tục báo cáo năm 2026" in own
    assert report_of(round_2026, LAM_DONG).get_absolute_url() not in own
    client = signed_in(officer)
    every = reverse("reports:annualreport_list")
    assert report_of(round_2026, LAM_DONG).get_absolute_url() in client.get(f"{every}?per_page=200").content.decode()
    narrowed = client.get(f"{every}?unit={BAC_NINH}&round=2026&state=draft&kind=annual").content.decode()
    assert "1 báo cáo" in narrowed
    assert client.get(f"{every}?export=csv").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("given", [0, 30])
def test_a_section_asks_as_much_whatever_its_report_holds(begun, client, editor, given, django_assert_num_queries):
    ReportedValue.objects.filter(report=begun).delete()
    cells = begun.form.cells.filter(kind__in=["whole", "money"], parts=[])[:given]
    entering.write_cells(begun, [Edit(cell.code, "1") for cell in cells], by=editor)
    client.force_login(editor)
    client.get(at(begun, "edit", "results"))
    with django_assert_num_queries(SECTION_QUERIES):
        client.get(at(begun, "edit", "results"))


@pytest.mark.django_db
def test_a_cell_asks_little_of_the_database(begun, client, editor, django_assert_max_num_queries):
    client.force_login(editor)
    save(client, begun, "5.2", "1", was="0")
    begun.refresh_from_db()
    url, data = at(begun, "cell", "5.1"), sent(begun, "5.1", "4", was="0")
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = client.post(url, data, **HTMX)
    assert answer.status_code == 200
    assert "Sổ đăng ký có 0, báo cáo ghi 4" in answer.content.decode()
