"""Two rows of a declared register that are one thing: whichever register has a code and a name."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from apps.exchange.forms import Pair
from apps.exchange.services import apply_suggestions
from apps.labs.models import ConformityBody, Laboratory, Registration
from apps.registers.declaration import registers
from apps.registers.merging.finding import Why, loaded, pairs_for
from apps.registers.merging.services import merge_rows, part_rows, rehearse
from apps.registers.merging.subject import subject_of
from apps.registers.services import restore_row
from apps.targets.models import RecomputeRequest
from tests.conftest import LAM_DONG
from tests.factories.registers import (
    AttendanceFactory,
    BodyFactory,
    CmcFactory,
    CmcStatusFactory,
    CourseFactory,
    LaboratoryFactory,
    RegistrationFactory,
    StandardFactory,
)
from tests.registers.conftest import states

pytestmark = pytest.mark.django_db


def found(slug: str, user) -> list[tuple[int, int, Why]]:
    subject = subject_of(slug)
    return [(one.one.pk, one.other.pk, one.why) for one in loaded(subject, pairs_for(subject, user))]


def test_every_register_with_a_code_and_a_name_has_the_pages(reader_client):
    slugs = [one.slug for one in registers() if one.is_mergeable]
    assert set(slugs) == {"standards", "cmc", "products", "labs", "bodies", "criteria", "courses"}
    for slug in set(slugs) - {"criteria"}:  # whose keepers are the centre's
        assert reader_client.get(f"/registers/{slug}/duplicates/").status_code == 200, slug
    assert reader_client.get("/registers/attendances/duplicates/").status_code == 404


def test_by_code_and_by_name(keeper, outsider, reader_client):
    one, other = BodyFactory(code="VILAS 001"), BodyFactory(code="vilas.001")
    named, again = BodyFactory(name="Trung tâm Đo lường"), BodyFactory(name="TRUNG TAM DO LUONG")
    BodyFactory(name="Trung tâm Đo lường", unit_id=LAM_DONG)
    CmcFactory(name="Quả cân", measuring_range="1 kg")
    CmcFactory(name="Quả cân", measuring_range="2 kg")
    assert found("bodies", keeper) == [(one.pk, other.pk, Why.CODE), (named.pk, again.pk, Why.NAME)]
    assert found("bodies", outsider) == []
    assert found("cmc", keeper) == [], "of one name, and two capabilities"
    assert "chỉ khác dấu cách" in reader_client.get("/registers/bodies/duplicates/").content.decode()


def test_pairs_are_searched_as_the_register_is(keeper, reader_client):
    for name in ("Trung tâm Đo lường", "Viện Khoáng sản"):
        BodyFactory(name=name, code=f"{name} 1")
        BodyFactory(name=name, code=f"{name}-1")
    shown = reader_client.get("/registers/bodies/duplicates/?q=trung tam").context["shown"]
    assert [str(pair.one) for pair, _records in shown] == ["Trung tâm Đo lường"]
    assert [told for _pair, records in shown for _row, _label, told in records] == ["Bắc Ninh", "Bắc Ninh"]
    part = reader_client.get(
        "/registers/bodies/duplicates/?q=khong co", headers={"HX-Request": "true"}
    ).content.decode()
    assert "Không có bản ghi trùng nào khớp" in part
    assert "<html" not in part
    assert len(reader_client.get("/registers/enterprises/duplicates/?q=khong co").context["shown"]) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_many_as_for_one(reader_client, count, django_assert_num_queries):
    for number in range(count):
        StandardFactory(name=f"Chuẩn {number}", code=f"A {number}")
        StandardFactory(name=f"Chuẩn {number}", code=f"a{number}")
    with django_assert_num_queries(7):
        assert len(reader_client.get("/registers/standards/duplicates/").context["shown"]) == count


def test_what_hangs_on_it_comes_along_and_goes_back(keeper):
    kept, gone = BodyFactory(address="Số 1"), BodyFactory(tax_code="0101243150")
    laboratory = LaboratoryFactory(body=gone)
    RegistrationFactory(body=gone, laboratory=laboratory)
    merge = merge_rows(kept, gone, {"tax_code"}, "Nhập hai lần", by=keeper)
    kept.refresh_from_db()
    assert (kept.tax_code, kept.address) == ("0101243150", "Số 1")
    assert {Laboratory.objects.get().body_id, Registration.objects.get().body_id} == {kept.pk}
    gone.refresh_from_db()
    assert gone.withdrawn_reason.startswith("Gộp vào")
    with pytest.raises(ValidationError, match="đã được gộp"):
        restore_row(gone, "Rút nhầm", by=keeper)
    part_rows(merge, "Là hai tổ chức", by=keeper)
    kept.refresh_from_db()
    assert kept.tax_code == ""
    assert {Laboratory.objects.get().body_id, Registration.objects.get().body_id} == {gone.pk}
    assert ConformityBody.objects.live().count() == 2


def test_figures_are_counted_anew_and_a_clash_refuses(keeper, reader_client):
    one, other = CourseFactory(), CourseFactory()
    AttendanceFactory(course=one, full_name="Trần Thị Đo", birth_year=1990, workplace="Sở")
    twin = AttendanceFactory(course=other, full_name="TRẦN THỊ ĐO", birth_year=1990, workplace="Sở")
    preview = rehearse(subject_of("courses"), one, other, set(), by=keeper)
    [clash] = preview.clashes
    assert (clash.url, preview.is_possible) == (twin.get_absolute_url(), False)
    page = reader_client.get(f"/registers/courses/{one.pk}/merge/{other.pk}/").content.decode()
    assert "có ở cả hai bản ghi" in page
    twin.birth_year = 1991
    twin.save()
    RecomputeRequest.objects.all().delete()
    merge_rows(one, other, set(), "Nhập hai lần", by=keeper)
    assert RecomputeRequest.objects.get().source == "training.attendance"
    assert reader_client.get(other.get_absolute_url()).url == one.get_absolute_url()


def test_rows_that_may_not_stand_together_refuse(keeper):
    one, other = CmcFactory(), CmcFactory()
    CmcStatusFactory(cmc=one, happened_on=date(2021, 5, 4))
    CmcStatusFactory(cmc=other, happened_on=date(2022, 5, 4))
    preview = rehearse(subject_of("cmc"), one, other, set(), by=keeper)
    assert "không thể tiếp sau" in preview.refused[0]
    with pytest.raises(ValidationError):
        merge_rows(one, other, set(), "Nhập hai lần", by=keeper)


def test_a_file_that_names_a_merged_code_is_offered_the_one_that_stands(keeper, upload):
    """However often it was merged; named by who no longer may, it is told as withdrawn."""
    first, second, last = BodyFactory(code="TC-1"), BodyFactory(code="TC-2"), BodyFactory(code="TC-3")
    merge_rows(second, first, set(), "Nhập hai lần", by=keeper)
    merge_rows(last, second, set(), "Nhập hai lần", by=keeper)
    row = {"code": "tc-1", "name": last.name, "kind": "Đơn vị sự nghiệp công lập", "unit": "Bắc Ninh"}
    batch = upload("bodies", [row, row | {"code": "TC-9"}])
    [told] = batch.problems.filter(severity="warning")
    assert (told.number, told.code, told.suggestion) == (2, "row_merged", "TC-3")
    assert "đã được gộp vào “TC-3”" in told.message
    assert apply_suggestions(batch, [Pair(told.column, told.value, "TC-3").key], by=keeper) == 1
    assert states(batch) == ["unchanged", "new"]
    ConformityBody.objects.filter(pk=last.pk).update(unit_id=LAM_DONG)
    again = upload("bodies", [row, row | {"code": "TC-8"}]).problems.get(severity="warning")
    assert (again.code, again.suggestion) == ("row_withdrawn", "")
