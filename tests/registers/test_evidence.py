"""Files as evidence of a row of a declared register: seen with the row, kept when a file of rows is undone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.documents.models import Attachment
from apps.labs.models import MeasurementStandard
from tests.factories.registers import StandardFactory
from tests.registers.test_files import ROW

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
pytestmark = pytest.mark.django_db


def attach(client, row):
    file = SimpleUploadedFile("chung-chi.pdf", PDF, "application/pdf")
    return client.post(f"/documents/attachments/labs.measurementstandard/{row.pk}/new/", {"file": file, "key": "k"})


def test_a_file_hangs_on_a_row_and_is_its_units_own(reader_client, signed_in, outsider, officer):
    row = StandardFactory()
    assert attach(reader_client, row).status_code == 302
    [file] = Attachment.objects.all()
    assert "chung-chi.pdf" in reader_client.get(row.get_absolute_url()).content.decode()
    one = f"/documents/attachments/{file.pk}/"
    assert reader_client.get(one).status_code == 200
    assert signed_in(officer).get(one).status_code == 200
    assert signed_in(outsider).get(one).status_code == 404
    assert attach(signed_in(outsider), row).status_code == 404
    assert attach(signed_in(officer), row).status_code == 403
    assert Attachment.objects.count() == 1


def test_a_row_with_evidence_stays_when_its_file_is_undone(upload, write, undo, reader_client):
    batch = write(upload("standards", [ROW, ROW | {"code": "CQG-2"}]))
    attach(reader_client, MeasurementStandard.objects.get(code="CQG-2"))
    undo(batch)
    assert list(MeasurementStandard.objects.live().values_list("code", flat=True)) == ["CQG-2"]
