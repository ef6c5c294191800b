"""Sight never follows from what the viewer wrote; it is kept through races, and made anew where it was lost."""

import threading
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from apps.enterprises import places
from apps.enterprises.models import Enterprise, EnterprisePlace, ProgrammeEvent
from apps.enterprises.services import add_event, correct_event, withdraw_event
from apps.organisations.models import OrganisationUnit
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.enterprises.conftest import LIST, text_of
from tests.enterprises.test_importing import load, row  # noqa: F401
from tests.exchange import enterprise_files as files
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db
CODE = files.rows(1)[0][0]


@pytest.fixture
def theirs(reference, event_of):
    """A record of Lâm Đồng with a fact there."""
    enterprise = EnterpriseFactory(tax_code=CODE, name="Công ty Kín Lâm Đồng", unit_id=LAM_DONG, address="Phố Kín")
    event_of(enterprise, "applied", date(2025, 9, 1), unit=LAM_DONG, note="Ghi chú kín")
    return enterprise


def sees(person, enterprise) -> bool:
    return Enterprise.objects.visible_to(person).filter(pk=enterprise.pk).exists()


def test_row_about_a_neighbours_record_never_opens_it(load, undo, theirs, keeper, outsider, client):  # noqa: F811
    batch = load(row(name="Tên bịa", address="Địa chỉ bịa", stage="Tiếp cận", on="20/11/2026"))
    assert batch.written_rows == 1
    for _moment in ("written", "undone"):
        assert not sees(keeper, theirs)
        assert sees(outsider, theirs)
        assert client.get(theirs.get_absolute_url()).status_code == 404
        assert "Kín" not in client.get(LIST, {"q": CODE}).text
        batch = undo(batch) if batch.state == "written" else batch
    load(row(name="Tên bịa lần hai", stage="Tiếp cận", on="21/11/2026"))
    assert not sees(keeper, theirs)
    theirs.refresh_from_db()
    assert (theirs.name, theirs.address) == ("Công ty Kín Lâm Đồng", "Phố Kín")


def test_fact_about_a_record_out_of_sight_can_be_corrected_without_opening_it(load, theirs, client, keeper):  # noqa: F811
    load(row(on="20/11/2026"))
    event = ProgrammeEvent.objects.get(unit_id=BAC_NINH)
    page = client.get(f"/registers/enterprises/events/{event.pk}/correct/")
    assert page.status_code == 200
    assert "Kín" not in page.text
    assert "Hồ sơ của đơn vị khác" in page.text
    correct_event(event, {"stage": "maintained"}, "Sai giai đoạn", by=keeper)
    assert not sees(keeper, theirs)
    answer = client.post(f"/registers/enterprises/events/{event.pk}/withdraw/", {"reason": "Nhầm mã"}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]


def test_programme_offices_word_opens_a_record(load, theirs, keeper, central_keeper):  # noqa: F811
    load(row(on="20/11/2026"))
    event = ProgrammeEvent.objects.get(unit_id=BAC_NINH)
    correct_event(event, {"note": "Đã đối chiếu"}, "Xác nhận", by=central_keeper)
    assert sees(keeper, theirs)


def test_service_too_opens_nothing_to_who_writes(theirs, keeper, bac_ninh):
    event = ProgrammeEvent(stage="issued", occurred_on=date(2026, 3, 1), unit=bac_ninh)
    add_event(theirs, "served", event, reported_by=bac_ninh, by=keeper)
    assert not sees(keeper, theirs)


def test_own_facts_keep_their_sight_when_the_record_moves_away(load, keeper, central_keeper):  # noqa: F811
    load(row())
    enterprise = Enterprise.objects.get()
    Enterprise.objects.update(unit=LAM_DONG)
    assert sees(keeper, enterprise)
    load(row(stage="Duy trì", on="01/05/2026"))  # who sees it already goes on seeing it
    withdraw_event(ProgrammeEvent.objects.get(stage="applied"), "Nhầm", by=keeper)
    assert sees(keeper, enterprise)
    withdraw_event(ProgrammeEvent.objects.get(stage="maintained"), "Nhầm", by=keeper)
    assert not sees(keeper, enterprise)


def test_co_owner_sees_stage_day_and_place_and_nothing_else_of_the_other_unit(
    theirs, event_of, client, keeper, outsider
):
    event_of(theirs, "issued", date(2026, 3, 1), unit=BAC_NINH, note="Ghi chú của ta")
    Enterprise.objects.filter(pk=theirs.pk).update(note="Ghi chú hồ sơ kín", tax_code_reason="Lý do mã kín")
    gone = event_of(theirs, "surveyed", date(2025, 8, 9), unit=LAM_DONG, entered_by=outsider)
    changed = event_of(theirs, "maintained", date(2026, 2, 3), unit=LAM_DONG, entered_by=outsider, note="kín")
    correct_event(changed, {"occurred_on": date(2026, 2, 4)}, "Lý do sửa kín", by=outsider)
    withdraw_event(gone, "Lý do rút kín", by=outsider)
    told = text_of(client.get(theirs.get_absolute_url()))
    assert "Ghi chú của ta" in told
    assert "04/02/2026" in told
    assert "09/08/2025" not in told
    assert "kín" not in told.replace("Công ty Kín Lâm Đồng", "").replace("Phố Kín", "")
    assert outsider.full_name not in told


# --- races ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_place_outlives_two_people_who_move_events_at_once(reference, event_of, keeper):
    """One takes an event out of a province while another brings one in: whoever commits later must see the other."""
    units = {unit: OrganisationUnit.objects.get(pk=unit) for unit in (BAC_GIANG, "VN-27-2008")}
    enterprise = EnterpriseFactory(unit_id=LAM_DONG)
    for turn in range(6):
        out = event_of(enterprise, "applied", date(2024, 1, 1 + turn), unit=BAC_GIANG)
        into = event_of(enterprise, "issued", date(2024, 1, 1 + turn), unit="VN-27-2008")
        _at_once(
            lambda event=out: correct_event(event, {"unit": units["VN-27-2008"]}, "Sai tỉnh", by=keeper),
            lambda event=into: correct_event(event, {"unit": units[BAC_GIANG]}, "Sai tỉnh", by=keeper),
        )
        assert places.disagreements() == []
        assert EnterprisePlace.objects.filter(enterprise=enterprise).count() == 3
        ProgrammeEvent.objects.filter(pk__in=[out.pk, into.pk]).delete()
        EnterprisePlace.objects.exclude(unit=LAM_DONG).delete()


@pytest.mark.django_db(transaction=True)
def test_second_mover_waits_for_the_first(reference, event_of, keeper):
    """Without the lock both triggers would run on what they see alone."""
    enterprise = EnterpriseFactory(unit_id=LAM_DONG)
    first = event_of(enterprise, "applied", date(2024, 1, 1), unit=BAC_GIANG)
    second = event_of(enterprise, "issued", date(2024, 1, 2), unit="VN-27-2008")
    started = threading.Event()

    def move_second() -> None:
        started.set()
        ProgrammeEvent.objects.filter(pk=second.pk).update(unit=BAC_GIANG)

    connection.set_autocommit(False)
    try:
        ProgrammeEvent.objects.filter(pk=first.pk).update(unit="VN-27-2008")
        thread = threading.Thread(target=_closing(move_second))
        thread.start()
        started.wait()
        thread.join(1)
        assert thread.is_alive()
        connection.commit()
        thread.join()
    finally:
        connection.set_autocommit(True)
    assert places.disagreements() == []


def _closing(act):
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    return run


def _at_once(*acts) -> None:
    gate = threading.Barrier(len(acts))
    threads = [threading.Thread(target=_closing(lambda act=act: (gate.wait(), act()))) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- the check and the repair -----------------------------------------------------------------------------------------


def test_check_finds_a_lost_and_a_false_place_and_repairs_them(enterprise, event_of, capsys):
    event_of(enterprise, unit=BAC_GIANG)
    EnterprisePlace.objects.filter(unit=BAC_GIANG).delete()
    EnterprisePlace.objects.create(enterprise=enterprise, unit_id=LAM_DONG)
    call_command("recompute")
    with pytest.raises(SystemExit):
        call_command("check_figures")
    told = capsys.readouterr().out
    assert f"doanh nghiệp {enterprise.pk}: thiếu {BAC_GIANG}" in told
    assert f"doanh nghiệp {enterprise.pk}: thừa {LAM_DONG}" in told
    call_command("check_figures", repair=True)
    assert capsys.readouterr().out.endswith("0 số lệch\n")
    assert places.disagreements() == []
