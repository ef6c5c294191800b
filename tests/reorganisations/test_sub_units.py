"""Sub-units: entered, corrected, ended; and the one that acts for the unit above."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.reorganisations.services.sub_units import (
    SubUnit,
    add_sub_unit,
    clear_focal_unit,
    correct_sub_unit,
    end_sub_unit,
    set_focal_unit,
)
from tests.at_once import at_once
from tests.reorganisations.acts import BAC_NINH, LAM_DONG, unit

pytestmark = pytest.mark.django_db
SO = SubUnit("Sở Khoa học và Công nghệ", "Sở KH&CN", "Sở", "SKHCN", "Quyết định thử")
CHI_CUC = SubUnit("Chi cục Tiêu chuẩn Đo lường Chất lượng", "Chi cục TĐC", "Chi cục")
SINCE = date(2025, 7, 1)
SEE, WRITE = "enterprises.view_enterprise", "enterprises.change_enterprise"


@pytest.fixture
def so(central) -> OrganisationUnit:
    return add_sub_unit(unit(BAC_NINH), SO, valid_from=SINCE, is_focal=True, by=central)


def scope(user: User, permission: str = SEE) -> set[str]:
    """As a new request would read it."""
    return set(units_with(User.objects.get(pk=user.pk), permission).ids)


def code(refusal: pytest.ExceptionInfo[ValidationError]) -> str:
    error = refusal.value
    return next(iter(error.error_dict.values()))[0].code if hasattr(error, "error_dict") else error.code


def test_sub_unit_has_id_and_slug_of_its_own(so):
    assert (so.pk, so.slug) == ("SO-KHCN-BAC-NINH-2025", "so-khcn-bac-ninh")
    assert (so.parent_id, so.kind, so.is_focal, so.symbol) == (BAC_NINH, "department", True, "SKHCN")
    assert so.names.get().kind_label == "Sở"
    assert AuditEvent.objects.get(action="unit.added").target_id == so.pk


def test_two_provinces_have_a_department_of_one_name(so, central):
    other = add_sub_unit(unit(LAM_DONG), SO, valid_from=SINCE, by=central)
    assert other.slug == "so-khcn-lam-dong"
    with pytest.raises(ValidationError) as refusal:
        add_sub_unit(unit(BAC_NINH), SO, valid_from=SINCE, by=central)
    assert code(refusal) == "name_taken"


@pytest.mark.parametrize(
    "parent, facts, found",
    [
        ("VN-24-2008", SO, "parent_not_in_force"),
        (BAC_NINH, SubUnit("Hội Đo lường", "Hội ĐL", "Hội"), "kind_label"),
    ],
)
def test_sub_units_that_are_refused(central, parent, facts, found):
    count = OrganisationUnit.objects.count()
    with pytest.raises(ValidationError) as refusal:
        add_sub_unit(unit(parent), facts, valid_from=SINCE, by=central)
    assert code(refusal) == found
    assert OrganisationUnit.objects.count() == count


def test_member_of_the_focal_sub_unit_works_for_the_unit_above(so, member):
    editor, keeper = member("editor so", "unit_editor", so.pk), member("keeper so", "register_keeper", so.pk)
    assert {so.pk, BAC_NINH, "VN-24-2008", "VN-27-2008"} <= scope(editor)
    assert {so.pk, BAC_NINH} <= scope(keeper, WRITE)
    assert LAM_DONG not in scope(editor) | scope(keeper, WRITE)


def test_taking_the_flag_away_takes_the_reach_away(so, member, central):
    keeper = member("keeper so", "register_keeper", so.pk)
    assert BAC_NINH in scope(keeper, WRITE)
    clear_focal_unit(so, by=central)
    assert scope(keeper, WRITE) == {so.pk}
    row = AuditEvent.objects.get(action="unit.focal_cleared")
    assert (row.target_id, row.before, row.after) == (so.pk, {"is_focal": True}, {"is_focal": False})


def test_moving_the_flag_moves_the_reach(so, member, central):
    chi_cuc = add_sub_unit(unit(BAC_NINH), CHI_CUC, valid_from=SINCE, by=central)
    first, second = member("keeper a", "register_keeper", so.pk), member("keeper b", "register_keeper", chi_cuc.pk)
    assert BAC_NINH not in scope(second, WRITE)
    set_focal_unit(chi_cuc, by=central)
    assert list(unit(BAC_NINH).children.filter(is_focal=True)) == [chi_cuc]
    assert BAC_NINH in scope(second, WRITE)
    assert BAC_NINH not in scope(first, WRITE)


def test_rights_over_people_do_not_climb(so, member):
    administrator = member("quan tri so", "unit_administrator", so.pk)
    assert BAC_NINH in scope(administrator)
    for permission in ("view_membership", "change_membership", "change_person", "add_invitation"):
        assert scope(administrator, f"people.{permission}") == {so.pk}


def test_only_a_sub_unit_without_end_becomes_focal(so, central):
    with pytest.raises(ValidationError) as refusal:
        set_focal_unit(unit(BAC_NINH), by=central)
    assert code(refusal) == "no_parent"
    chi_cuc = add_sub_unit(unit(BAC_NINH), CHI_CUC, valid_from=SINCE, by=central)
    end_sub_unit(chi_cuc, timezone.localdate(), reason="giải thể", by=central)
    with pytest.raises(ValidationError) as refusal:
        set_focal_unit(unit(chi_cuc.pk), by=central)
    assert code(refusal) == "ended"
    assert unit(so.pk).is_focal


def test_correction_mends_the_name_of_the_same_days(so, central):
    correct_sub_unit(so, SubUnit("Sở Khoa học, Công nghệ", "Sở KHCN", "Sở", "SKHCN"), reason="gõ sai", by=central)
    name = so.names.get()
    assert (name.name, name.valid_from) == ("Sở Khoa học, Công nghệ", SINCE)
    row = AuditEvent.objects.get(action="unit.corrected")
    assert row.before["tên ngắn"] == "Sở KH&CN"
    assert row.after["tên ngắn"] == "Sở KHCN"
    assert row.reason == "gõ sai"


@pytest.mark.django_db(transaction=True)
def test_two_corrected_at_once_do_not_take_one_name(so, central):
    others = [add_sub_unit(unit(BAC_NINH), SubUnit(f"Sở {n}", f"S{n}", "Sở"), valid_from=SINCE, by=central)
              for n in range(3)]  # fmt: skip
    new = SubUnit("Sở Khác", "SK", "Sở")
    gifts = at_once([lambda one=one: correct_sub_unit(one, new, reason="gõ sai", by=central) for one in others])
    assert sum(isinstance(gift, OrganisationUnit) for gift in gifts) == 1, gifts


def test_province_is_not_corrected_by_hand(central):
    with pytest.raises(ValidationError) as refusal:
        correct_sub_unit(unit(BAC_NINH), SO, reason="gõ sai", by=central)
    assert code(refusal) == "not_a_sub_unit"


def test_end_waits_for_focal_flag_people_and_parts(so, central, member):
    today = timezone.localdate()
    part = add_sub_unit(so, CHI_CUC, valid_from=SINCE, by=central)
    person = member("keeper so", "register_keeper", so.pk)

    def refusal() -> str:
        with pytest.raises(ValidationError) as found:
            end_sub_unit(unit(so.pk), today, reason="sắp xếp", by=central)
        assert unit(so.pk).valid_to is None
        return code(found)

    assert refusal() == "focal"
    clear_focal_unit(so, by=central)
    assert refusal() == "has_members"
    person.memberships.update(valid_to=today)
    assert refusal() == "has_parts"
    end_sub_unit(part, today - timedelta(days=1), reason="sắp xếp", by=central)
    end_sub_unit(unit(so.pk), today, reason="sắp xếp", by=central)
    assert (unit(so.pk).valid_to, unit(so.pk).names.get().valid_to) == (today, today)


def test_reference_data_loaded_again_leave_sub_units_alone(so, central):
    other = OrganisationUnit.objects.filter(parent="BKHCN", valid_to=None, is_programme_office=False).first()
    correct_sub_unit(other, SubUnit("Vụ Đã Sửa", "Vụ ĐS", "Vụ"), reason="gõ sai", by=central)
    call_command("load_reference", verbosity=0)
    assert other.names.get().name == "Vụ Đã Sửa"
    assert unit(so.pk).is_focal
    assert so.names.get().name == SO.name
