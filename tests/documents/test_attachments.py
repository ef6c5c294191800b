"""Files as evidence of any record: seen with it, changed by who may change it, within limits."""

import html
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.documents import services
from apps.documents.models import Attachment, LegalDocument
from apps.documents.services import attach_file, path_of, withdraw_attachment
from apps.enterprises.models import Enterprise
from apps.people.models import Membership
from tests.at_once import at_once
from tests.conftest import BAC_NINH, LAM_DONG
from tests.documents.papers import PDF, paper, picture
from tests.factories.enterprises import AssuranceProgrammeFactory, EnterpriseFactory, ProgrammeEventFactory

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return html.unescape(response.content.decode())


def place_of(row) -> str:
    return f"/documents/attachments/{row._meta.label_lower}/{row.pk}/new/"


def send(client, row, name: str = "biên bản.pdf", body: bytes = PDF, note: str = ""):
    return client.post(place_of(row), {"file": paper(name, body), "note": note}, follow=True)


def steps(row) -> list[tuple[str, str, str]]:
    told = AuditEvent.objects.filter(target_type=row._meta.label_lower, target_id=str(row.pk)).order_by("id")
    return [(event.action, event.unit, event.reason) for event in told]


@pytest.fixture
def enterprise(reference) -> Enterprise:
    return EnterpriseFactory(name="Công ty Sông Cầu")


@pytest.fixture
def act(reference) -> LegalDocument:
    return LegalDocument.objects.get(number="996/QĐ-TTg")


@pytest.fixture
def attached(enterprise, keeper) -> Attachment:
    return attach_file(enterprise, paper(), note="Kiểm định năm 2026", by=keeper)


# --- the way of a file ------------------------------------------------------------------------------------------------


def test_file_is_attached_downloaded_and_withdrawn(enterprise, keeper, signed_in, member):
    client, reader = signed_in(keeper), signed_in(member("reader", "reader", BAC_NINH))
    assert "Chưa có tệp." in text(client.get(enterprise.get_absolute_url()))
    for _twice in range(2):
        page = text(send(client, enterprise, note="Kiểm định năm 2026"))
    assert "Đã đính kèm tệp “biên bản.pdf”." in page
    attachment = Attachment.objects.get()
    assert (attachment.unit, attachment.added_by) == (BAC_NINH, keeper)

    page = text(reader.get(enterprise.get_absolute_url()))
    for told in ("biên bản.pdf", "Kiểm định năm 2026", "Chưa quét", keeper.full_name, attachment.get_absolute_url()):
        assert told in page
    assert place_of(enterprise) not in page
    assert "withdraw/" not in page
    got = reader.get(attachment.get_absolute_url())
    assert b"".join(got.streaming_content) == PDF
    assert got["Content-Type"] == "application/pdf"
    assert got["Content-Disposition"].startswith("attachment;")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert got["Cache-Control"] == "private, no-store"

    target = f"{attachment.get_absolute_url()}withdraw/"
    assert target in text(client.get(enterprise.get_absolute_url()))
    assert "biên bản.pdf" in text(client.get(target))
    assert "Nhập lý do gỡ." in text(client.post(target, {"reason": " "}))
    assert reader.post(target, {"reason": "x"}).status_code == 403
    assert "Đã gỡ tệp “biên bản.pdf”." in text(client.post(target, {"reason": "Nhầm hồ sơ"}, follow=True))
    for person in (reader, client):
        assert person.get(attachment.get_absolute_url()).status_code == 404
    assert client.post(target, {"reason": "Lần nữa"}).status_code == 404
    assert path_of(attachment.stored).exists()
    attachment.refresh_from_db()
    assert (attachment.withdrawn_by, attachment.withdrawn_reason) == (keeper, "Nhầm hồ sơ")
    assert steps(enterprise) == [("file.attached", BAC_NINH, ""), ("file.withdrawn", BAC_NINH, "Nhầm hồ sơ")]
    page = text(client.get(enterprise.get_absolute_url()))
    for told in ("Đính kèm tệp", "Gỡ tệp", "Nhầm hồ sơ", "Tệp:"):  # in its history
        assert told in page
    send(client, enterprise, "lại.pdf")
    assert Attachment.objects.kept().get().name == "lại.pdf"


def test_file_of_an_act_is_everybodys_to_read_and_its_officers_to_change(act, officer, keeper, signed_in):
    client, reader = signed_in(officer), signed_in(keeper)
    assert "Đã đính kèm tệp “Quyết định 996.pdf”." in text(send(client, act, "Quyết định 996.pdf"))
    attachment = Attachment.objects.get()
    assert attachment.unit == ""
    page = text(reader.get(act.get_absolute_url()))
    assert attachment.get_absolute_url() in page
    assert place_of(act) not in page
    assert (
        f"{officer.full_name}, " not in page.partition("h-files")[2]
    )  # whoever reads an act needs not know who keeps it
    assert b"".join(reader.get(attachment.get_absolute_url()).streaming_content) == PDF
    assert reader.get(place_of(act)).status_code == 403
    assert reader.get(f"{attachment.get_absolute_url()}withdraw/").status_code == 403
    client.post(f"{attachment.get_absolute_url()}withdraw/", {"reason": "Bản mờ"})
    assert steps(act) == [("file.attached", "", ""), ("file.withdrawn", "", "Bản mờ")]


def test_what_is_wrong_with_a_file_stands_at_its_field_and_the_note_stays(enterprise, keeper, signed_in):
    client = signed_in(keeper)
    page = send(client, enterprise, "a.exe", b"MZ", note="Ghi chú dài")
    assert page.context["form"].errors["file"] == ["Chỉ nhận tệp .pdf, .docx, .xlsx, .jpg, .jpeg, .png. Lưu tệp sang "
                                                   "một trong các định dạng đó rồi tải lại."]  # fmt: skip
    assert 'value="Ghi chú dài"' in text(page)
    assert '<a href="/registers/enterprises/" aria-current="page">' in text(page)  # it belongs to the enterprise
    assert "Chọn tệp cần đính kèm" in text(client.post(place_of(enterprise)))
    assert not Attachment.objects.exists()


def test_picture_is_kept_as_it_was_drawn_anew(enterprise, keeper, signed_in):
    client = signed_in(keeper)
    send(client, enterprise, "Ảnh tại xưởng.JPG", picture(comment=b"TELLTALE") + b"TELLTALE")
    attachment = Attachment.objects.get()
    got = client.get(attachment.get_absolute_url())
    body = b"".join(got.streaming_content)
    assert got["Content-Type"] == "image/jpeg"
    assert (b"TELLTALE" in body, len(body)) == (False, attachment.stored.size)


# --- whose it is ------------------------------------------------------------------------------------------------------


def shared(enterprise) -> None:
    """A stage of the enterprise was carried out in Lâm Đồng, so its people see the record."""
    programme = AssuranceProgrammeFactory(enterprise=enterprise)
    ProgrammeEventFactory(programme=programme, occurred_on=date(2026, 3, 12), unit_id=LAM_DONG)


@pytest.mark.parametrize("sees_record", [False, True])
def test_whoever_sees_a_record_by_an_event_of_theirs_sees_nothing_of_its_files(
    enterprise, attached, outsider, signed_in, sees_record
):
    if sees_record:
        shared(enterprise)
    client = signed_in(outsider)
    record = client.get(enterprise.get_absolute_url())
    assert record.status_code == (200 if sees_record else 404)
    for told in ("Tệp minh chứng", "biên bản", "Kiểm định năm 2026", place_of(enterprise)):
        assert told not in text(record)
    assert ("Đính kèm tệp" in text(record)) == sees_record  # its history says what and when, not who
    for address in (place_of(enterprise), attached.get_absolute_url(), f"{attached.get_absolute_url()}withdraw/"):
        assert client.get(address).status_code == 404
    assert send(client, enterprise).status_code == 404
    assert Attachment.objects.count() == 1


def test_programmes_people_see_evidence_and_change_none(enterprise, attached, officer, central_keeper, signed_in):
    client = signed_in(officer)
    assert "biên bản.pdf" in text(client.get(enterprise.get_absolute_url()))
    assert client.get(attached.get_absolute_url()).status_code == 200
    assert client.get(place_of(enterprise)).status_code == 403
    assert client.get(f"{attached.get_absolute_url()}withdraw/").status_code == 403
    assert signed_in(central_keeper).get(f"{attached.get_absolute_url()}withdraw/").status_code == 200


def test_files_follow_the_record_to_another_unit(enterprise, attached, outsider, keeper, signed_in):
    Enterprise.objects.update(unit=LAM_DONG)
    assert signed_in(outsider).get(attached.get_absolute_url()).status_code == 200
    assert signed_in(keeper).get(attached.get_absolute_url()).status_code == 404


def test_who_has_no_right_at_all_is_told_so(enterprise, attached, stranger, signed_in):
    client = signed_in(stranger)
    for address in (place_of(enterprise), attached.get_absolute_url(), f"{attached.get_absolute_url()}withdraw/"):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("kind, key", [("accounts.user", "1"), ("enterprises.enterprise", "x"), ("x", "x")])
def test_record_that_nobody_declared_has_no_files(keeper, signed_in, kind, key):
    client = signed_in(keeper)
    assert client.get(f"/documents/attachments/{kind}/{key}/new/").status_code == 404


def test_file_of_a_kind_that_nobody_declared_is_seen_by_nobody(attached, keeper, signed_in):
    Attachment.objects.update(owner_kind="accounts.user")
    assert signed_in(keeper).get(attached.get_absolute_url()).status_code == 404


def test_right_that_ended_since_the_page_was_opened_is_asked_for_again(enterprise, attached, keeper):
    Membership.objects.update(valid_to=timezone.localdate() - timedelta(days=1))
    late = type(keeper).objects.get(pk=keeper.pk)
    with pytest.raises(ValidationError, match="không còn thuộc phạm vi"):
        attach_file(enterprise, paper("b.pdf", PDF + b"2"), by=late)
    with pytest.raises(ValidationError, match="không còn thuộc phạm vi"):
        withdraw_attachment(attached, "Nhầm", by=late)
    assert Attachment.objects.kept().count() == 1


def test_withdrawn_is_only_once_and_with_a_reason(attached, keeper):
    with pytest.raises(ValidationError, match="người gỡ và lý do"):
        withdraw_attachment(attached, "", by=keeper)
    withdraw_attachment(attached, "Nhầm", by=keeper)
    with pytest.raises(ValidationError, match="đã được gỡ"):
        withdraw_attachment(attached, "Nhầm", by=keeper)
    with pytest.raises(IntegrityError, match="attachment_withdrawn_with_who_and_why"), transaction.atomic():
        Attachment.objects.update(withdrawn_reason="")


# --- limits -----------------------------------------------------------------------------------------------------------


def test_record_has_so_many_files_and_no_more(enterprise, keeper, signed_in, monkeypatch):
    monkeypatch.setattr(services, "MAX_FILES", 2)
    client = signed_in(keeper)
    for number in range(3):
        page = text(send(client, enterprise, body=PDF + bytes([number])))
    assert "Mỗi hồ sơ có tối đa 2 tệp" in page
    assert Attachment.objects.count() == 2
    assert "Đã đính kèm" in text(send(client, enterprise, body=PDF + b"\1"))  # it hangs there already
    withdraw_attachment(Attachment.objects.first(), "Nhầm", by=keeper)
    assert "Đã đính kèm" in text(send(client, enterprise, body=PDF + b"\2"))


def test_unit_has_so_many_bytes_whatever_was_withdrawn_and_the_same_ones_once(
    enterprise, keeper, outsider, monkeypatch
):
    monkeypatch.setattr(services, "UNIT_QUOTA", 3 * len(PDF))
    other = EnterpriseFactory()
    first = attach_file(enterprise, paper(), by=keeper)
    attach_file(other, paper(), by=keeper)
    attach_file(enterprise, paper(body=PDF + PDF), by=keeper)
    withdraw_attachment(first, "Nhầm", by=keeper)
    with pytest.raises(ValidationError, match="đã dùng hết"):
        attach_file(enterprise, paper(body=b"%PDF-"), by=keeper)
    attach_file(enterprise, paper(), by=keeper)  # its bytes are there
    attach_file(EnterpriseFactory(unit_id=LAM_DONG), paper(body=b"%PDF-"), by=outsider)
    assert Attachment.objects.kept().count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_take_the_last_room(reference, keeper, monkeypatch):
    monkeypatch.setattr(services, "UNIT_QUOTA", len(PDF) + 1)
    rows = [EnterpriseFactory(), EnterpriseFactory()]
    took = services.store_file

    def slowly(*args, **kwargs):
        """Whoever is first has not committed yet when the other one counts."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        return took(*args, **kwargs)

    monkeypatch.setattr(services, "store_file", slowly)
    acts = [
        lambda n=n, row=row: attach_file(row, paper(body=PDF + bytes([n])), by=keeper) for n, row in enumerate(rows)
    ]
    gifts = at_once(acts)
    assert sorted(type(gift).__name__ for gift in gifts) == ["Attachment", "ValidationError"]
    assert Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_hang_it_once(reference, enterprise, keeper):
    gifts = at_once([lambda: attach_file(enterprise, paper(), by=keeper) for _click in range(2)])
    assert {gift.pk for gift in gifts} == {Attachment.objects.get().pk}


@pytest.mark.parametrize("count", [1, 3])
def test_panel_asks_as_much_for_one_file_as_for_three(enterprise, keeper, signed_in, count, django_assert_num_queries):
    for number in range(count):
        attach_file(enterprise, paper(f"{number}.pdf", PDF + bytes([number])), by=keeper)
    client = signed_in(keeper)
    client.get(enterprise.get_absolute_url())
    with django_assert_num_queries(19):
        client.get(enterprise.get_absolute_url())
