"""Two records of one enterprise: found, merged with all that hangs on them, counted once, and parted again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.documents.models import Attachment
from apps.documents.services import attach_file
from apps.enterprises import places
from apps.enterprises.models import Enterprise, ProgrammeEvent, SupportActivity
from apps.enterprises.services import update_enterprise
from apps.progress.services import find_differences, recompute
from apps.registers.merging.finding import Why, loaded, pairs_for
from apps.registers.merging.services import merge_rows, part_rows
from apps.registers.merging.subject import subject_of
from apps.registers.models import RegisterMerge
from apps.targets.models import IndicatorValue
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.enterprises.conftest import LIST, text_of
from tests.exchange import enterprise_files as files
from tests.factories.closings import close_until
from tests.factories.enterprises import EnterpriseFactory, tax_code
from tests.factories.registers import MinistryFactory, SupportFactory
from tests.registers.test_evidence import PDF

pytestmark = pytest.mark.django_db
DUPLICATES = f"{LIST}duplicates/"


def merge_url(kept: Enterprise, gone: Enterprise) -> str:
    return f"{LIST}{kept.pk}/merge/{gone.pk}/"


def mt5(unit: str = BAC_NINH) -> int:
    found = IndicatorValue.objects.known_on().filter(indicator__code="MT5", unit=unit, breakdown="", period__year=2026)
    return int(found.get().value)


def found(user) -> list[tuple[str, str | None, Why]]:
    subject = subject_of("enterprises")
    pairs = loaded(subject, pairs_for(subject, user))
    return [(one.one.tax_code, one.other.tax_code if one.other else None, one.why) for one in pairs]


@pytest.fixture
def two(event_of) -> tuple[Enterprise, Enterprise]:
    """One enterprise twice on record, counted twice: its code was mistyped once."""
    right = EnterpriseFactory(name="Công ty CP Cơ khí Cầu Đo", address="Số 1, đường Ngô Gia Tự")
    wrong = EnterpriseFactory(
        name="CÔNG TY CP CƠ KHÍ CẦU ĐO", tax_code=right.tax_code[:9] + str((int(right.tax_code[9]) + 1) % 10),
        tax_code_reason="Theo hồ sơ", note="Có kho tại Yên Phong",
    )  # fmt: skip
    event_of(right, on=date(2026, 3, 12))
    event_of(wrong, on=date(2026, 2, 1))
    event_of(wrong, "approached", date(2025, 2, 1), form="written", unit=LAM_DONG)
    return right, wrong


def test_they_are_found_by_name_and_place(keeper, outsider, central_keeper, two, django_assert_max_num_queries):
    right, wrong = two
    EnterpriseFactory(name="Công ty CP Cơ khí Cầu Đo", unit_id=LAM_DONG)  # elsewhere
    former = EnterpriseFactory(name="Công ty CP Cân Việt", unit_id=BAC_GIANG, address="Số 9, đường Nguyễn Trãi")
    again = EnterpriseFactory(name="CÔNG TY CP CÂN VIỆT", address="Lô 9")
    for number, address in ((1, "Thôn Đông"), (2, "Thôn Đoài")):
        code = f"02419900000{number}"
        EnterpriseFactory(name="Hộ kinh doanh Lan", ownership="household", tax_code=code, address=address)
    branch = EnterpriseFactory(name="Chi nhánh Cầu Đo", tax_code=f"{tax_code(800)}-001")
    EnterpriseFactory(name="Chi nhánh Cầu Đo", tax_code=f"{tax_code(800)}-002")
    told = found(keeper)
    assert (right.tax_code, wrong.tax_code, Why.WRONG_CODE) in told
    assert {why for one, _other, why in told if one == branch.tax_code} == {Why.NO_HEAD}, "branches are no duplicates"
    assert (former.tax_code, again.tax_code, Why.OTHER_ADDRESS) in told, "in the province of today"
    assert len(told) == 4
    assert found(outsider) == []
    assert len(found(central_keeper)) == len(told)


def test_the_page_names_the_pairs_and_the_list_leads_there(client, two, stranger, signed_in):
    page = text_of(client.get(DUPLICATES))
    assert "một mã sai chữ số kiểm tra" in page
    assert "Bản ghi có thể trùng (1)" in text_of(client.get(LIST))
    assert signed_in(stranger).get(DUPLICATES).status_code == 403


def test_merged_they_count_once_and_parted_as_before(keeper, two):
    right, wrong = two
    support = SupportFactory(tax_code=wrong.tax_code, unit_id=LAM_DONG)
    managed = MinistryFactory(tax_code=wrong.tax_code)
    attach_file(wrong, SimpleUploadedFile("bien-ban.pdf", PDF, "application/pdf"), by=keeper)
    recompute(["MT5"])
    before = mt5()
    merge = merge_rows(right, wrong, {"note"}, "Nhập hai lần", by=keeper)
    right.refresh_from_db()
    wrong.refresh_from_db()
    assert (right.note, right.name) == ("Có kho tại Yên Phong", "Công ty CP Cơ khí Cầu Đo")
    assert wrong.merged_into == right
    assert set(ProgrammeEvent.objects.values_list("programme__enterprise", flat=True)) == {right.pk}
    assert set(SupportActivity.objects.values_list("tax_code", flat=True)) == {right.tax_code}
    assert set(Attachment.objects.values_list("owner_id", flat=True)) == {str(right.pk)}
    assert places.disagreements() == []
    assert find_differences(["MT5"]) != []
    recompute(["MT5"])
    assert mt5() == before - 1
    actions = AuditEvent.objects.filter(action__startswith="register.").values_list("action", flat=True)
    assert sorted(actions) == ["register.merged", "register.merged_away", "register.moved", "register.moved"]

    part_rows(merge, "Là hai công ty", by=keeper)
    right.refresh_from_db()
    assert right.note == ""
    assert ProgrammeEvent.objects.filter(programme__enterprise=wrong).count() == 2
    for row in (support, managed):
        row.refresh_from_db()
        assert row.tax_code == wrong.tax_code
    assert Attachment.objects.get().owner_id == str(wrong.pk)
    assert places.disagreements() == []
    recompute(["MT5"])
    assert mt5() == before
    with pytest.raises(ValidationError, match="đã được tách lại"):
        part_rows(merge, "Lần nữa", by=keeper)


def test_the_code_of_the_one_that_goes_may_stay(keeper, two):
    right, wrong = two
    SupportFactory(tax_code=wrong.tax_code)
    merge = merge_rows(wrong, right, {"tax_code", "name"}, "Nhập hai lần", by=keeper)
    wrong.refresh_from_db()
    assert (wrong.tax_code, wrong.tax_code_reason) == (right.tax_code, "")
    assert SupportActivity.objects.get().tax_code == right.tax_code, "what named the mistyped code"
    part_rows(merge, "Nhầm", by=keeper)
    assert Enterprise.objects.live().count() == 2


def test_what_stands_on_both_is_told_and_refuses(client, keeper, two, event_of):
    right, wrong = two
    event_of(wrong, on=date(2026, 3, 12))
    page = client.get(merge_url(right, wrong))
    assert "Giai đoạn “Đang áp dụng 12/03/2026” có ở cả hai bản ghi" in text_of(page)
    assert Enterprise.objects.live().count() == 2, "looking changes nothing"
    with pytest.raises(ValidationError, match="có ở cả hai bản ghi"):
        merge_rows(right, wrong, set(), "Nhập hai lần", by=keeper)


def test_a_branch_is_not_merged_with_its_enterprise_nor_what_is_out_of_reach(keeper, client, outsider, enterprise):
    branch = EnterpriseFactory(tax_code=f"{enterprise.tax_code}-001")
    other = EnterpriseFactory(unit_id=LAM_DONG)
    with pytest.raises(ValidationError, match="hai hồ sơ"):
        merge_rows(enterprise, branch, set(), "Trùng", by=keeper)
    with pytest.raises(ValidationError, match="ngoài phạm vi"):
        merge_rows(enterprise, other, set(), "Trùng", by=keeper)
    assert client.get(merge_url(enterprise, other)).status_code == 404
    assert client.get(merge_url(enterprise, enterprise)).status_code == 404


def test_through_the_pages(client, two):
    right, wrong = two
    close_until(2025)
    address = merge_url(right, wrong)
    assert "2 giai đoạn" in text_of(client.get(address))
    moments = {"kept_seen": right.updated_at.isoformat(), "gone_seen": wrong.updated_at.isoformat()}
    sent = {"key": "k", "reason": "Nhập hai lần", **moments}
    answer = client.post(address, sent)
    assert (answer.status_code, answer.url) == (302, right.get_absolute_url())
    assert client.post(address, sent).url == right.get_absolute_url(), "sent twice"
    right.refresh_from_db()
    assert right.note == "Có kho tại Yên Phong", "what was not known is taken over unasked"
    assert client.get(wrong.get_absolute_url()).url == right.get_absolute_url()
    kept = text_of(client.get(right.get_absolute_url()))
    assert "Đã gộp “CÔNG TY CP CƠ KHÍ CẦU ĐO" in kept
    merge = RegisterMerge.objects.get()
    part = f"{LIST}merges/{merge.pk}/part/"
    assert client.post(part, {"reason": "Nhầm"}).status_code == 302
    assert Enterprise.objects.live().count() == 2
    assert client.get(wrong.get_absolute_url()).status_code == 200


def test_it_is_parted_only_while_nobody_changed_it_and_within_days(keeper, client, two):
    merge = merge_rows(*two, set(), "Nhập hai lần", by=keeper)
    RegisterMerge.objects.update(merged_at=timezone.now() - timedelta(days=8))
    with pytest.raises(ValidationError, match="quá 7 ngày"):
        part_rows(merge, "Nhầm", by=keeper)
    RegisterMerge.objects.update(merged_at=timezone.now())
    update_enterprise(two[0], {"note": "Đã đổi"}, by=keeper)
    with pytest.raises(ValidationError, match="sửa"):
        part_rows(merge, "Nhầm", by=keeper)
    assert "Không tách lại được" in text_of(client.get(f"{LIST}merges/{merge.pk}/part/"))


def test_the_old_code_leads_to_the_record_that_stays(keeper, client, two):
    right, wrong = two
    merge_rows(right, wrong, set(), "Nhập hai lần", by=keeper)
    assert "mã của bản ghi đã được gộp" in text_of(client.get("/search/", {"q": wrong.tax_code}))


def test_a_file_that_names_the_old_code_is_offered_the_new_one(keeper, two, upload):
    right, wrong = two
    merge_rows(right, wrong, set(), "Nhập hai lần", by=keeper)
    batch = upload(files.workbook([[wrong.tax_code, right.name, *files.rows(1)[0][2:]]]))
    told = batch.problems.get(code="tax_code_merged")
    assert (told.severity, told.suggestion) == ("warning", right.tax_code)
