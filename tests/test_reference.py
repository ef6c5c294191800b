"""The facts: loaded twice they change nothing, corrected they are mended, and they say what the files say."""

import re
import shutil
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection

from apps.documents.models import LegalDocument
from apps.enterprises.models import Industry
from apps.framework.models import FrameworkItem, ItemUnit
from apps.labs.models import CriteriaSet, MeasurementField
from apps.organisations.models import OrganisationUnit, Succession, UnitName
from apps.organisations.reference import START_OF_OLD_MAP
from apps.targets.models import Indicator, IndicatorDefinition, Period, Target

MODELS = (
    LegalDocument,
    OrganisationUnit,
    UnitName,
    Succession,
    Period,
    Indicator,
    IndicatorDefinition,
    Target,
    FrameworkItem,
    ItemUnit,
    Industry,
    MeasurementField,
    CriteriaSet,
    Group,
    Group.permissions.through,
)
ROLES = (
    "programme_administrator",
    "programme_officer",
    "programme_leader",
    "unit_administrator",
    "unit_editor",
    "unit_approver",
    "register_keeper",
    "reader",
    "auditor",
    "service_account",
)
AUDIT_READERS = {"programme_administrator", "unit_administrator", "auditor"}
pytestmark = pytest.mark.django_db  # the base comes with all of it, loaded by this command when nothing was there


@pytest.fixture
def nothing_loaded(db):
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(model._meta.db_table for model in MODELS)} CASCADE")


def load(fixtures: Path | None = None) -> str:
    out = StringIO()
    call_command("load_reference", *(["--fixtures", str(fixtures)] if fixtures else []), stdout=out)
    return out.getvalue()


def row_versions() -> dict[str, list]:
    """Which transaction and place every row was last written in: an UPDATE that changes nothing is seen too."""
    versions = {}
    with connection.cursor() as cursor:
        for model in MODELS:
            cursor.execute(f'SELECT xmin::text, ctid::text FROM "{model._meta.db_table}" ORDER BY ctid')
            versions[model.__name__] = cursor.fetchall()
    return versions


@pytest.fixture
def fixtures(tmp_path, settings) -> Path:
    return Path(shutil.copytree(Path(settings.BASE_DIR) / "fixtures", tmp_path / "fixtures"))


def correct(file: Path, wrong: str, right: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(wrong) == 1, (wrong, text.count(wrong))
    file.write_text(text.replace(wrong, right), encoding="utf-8")


def test_to_load_it_again_changes_nothing():
    before = row_versions()
    told = load()
    assert told.count("không đổi") == 10
    assert row_versions() == before
    assert all(before.values())


def test_every_row_of_the_files_is_there():
    units = OrganisationUnit.objects.all()
    assert units.filter(kind="province", id__endswith="-2008").count() == 63
    assert units.filter(kind="province").valid_on(date(2026, 11, 20)).count() == 34
    assert units.count() == 97 + 37 + 36
    assert UnitName.objects.count() == 101 + 37 + 36
    assert Succession.objects.count() == 63 + 16 + 8
    assert Industry.objects.filter(level=1).count() == 21 + 22
    assert Industry.objects.filter(level=2).count() == 88 + 87
    assert Target.objects.filter(unit=None).count() == 14
    assert (MeasurementField.objects.count(), CriteriaSet.objects.get().pk) == (19, "TCVN 13187:2020")


def test_slugs_are_plain_for_the_unit_of_today():
    slugs = dict(OrganisationUnit.objects.values_list("slug", "id"))
    assert slugs["lam-dong"] == "VN-68-2025"
    assert slugs["lam-dong-2008"] == "VN-68-2008"
    assert slugs["bac-giang"] == "VN-24-2008"
    assert (slugs["hue"], slugs["hue-2008"]) == ("VN-46-2025", "VN-46-2008")
    assert (slugs["vcci"], slugs["vcci-1963"]) == ("VCCI", "VCCI-1963")
    assert slugs["bo-khcn"] == "BKHCN"
    assert (slugs["uy-ban-tdc"], slugs["tong-cuc-tdc"]) == ("UBTDC", "TCTDC")


def test_corrected_facts_are_mended_and_the_slug_stays(fixtures):
    correct(fixtures / "most_units.csv", "Ban Đo lường,,", "Cục Đo lường,,")
    correct(fixtures / "province_names.csv", "city,2026-09-20,", "city,2026-09-21,")
    correct(fixtures / "province_names.csv", "2025-07-01,2026-09-19", "2025-07-01,2026-09-20")
    correct(fixtures / "ministry_successions.csv", "BQLL,BQP,", "BQLL,BNV,")
    told = load(fixtures)
    assert "Đơn vị: thêm" in told
    assert OrganisationUnit.objects.get(pk="BDL").slug == "ban-do-luong"
    assert UnitName.objects.get(unit="BDL").name == "Cục Đo lường"
    assert list(UnitName.objects.filter(unit="VN-24-2025").values_list("valid_from", flat=True)) == [
        date(2025, 7, 1),
        date(2026, 9, 21),
    ]
    assert list(Succession.objects.filter(predecessor="BQLL").values_list("successor", flat=True)) == ["BNV"]
    load()
    assert UnitName.objects.get(unit="BDL").name == "Ban Đo lường"


def test_roles_get_exactly_the_permissions_of_the_file(fixtures):
    reader = Group.objects.get(name="reader")
    before = set(reader.permissions.values_list("codename", flat=True))
    assert "view_enterprise" in before
    reader.permissions.remove(reader.permissions.first())
    reader.permissions.add(Permission.objects.get(codename="delete_enterprise"))
    assert "Vai trò: thêm 0, sửa 1, bỏ 0" in load()
    assert set(reader.permissions.values_list("codename", flat=True)) == before


def test_unknown_permission_loads_nothing(nothing_loaded, fixtures):
    file = fixtures / "40_groups.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"view_job"', '"view_jobb"'), encoding="utf-8")
    with pytest.raises(ValidationError, match="view_jobb"):
        load(fixtures)
    assert not OrganisationUnit.objects.exists()


def test_every_role_reads_units_and_figures():
    for role in ROLES:
        held = set(Group.objects.get(name=role).permissions.values_list("codename", flat=True))
        assert {"view_organisationunit", "view_indicator", "view_target", "view_indicatorvalue"} <= held, role
        assert ("add_enterprise" in held) == (role == "register_keeper"), role
        assert ("view_enterprise" in held) == (role != "service_account"), role
        assert ("view_auditevent" in held) == (role in AUDIT_READERS), role


def test_periods_are_windows_of_the_reporting_year():
    first, *_others, last = Period.objects.all()
    assert (first.code, first.starts_on, first.ends_on) == ("2019", date(2018, 12, 15), date(2019, 12, 14))
    assert (last.code, last.ends_on) == ("2030", date(2030, 12, 14))


def test_indicators_and_targets_as_the_decision_has_them():
    aims = {(aim.indicator.code, aim.year): int(aim.value) for aim in Target.objects.select_related("indicator")}
    assert (aims["MT5", 2025], aims["MT5", 2030]) == (50_000, 100_000)
    assert aims["MT1", 2030] == 41
    assert "không nêu riêng" in Target.objects.get(indicator__code="MT1", year=2030).note
    assert set(Target.objects.values_list("legal_basis__number", flat=True)) == {"996/QĐ-TTg"}
    assert list(Indicator.objects.get(code="MT5").parts.values_list("code", flat=True)) == ["MT5a", "MT5b", "MT5c"]
    assert IndicatorDefinition.objects.filter(version=1).count() == Indicator.objects.count() == 12


def test_under_a_basis_stand_acts_and_nothing_else():
    act = r"(?:Luật|Nghị quyết|Nghị định|Quyết định) [\w/-]+\d[\w/-]*(?: \([\d/]+\))?"
    said = {
        *OrganisationUnit.objects.values_list("basis", flat=True),
        *UnitName.objects.values_list("decision", flat=True),
        *Succession.objects.values_list("legal_basis", flat=True),
    }
    assert len(said) > 20
    assert [text for text in said if text and not re.fullmatch(rf"{act}(?:; {act})*", text)] == []
    quang_ninh = OrganisationUnit.objects.get(pk="VN-22-2025")
    assert quang_ninh.basis == "Nghị quyết 202/2025/QH15 (12/06/2025); Nghị quyết 36/2026/QH16"
    assert quang_ninh.note.endswith("Nghị quyết 36/2026/QH16: thành phố từ 01/09/2026.")
    assert OrganisationUnit.objects.get(pk="VN-27-2008").note == START_OF_OLD_MAP
