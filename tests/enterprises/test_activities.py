"""Which of the four activities of the decision served an enterprise: by form and file, where it has a meaning."""

import pytest

from apps.enterprises.models import ProgrammeEvent
from apps.exchange.selectors import counts_of
from tests.enterprises.conftest import text_of
from tests.exchange import enterprise_files as files

pytestmark = pytest.mark.django_db

FACTS = {"key": "k1", "stage": "applied", "occurred_on": "12/03/2026", "unit": "VN-24-2025", "note": ""}


@pytest.mark.parametrize("activity", ["", *ProgrammeEvent.Activity.values])
def test_the_form_takes_one_of_the_four_or_none(client, enterprise, activity):
    client.post(f"{enterprise.get_absolute_url()}events/new/", FACTS | {"form": "served", "activity": activity})
    made = ProgrammeEvent.objects.get()
    assert made.activity == activity
    shown = f"Đang áp dụng ({made.get_activity_display().lower()})" if activity else "Đang áp dụng ·"
    assert shown in text_of(client.get(enterprise.get_absolute_url())).replace(" (", " (")


@pytest.mark.parametrize("path", ["new", "correct"])
def test_a_written_programme_is_none_of_them(client, enterprise, event_of, path):
    if path == "new":
        url, facts = f"{enterprise.get_absolute_url()}events/new/", {"form": "written"}
    else:
        event = event_of(enterprise, "issued", form="written")
        url = f"/registers/enterprises/events/{event.pk}/correct/"
        facts = {"reason": "Nhầm", "seen": event.updated_at.isoformat()}
    answer = client.post(url, FACTS | facts | {"activity": "testing"})
    assert "Hoạt động chỉ ghi với hình thức được kiểm định" in str(answer.context["form"].errors["activity"])
    assert not ProgrammeEvent.objects.exclude(activity="").exists()


def test_a_file_may_name_them_in_a_column_of_its_own(upload, write):
    words = ["Kiểm định", "hiệu chuẩn", "Thử nghiệm", "Xây dựng phương pháp đo", None]
    lines = [
        [*files.put(line, "Hình thức tham gia", files.SERVED), word]
        for line, word in zip(files.rows(5), words, strict=True)
    ]
    write(upload(files.workbook(lines, files.OFFICIAL)))
    found = ProgrammeEvent.objects.order_by("programme__enterprise__tax_code").values_list("activity", flat=True)
    assert list(found) == ["verification", "calibration", "testing", "method", ""]


def test_a_file_says_what_is_wrong_with_an_activity(upload):
    lines = [[*line, "Thử nghiệm"] for line in files.rows(2)]
    lines[0][-1] = "Sửa chữa"
    files.put(lines[1], "Hình thức tham gia", files.WRITTEN)
    batch = upload(files.workbook(lines, files.OFFICIAL))
    assert counts_of(batch).error == 2
    problems = dict(batch.problems.values_list("code", "message"))
    assert "Chọn: Kiểm định, Hiệu chuẩn" in problems["choice"]
    assert "Hoạt động chỉ ghi với hình thức" in problems["activity_of_other_form"]


def test_files_without_the_column_still_load(upload, write):
    write(upload(files.workbook(files.rows(3))))
    assert set(ProgrammeEvent.objects.values_list("activity", flat=True)) == {""}
