"""Staged rows against the register and into it: what counts as new, as changed and as known."""

from datetime import date

import pytest
from django.utils import timezone

from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.exchange.selectors import counts_of
from apps.jobs.services import run_job
from apps.targets.models import IndicatorValue
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import done
from tests.factories.enterprises import EnterpriseFactory
from tests.meanwhile import meanwhile

pytestmark = pytest.mark.django_db


def row(**changed):
    """A good row; keys are those of `COLUMN`."""
    line = files.rows(1)[0]
    for key, value in ({"on": "01/03/2026"} | changed).items():
        files.put(line, COLUMN[key], value)
    return line


COLUMN = {
    "code": "Mã số thuế",
    "name": "Tên doanh nghiệp",
    "place": "Tỉnh, thành phố",
    "address": "Địa chỉ",
    "ownership": "Loại hình",
    "industry": "Mã ngành (VSIC)",
    "form": "Hình thức tham gia",
    "stage": "Giai đoạn",
    "on": "Ngày",
    "note": "Ghi chú",
}


@pytest.fixture
def load(upload, write):
    """Upload rows and write them."""

    def load(*lines, **options):
        return write(upload(files.workbook(lines), **options), by=options.get("by"))

    return load


def states(batch):
    return list(batch.rows.order_by("number").values_list("state", flat=True))


# --- one file ---------------------------------------------------------------------------------------------------------


def test_new_enterprise_is_as_its_row_says(load):
    load(row(industry="C1020", ownership="FDI", address="1 Lê Lợi"))
    found = Enterprise.objects.select_related("industry").get()
    assert (found.tax_code, found.name, found.address) == (files.rows(1)[0][0], "Công ty TNHH Số 0", "1 Lê Lợi")
    assert (found.ownership, found.unit_id, found.located_on) == ("fdi", BAC_NINH, date(2026, 3, 1))
    assert (found.industry.code, found.industry_code) == ("10", "1020")


def test_row_of_the_latest_day_speaks_for_the_enterprise(load):
    load(
        row(name="Tên mới", on="01/05/2026"),
        row(name="Tên giữa", on="01/04/2026"),
        row(name="Tên cũ", on="01/06/2025", stage="Khảo sát"),
    )
    found = Enterprise.objects.get()
    assert (found.name, found.unit_id, found.located_on) == ("Tên mới", BAC_NINH, date(2026, 5, 1))
    assert set(ProgrammeEvent.objects.values_list("unit_id", flat=True)) == {BAC_NINH, files.BAC_NINH_BEFORE}


def test_two_forms_are_two_programmes_of_one_enterprise(load):
    load(row(form=files.SERVED), row(form=files.WRITTEN))
    assert Enterprise.objects.count() == 1
    assert set(AssuranceProgramme.objects.values_list("form", flat=True)) == {"served", "written"}


def test_branch_is_an_enterprise_of_its_own(load):
    code = files.rows(1)[0][0]
    load(row(), row(code=f"{code}-001"))
    assert Enterprise.objects.count() == 2


def test_same_event_twice_in_a_file_is_a_duplicate_however_it_is_written(upload):
    code = files.rows(1)[0][0]
    lines = [row(), row(name="Tên khác"), row(code=f"{code[:4]} {code[4:]}"), row(stage="Duy trì"), row(on="2/3/2026")]
    batch = upload(files.workbook(lines))
    assert states(batch) == ["new", "error", "error", "new", "new"]
    messages = list(batch.problems.order_by("number").values_list("number", "column", "code", "message"))
    assert [found[:3] for found in messages] == [(3, "Mã số thuế", "duplicate"), (4, "Mã số thuế", "duplicate")]
    assert all("Trùng với dòng 2" in found[3] for found in messages)


def test_wrong_row_is_no_twin(upload):
    assert states(upload(files.workbook([row(name=""), row()]))) == ["error", "new"]


# --- against the register ---------------------------------------------------------------------------------------------


def test_known_event_with_nothing_new_is_unchanged(load, upload):
    load(row())
    assert states(upload(files.workbook([row(), row(stage="Duy trì", on="02/03/2026")]))) == ["unchanged", "new"]


@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"name": "Công ty mới"}, "name", "Công ty mới"),
        ({"address": "2 Lê Lợi"}, "address", "2 Lê Lợi"),
        ({"ownership": "FDI"}, "ownership", "fdi"),
        ({"industry": "G"}, "industry_code", "G"),
    ],
)
def test_known_event_with_news_of_the_enterprise_is_an_update(load, upload, write, keeper, changed, field, value):
    load(row())
    batch = upload(files.workbook([row(**changed)]))
    services.accept_warnings(batch, "Đổi tên theo đăng ký mới", by=keeper)
    batch = write(batch)
    assert (states(batch), batch.written_rows) == (["update"], 1)
    assert getattr(Enterprise.objects.get(), field) == value
    assert ProgrammeEvent.objects.count() == 1


def test_blank_columns_change_nothing(load):
    load(row(address="1 Lê Lợi", industry="C10"))
    assert states(load(row(address="", industry=""))) == ["unchanged"]
    found = Enterprise.objects.get()
    assert (found.address, found.industry_code) == ("1 Lê Lợi", "10")


def test_older_row_does_not_rename(load, upload, write, keeper):
    load(row(name="Tên mới", on="01/05/2026"))
    batch = upload(files.workbook([row(name="Tên cũ", on="01/04/2026")]))
    services.accept_warnings(batch, "Tên trước đây", by=keeper)
    write(batch)
    assert Enterprise.objects.get().name == "Tên mới"
    assert ProgrammeEvent.objects.count() == 2


def test_enterprise_that_has_moved_in_is_not_renamed_by_its_former_province(load):
    """Its events there may be added; who it is now, its present province says."""
    code = files.rows(1)[0][0]
    EnterpriseFactory(tax_code=code, name="Tên ở Lâm Đồng", unit_id=LAM_DONG, located_on=date(2026, 1, 1))
    load(row(name="Tên ở Bắc Ninh"))
    found = Enterprise.objects.get()
    assert (found.name, found.unit_id) == ("Tên ở Lâm Đồng", LAM_DONG)
    assert ProgrammeEvent.objects.get().unit_id == BAC_NINH


def test_old_province_counts_as_own(load):
    load(row(place="Bắc Giang", on="01/06/2025"))
    assert ProgrammeEvent.objects.get().unit_id == BAC_GIANG


def test_withdrawn_event_does_not_come_again_by_itself(load, keeper):
    load(row())
    ProgrammeEvent.objects.update(
        withdrawn_at=timezone.now(), withdrawn_by=keeper, withdrawn_reason="Nhầm", updated_at=timezone.now()
    )
    batch = load(row(note="lần hai"))
    assert (states(batch), ProgrammeEvent.objects.live().count()) == (["error"], 0)


def test_what_was_new_at_the_check_may_be_known_at_the_writing(upload, write):
    first, second = upload(files.workbook([row()])), upload(files.workbook([row(), row(stage="Duy trì")]))
    assert states(second) == ["new", "new"]
    write(first)
    second = write(second)
    assert (states(second), second.written_rows) == (["unchanged", "new"], 1)
    assert ProgrammeEvent.objects.count() == 2


def test_settling_again_gives_the_same(upload, keeper):
    lines = [row(), row(), row(name=""), row(stage="Duy trì")]
    batch = upload(files.workbook(lines))
    before = states(batch), counts_of(batch)
    services.mend_cell(batch, 2, "Ghi chú", "thêm", by=keeper)
    assert (states(batch), counts_of(batch)) == before


# --- undoing, and the figure ------------------------------------------------------------------------------------------


def test_undo_withdraws_what_this_import_wrote_and_no_more(load, keeper):
    load(row())
    batch = load(row(), row(stage="Duy trì", on="02/04/2026"), row(stage="Khảo sát", on="02/01/2026"))
    by_hand = ProgrammeEvent.objects.get(stage="surveyed")
    by_hand.withdrawn_at, by_hand.withdrawn_by, by_hand.withdrawn_reason = timezone.now(), keeper, "Sai ngày"
    by_hand.save()
    done(services.request_undo(batch, "Nhầm tệp", by=keeper))
    assert list(ProgrammeEvent.objects.live().values_list("stage", flat=True)) == ["applied"]
    by_hand.refresh_from_db()
    assert by_hand.withdrawn_reason == "Sai ngày"
    assert Enterprise.objects.live().count() == 1


def test_figure_follows_the_writing_and_the_undoing(load, keeper):
    def figure():
        now = IndicatorValue.objects.filter(indicator__code="MT5", unit=BAC_NINH, breakdown="", known_to=None)
        return now.order_by("-period__year").values_list("value", flat=True).first()

    batch = load(*(files.put(line, "Ngày", "01/03/2026") for line in files.rows(7)))
    run_job(batch.job_id)
    assert figure() == 7
    batch = done(services.request_undo(batch, "Nhầm tệp", by=keeper))
    run_job(batch.job_id)
    assert figure() in (None, 0)


@pytest.mark.parametrize("point", ["DELETE FROM exchange_rowproblem", "INSERT INTO enterprises_enterprise ("])
def test_an_enterprise_that_another_opens_meanwhile_stops_the_file(upload, write, point):
    batch = upload(files.workbook([row()]))
    code = batch.rows.get().clean["tax_code"]
    with meanwhile(point, lambda: EnterpriseFactory(tax_code=code, name="Tên khác")):
        batch = write(batch)
    assert (batch.state, batch.refusal[:26]) == (ImportBatch.State.CHECKED, "Sổ vừa được người khác ghi")
    assert not Enterprise.objects.exists()  # theirs went too: it was written in our transaction
    assert write(batch).state == ImportBatch.State.WRITTEN
