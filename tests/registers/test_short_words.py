"""One or two letters are found at the beginnings of words, by the index; more of them anywhere."""

import pytest
from django.db import connection

from apps.enterprises.models import Enterprise
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(reference):
    for name in ("Công ty Xà Lan", "Xưởng Bảo Đảm", "Công ty Đầu Xuân"):
        EnterpriseFactory(name=name)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("xa", {"Công ty Xà Lan"}),
        ("Xư", {"Xưởng Bảo Đảm", "Công ty Đầu Xuân"}),
        ("x", {"Công ty Xà Lan", "Xưởng Bảo Đảm", "Công ty Đầu Xuân"}),
        ("đ", {"Xưởng Bảo Đảm", "Công ty Đầu Xuân"}),
        ("au", set()),
        ("uân", {"Công ty Đầu Xuân"}),
        (" a_", set()),
    ],
)
def test_where_letters_are_found(named, text, found):
    assert {one.name for one in Enterprise.objects.search(text)} == found


@pytest.mark.parametrize("text", ["zy", "zyg"])
def test_the_index_can_find_them(reference, text):
    EnterpriseFactory()
    with connection.cursor() as cursor:
        columns = [
            field.column for field in Enterprise._meta.concrete_fields
            if field.column not in ("id", "tax_code", "name") and not field.generated
        ]  # fmt: skip
        listed = ", ".join(columns)
        cursor.execute(
            f"INSERT INTO enterprises_enterprise (tax_code, name, {listed})"
            f" SELECT '9' || lpad(n::text, 9, '0'), 'Công ty ' || md5(n::text), {listed}"
            " FROM enterprises_enterprise, generate_series(1, 5000) n"
        )
        cursor.execute("ANALYZE enterprises_enterprise")
        # Whether it can: among so few rows a scan of the table, or of all names in their order, may cost less.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    plan = Enterprise.objects.search(text).explain()
    assert "Bitmap Index Scan" in plan
    assert "Seq Scan on enterprises_enterprise" not in plan
