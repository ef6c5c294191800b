"""Any file, confirmed and undone, leaves the register and every person's view as before; what stays is named."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.html import strip_tags
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.documents.services import attach_file, withdraw_attachment
from apps.enterprises import places
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.services import add_event, correct_event, update_enterprise
from apps.exchange import services
from apps.exchange.models import Overwritten
from apps.exchange.services import undoing_of
from apps.progress.services import recompute
from apps.targets.models import IndicatorValue
from tests.conftest import BAC_NINH, LAM_DONG, TDC
from tests.enterprises.conftest import LIST
from tests.enterprises.test_importing import load, row, states  # noqa: F401
from tests.examples import examples
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import done, url
from tests.factories.enterprises import AssuranceProgrammeFactory, EnterpriseFactory, ProgrammeEventFactory

pytestmark = pytest.mark.django_db
FIELDS = ("id", "tax_code", "name", "ownership", "unit_id", "address", "industry_id", "industry_code", "located_on")


def register() -> tuple[list, list]:
    facts = ProgrammeEvent.objects.live().order_by("id")
    return (
        list(Enterprise.objects.live().order_by("id").values_list(*FIELDS)),
        list(facts.values_list("id", "programme_id", "stage", "occurred_on", "unit_id", "note")),
    )


@pytest.fixture
def confirm(upload, keeper):
    """Load rows with every warning let pass."""

    def write(*lines, by=keeper):
        batch = upload(files.workbook(lines), by=by)
        if batch.problems.filter(severity="warning").exists():
            services.accept_warnings(batch, "Đã đối chiếu", by=by)
        return done(services.request_write(batch, by=by))

    return write


# --- what was written over --------------------------------------------------------------------------------------------

WRONG = {"name": "Công ty SAI TÊN", "address": "Số 9 phố Sai", "ownership": "FDI", "industry": "C11"}


@pytest.mark.parametrize("event", [{}, {"stage": "Duy trì", "on": "20/06/2026"}], ids=["same event", "new event"])
def test_undo_gives_back_name_address_kind_and_trade(confirm, undo, event):
    confirm(row(name="Công ty Đúng Tên", address="Số 1 phố Đúng", industry="C10"))
    before = register()
    batch = confirm(row(**WRONG, **event))
    found = Enterprise.objects.get()
    assert (found.name, found.address, found.ownership, found.industry_code) == (*list(WRONG.values())[:2], "fdi", "11")
    undo(batch)
    assert register() == before
    assert set(Overwritten.objects.values_list("outcome", flat=True)) == {"given_back"}


def test_what_was_changed_since_stays_and_is_named_before_and_after(confirm, undo, client, keeper, member, signed_in):
    confirm(row(name="Công ty Đúng Tên", address="Số 1 phố Đúng"))
    batch = confirm(row(**WRONG, stage="Duy trì", on="20/06/2026"))
    update_enterprise(Enterprise.objects.get(), {"address": "Số 5 phố Mới"}, by=keeper)
    dialog = client.get(url("importbatch_undo", batch)).text
    assert "1 hồ sơ trở lại như trước khi nhập" in dialog
    assert "Công ty SAI TÊN: địa chỉ đã được sửa sau khi nhập, giữ nguyên" in strip_tags(dialog)
    assert f'href="{Enterprise.objects.get().get_absolute_url()}">Công ty SAI TÊN</a>' in dialog
    batch = undo(batch)
    found = Enterprise.objects.get()
    assert (found.name, found.address) == ("Công ty Đúng Tên", "Số 5 phố Mới")
    page = client.get(batch.get_absolute_url()).text
    assert "Công ty Đúng Tên: địa chỉ đã được sửa sau khi nhập, giữ nguyên" in strip_tags(page)
    audit = AuditEvent.objects.get(action="import.undone")
    assert audit.data["stays"] == ["Công ty Đúng Tên: địa chỉ đã được sửa sau khi nhập, giữ nguyên"]
    assert (audit.data["rows"], audit.data["unnamed"]) == (1, 0)
    assert audit.data["taken_back"] == ["Công ty Đúng Tên: Duy trì 20/06/2026"]
    over = client.get(batch.get_absolute_url(), {"tab": "overwritten"}).text
    rows = re.findall(r"<tr>\s*<td.*?</tr>", over, re.DOTALL)
    assert [("Số 1 phố Đúng" in row, "Giữ nguyên vì đã được sửa" in row) for row in rows].count((True, True)) == 1
    assert sum("Công ty SAI TÊN" in row and "Đã trả lại giá trị trước" in row for row in rows) == 1
    reader = member("Auditor TDC", "auditor", TDC)
    page = signed_in(reader).get(audit.get_absolute_url()).text
    assert f'href="{batch.get_absolute_url()}?tab=valid"' in page
    assert "Công ty Đúng Tên: Duy trì 20/06/2026" in page


def test_undoing_the_earlier_of_two_imports_leaves_no_trace_in_the_later_ones_undo(confirm, undo):
    confirm(row(name="Công ty Một", on="01/03/2026"))
    before = register()
    second = confirm(row(name="Công ty Hai", stage="Duy trì", on="01/04/2026"))
    third = confirm(row(name="Công ty Ba", stage="Đã ngừng", on="01/05/2026"))
    undo(second)
    assert Enterprise.objects.get().name == "Công ty Ba"
    undo(third)
    assert register() == before


@pytest.mark.parametrize("first_undone", ["written first", "written last"])
def test_later_is_what_was_written_later_whenever_it_was_confirmed(upload, confirm, undo, keeper, first_undone):
    """The job of the file confirmed first may have waited, or been tried again. Figures go with what stands."""
    confirm(row(ownership="Tư nhân", on="01/03/2026"))
    before = register()
    stage = {"stage": "Duy trì", "on": "01/04/2026"}
    waiting = services.request_write(upload(files.workbook([row(ownership="FDI", **stage)])), by=keeper)
    overtaking = confirm(row(ownership="Có vốn nhà nước", **stage))
    done(waiting)
    written = register()
    if first_undone == "written first":
        undo(overtaking)
        assert ([one[3] for one in register()[0]], register()[1]) == (["fdi"], written[1])
        recompute()
        assert _kinds() == {"ownership=fdi"}
        undo(waiting)
    else:
        undo(waiting)
        assert ([one[3] for one in register()[0]], register()[1]) == (["state"], written[1])
        undo(overtaking)
    recompute()
    assert (register(), _kinds()) == (before, {"ownership=private"})


@pytest.mark.parametrize("first_undone", ["who wrote", "who says again"])
def test_value_that_a_later_file_says_too_stays_and_goes_on_as_that_files(confirm, undo, first_undone):
    """The later file found it and wrote none: it alone keeps it now, and gives back one day what stood before."""
    confirm(row(name="Công ty Đúng Tên", ownership="Tư nhân", industry="G", place="Bắc Giang", on="01/03/2025"))
    before = register()
    says = {"name": "Công ty Mới", "ownership": "FDI", "industry": "C11"}
    wrote = confirm(row(**says, stage="Duy trì", on="01/04/2026"))
    written = register()
    old_day = row(name="Công ty Đúng Tên", form=files.WRITTEN, on="01/02/2026")  # does not speak: of an earlier day
    again = confirm(old_day, row(**says, stage="Đã ngừng", on="01/05/2026"))
    if first_undone == "who wrote":
        undo(wrote)
        assert register()[0] == written[0]
        recompute()
        assert _kinds() == {"ownership=fdi"}
        undo(again)
    else:
        undo(again)
        assert register() == written
        undo(wrote)
    recompute()
    assert (register(), _kinds()) == (before, {"ownership=private"})


def _kinds() -> set[str]:
    """Of enterprises that MT5 counts."""
    counted = IndicatorValue.objects.filter(indicator__code="MT5", unit=None, known_to=None, value__gt=0)
    return set(counted.filter(breakdown__startswith="ownership=").values_list("breakdown", flat=True))


def test_figures_by_kind_follow_what_was_given_back(confirm, undo):
    confirm(row(ownership="Tư nhân"))
    batch = confirm(row(ownership="FDI"))
    recompute()
    undo(batch)
    recompute()
    by_kind = IndicatorValue.objects.filter(indicator__code="MT5", unit=None, known_to=None)
    assert by_kind.filter(breakdown="ownership=private").latest("period__year").value == 1
    assert not by_kind.filter(breakdown="ownership=fdi", value__gt=0).exists()


# --- what was brought -------------------------------------------------------------------------------------------------


def test_enterprise_that_only_this_import_knows_is_gone_and_may_come_again(confirm, undo, client):
    batch = confirm(row(name="Công ty Sông Cầu"))
    gone = Enterprise.objects.get()
    assert "Công ty Sông Cầu" in client.get(LIST).text
    batch = undo(batch)
    assert register() == ([], [])
    assert "Công ty Sông Cầu" not in client.get(LIST).text
    assert client.get(gone.get_absolute_url()).status_code == 404
    assert "1 doanh nghiệp do tệp này đưa vào được rút khỏi sổ" in client.get(batch.get_absolute_url()).text
    confirm(row(name="Công ty Sông Cầu"))
    assert Enterprise.objects.live().get().pk != gone.pk


def test_enterprise_that_others_speak_of_stays_until_they_do_not(confirm, undo, keeper):
    first = confirm(row())
    second = confirm(row(stage="Duy trì", on="01/04/2026"))
    assert undoing_of(first, keeper).stays == [
        "Công ty TNHH Số 0: do tệp này đưa vào, được giữ vì đã có giai đoạn, sửa đổi hoặc tệp minh chứng khác"
    ]
    undo(first)
    assert Enterprise.objects.live().count() == 1
    undo(second)
    assert register() == ([], [])


def test_enterprise_with_a_file_attached_stays_until_the_file_is_withdrawn(confirm, undo, keeper):
    batch = confirm(row())
    paper = SimpleUploadedFile("bien-ban.pdf", b"%PDF-1.7")
    file = attach_file(Enterprise.objects.get(), paper, by=keeper)
    [stays] = undoing_of(batch, keeper).stays
    assert stays.endswith("được giữ vì đã có giai đoạn, sửa đổi hoặc tệp minh chứng khác")
    withdraw_attachment(file, "Nhầm hồ sơ", by=keeper)
    assert undoing_of(batch, keeper).stays == []
    attach_file(Enterprise.objects.get(), paper, by=keeper)
    undo(batch)
    assert Enterprise.objects.live().count() == 1
    assert not ProgrammeEvent.objects.live().exists()


@pytest.mark.parametrize("also", [{}, {"name": "Công ty Đổi Tên"}], ids=["nothing new", "a name besides"])
def test_fact_that_a_later_file_states_too_stays_with_that_file(confirm, undo, keeper, also):
    """The later file found it in the register and wrote none: without the first file it would have."""
    first = confirm(row(), row(stage="Duy trì", on="01/04/2026"))
    second = confirm(row(**also))
    said = "1 giai đoạn được giữ: tệp nhập sau cũng ghi các giai đoạn này"
    asked = undoing_of(first, keeper)
    assert asked.done[0] == "1 dòng (mỗi dòng một giai đoạn thực hiện) bị rút khỏi sổ"
    assert asked.stays[0] == said
    first = undo(first)
    [fact] = ProgrammeEvent.objects.live()
    assert (fact.stage, fact.batch, fact.entered_by) == ("applied", second, keeper)
    assert undoing_of(first, keeper).stays[0] == said
    undo(second)
    assert register() == ([], [])


def test_fact_that_an_earlier_or_an_undone_file_states_too_goes(confirm, undo, keeper):
    earlier = confirm(row())
    services.request_undo(earlier, "Nhầm tệp", by=keeper)
    services.undo(earlier.pk)
    first = confirm(row(note="lần hai"))
    undo(confirm(row(note="lần ba")))
    undo(first)
    assert register() == ([], [])


def test_fact_corrected_since_is_not_what_the_later_file_states(confirm, undo, keeper):
    first = confirm(row())
    confirm(row(note="lần hai"))
    fact = ProgrammeEvent.objects.live().get()
    correct_event(fact, {"occurred_on": date(2026, 3, 2)}, "Sai ngày", by=keeper)
    undo(first)
    assert not ProgrammeEvent.objects.live().exists()


def test_record_that_a_person_changed_stays(confirm, undo, keeper):
    batch = confirm(row())
    update_enterprise(Enterprise.objects.get(), {"note": "Đã gọi điện xác minh"}, by=keeper)
    undo(batch)
    assert Enterprise.objects.live().count() == 1


def test_enterprise_entered_by_hand_is_nobodys_to_take_away(confirm, undo, keeper, bac_ninh):
    enterprise = EnterpriseFactory(tax_code=files.rows(1)[0][0], name="Công ty TNHH Số 0")
    undo(confirm(row()))
    event = ProgrammeEvent(stage="applied", occurred_on=date(2026, 3, 1), unit=bac_ninh)
    assert add_event(enterprise, "served", event, reported_by=bac_ninh, by=keeper).is_live


# --- any file ---------------------------------------------------------------------------------------------------------

CODES = [line[0] for line in files.rows(4)]
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "code": st.sampled_from(CODES),
            "name": st.sampled_from(["Công ty Một", "CÔNG TY MỘT", "Công ty Hai", "Hộ Ba"]),
            "address": st.sampled_from(["", "Số 1", "Số 2"]),
            "ownership": st.sampled_from(["Tư nhân", "FDI", "Nhà nước"]),
            "industry": st.sampled_from(["", "C10", "G"]),
            "place": st.sampled_from(["Bắc Ninh", "Bắc Giang"]),
            "stage": st.sampled_from(["Khảo sát", "Đang áp dụng", "Duy trì"]),
            "form": st.sampled_from([files.SERVED, files.WRITTEN]),
            "on": st.dates(date(2024, 1, 1), date(2026, 6, 1)),
        }
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.timeout(900)
@settings(max_examples=examples(3), deadline=None, suppress_health_check=list(HealthCheck))
@given(first=LINES, second=LINES, is_last_first=st.booleans())
def test_files_confirmed_and_undone_leave_everything_as_before(
    reference, confirm, undo, keeper, outsider, officer, first, second, is_last_first
):
    """Two files over what is there, undone in either order: the register, the figures, and who sees what."""
    assume(first != second)  # the same file again is recognised, not read
    with transaction.atomic():
        _others(outsider)
        before = register(), _figures(), _views(keeper, outsider, officer)
        batches = [confirm(*(row(**line) for line in lines)) for lines in (first, second)]
        assert places.disagreements() == []
        assert _views(outsider)[0] >= before[2][1]  # a neighbour loses nothing by our files
        for batch in reversed(batches) if is_last_first else batches:
            undo(batch)
        assert (register(), _figures(), _views(keeper, outsider, officer)) == before
        assert places.disagreements() == []
        transaction.set_rollback(True)


def _others(outsider) -> None:
    """A record of ours, one of the neighbour's, and one that we share."""
    for code, seat, facts in ((CODES[0], BAC_NINH, [BAC_NINH]), (CODES[1], LAM_DONG, [LAM_DONG, BAC_NINH])):
        programme = AssuranceProgrammeFactory(
            enterprise=EnterpriseFactory(tax_code=code, name="Công ty Một", unit_id=seat)
        )
        for unit in facts:
            ProgrammeEventFactory(programme=programme, unit_id=unit, occurred_on=date(2025, 9, 1))
    EnterpriseFactory(tax_code=CODES[2], name="Công ty Kín", unit_id=LAM_DONG)


def _figures() -> set:
    recompute()
    values = IndicatorValue.objects.filter(known_to=None, value__gt=0, indicator__code__startswith="MT5")
    return set(values.values_list("indicator", "period", "unit", "breakdown", "value"))


def _views(*people) -> list[set]:
    return [set(Enterprise.objects.visible_to(person).values_list("pk", "name", "address")) for person in people]
