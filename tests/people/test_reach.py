"""How far an administrator reaches: not over the country by a local role, not over who left, not beyond their time."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ProtectedError

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.organisations.models import OrganisationUnit, Succession
from apps.people.models import Membership, MembershipReview, Person
from apps.people.rights import needs_second_factor, units_with
from apps.people.services import invitations, memberships
from apps.people.services.people import deactivate_person, reopen_person
from apps.people.services.reviews import review_memberships
from tests.accounts.clients import let_proof_grow_old
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG, TDC
from tests.factories.people import MemberFactory
from tests.people.people import add_role, person, today
from tests.reorganisations.acts import done, merger, renaming

pytestmark = pytest.mark.django_db
LOCAL = ("unit_administrator", "unit_approver", "unit_editor")


def shown(plus: int = 0) -> str:
    return f"{today(plus):%d/%m/%Y}"


def role(name: str) -> Group:
    return Group.objects.get(name=name)


def unit(pk: str) -> OrganisationUnit:
    return OrganisationUnit.objects.get(pk=pk)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def central(reference) -> User:
    return person("Phan Tuấn Kiệt", "programme_administrator", TDC)


@pytest.fixture
def admin(reference) -> User:
    return person("Ngô Đức Thắng", "unit_administrator", BAC_NINH)


# --- local roles in the programme office ------------------------------------------------------------------------------


def test_a_local_administrator_of_the_office_looks_after_nobody(central):
    local = person("Quản trị nội bộ", "unit_administrator", TDC)
    victims = [person("Lãnh đạo", "unit_approver", LAM_DONG), person("Chuyên viên", "programme_officer", TDC)]
    assert not Person.objects.editable_by(local).exists()
    assert not Membership.objects.editable_by(local).exists()
    for one in victims:
        with pytest.raises(PermissionDenied):
            deactivate_person(one, "thử", by=local)
    for permission in ("people.change_person", "people.view_membership", "audit.view_auditevent"):
        assert not local.has_perm(permission), permission
    scope = units_with(local, "enterprises.view_enterprise")
    assert not scope.everything
    assert LAM_DONG not in scope.ids
    assert needs_second_factor(local)


@pytest.mark.parametrize("name", LOCAL)
def test_a_local_role_that_came_into_the_office_serves_its_own_rows(central, name):
    """A province merged into the office, by whatever way: its people do not become the country's."""
    came = person("Người theo sang", name, LAM_DONG)
    keeper = person("Cán bộ theo sang", "register_keeper", LAM_DONG)
    assert LAM_DONG in units_with(came, "enterprises.view_enterprise").ids
    Succession.objects.create(
        predecessor_id=LAM_DONG, successor_id=TDC, effective_on=today(), share=1, takes_members=True,
        relation=Succession.Relation.MERGED,
    )  # fmt: skip
    scope = units_with(fresh(came), "enterprises.view_enterprise")
    assert not scope.everything
    assert {LAM_DONG, TDC} <= set(scope.ids)
    assert BAC_NINH not in scope.ids
    assert units_with(fresh(keeper), "enterprises.change_enterprise").everything


@pytest.mark.parametrize("name", LOCAL)
def test_what_nobody_may_give_any_more_the_centre_may_end(central, name, signed_in):
    held = add_role(MemberFactory(full_name="Từ bản trước"), name, TDC, valid_to=today(50))
    page = signed_in(central).get(f"/users/{held.user_id}/").content.decode()
    assert f"/users/memberships/{held.pk}/end/" in page
    assert f"/users/memberships/{held.pk}/extend/" not in page
    with pytest.raises(PermissionDenied):
        memberships.extend_membership(held, today(90), by=central)
    memberships.end_membership(held, today(-1), by=central)
    held.refresh_from_db()
    assert held.valid_to == today(-1)


def test_the_form_and_the_table_of_roles_follow(central, admin, signed_in):
    client = signed_in(central)
    told = {role.label: str(role.held_in) for role in client.get("/users/roles/").context["roles"]}
    assert told["Quản trị viên Đề án"] == "Cơ quan điều phối Đề án"
    assert told["Người tra cứu"] == "Mọi đơn vị"
    assert told["Lãnh đạo đơn vị"] == "Mọi đơn vị, trừ cơ quan điều phối Đề án"
    facts = {"unit": TDC, "role": "unit_administrator", "valid_from": shown()}
    refused = client.post(f"/users/{admin.pk}/grant/", facts)
    assert (refused.status_code, list(refused.context["form"].errors)) == (200, ["role"])
    assert client.post(f"/users/{admin.pk}/grant/", facts | {"role": "reader"}).status_code == 302
    assert set(admin.memberships.values_list("unit", "role__name")) == {
        (BAC_NINH, "unit_administrator"), (TDC, "reader")
    }  # fmt: skip


# --- who left ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "editable"),
    [
        ([("reader", BAC_NINH, None)], True),
        ([("reader", BAC_GIANG, -50)], True),  # worked last in a unit that is this one's
        ([("reader", BAC_NINH, -50), ("unit_editor", LAM_DONG, -1)], False),
        ([("reader", BAC_NINH, -50), ("programme_administrator", TDC, -1)], False),
        ([("reader", BAC_NINH, -50), ("unit_editor", LAM_DONG, -50)], False),
        ([("reader", BAC_NINH, -1), ("unit_editor", LAM_DONG, -50)], True),
        ([("reader", BAC_NINH, None), ("unit_editor", LAM_DONG, -50)], True),
        ([("reader", BAC_NINH, -50), ("unit_editor", LAM_DONG, None)], False),
        ([("reader", BAC_NINH, 5), ("unit_editor", LAM_DONG, -1)], True),
    ],
)
def test_whose_account_a_unit_administrator_may_edit(admin, held, editable):
    user = MemberFactory(full_name="Người khác")
    for name, place, last in held:
        add_role(user, name, place, valid_to=None if last is None else today(last))
    assert Person.objects.editable_by(admin).filter(pk=user.pk).exists() is editable


def test_an_account_is_not_reopened_where_somebody_worked_long_ago(admin, central):
    user = person("Người cũ", "reader", BAC_NINH, valid_to=today(-50))
    add_role(user, "programme_officer", TDC, valid_to=today(-1))
    deactivate_person(user, "nghỉ hưu", by=central)
    with pytest.raises(PermissionDenied):
        reopen_person(user, "trở lại", by=admin)
    assert not fresh(user).is_active
    assert reopen_person(user, "trở lại", by=central).is_active


# --- beyond one's own time --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "allowed"), [(0, True), (3, True), (4, False), (400, False)])
def test_nobody_gives_what_begins_after_their_own_right_ended(admin, start, allowed):
    admin.memberships.update(valid_to=today(3))
    user = person("Người nhận", "reader", BAC_NINH)
    acts = [
        lambda: memberships.grant_membership(user, unit(BAC_NINH), role("unit_editor"), today(start), by=admin),
        lambda: invitations.invite_person(
            "moi@example.vn", "Người Mới", unit(BAC_NINH), role("reader"), today(start), by=admin
        ),
    ]
    for act in acts:
        if allowed:
            assert act().valid_from == today(start)
        else:
            with pytest.raises(ValidationError) as refusal:
                act()
            assert refusal.value.error_dict["valid_from"][0].code == "beyond_own_right"


def test_the_right_on_that_day_counts_wherever_it_comes_from(admin, central):
    admin.memberships.update(valid_to=today(3))
    add_role(admin, "unit_administrator", BAC_NINH, valid_from=today(4))
    user = person("Người nhận", "reader", BAC_NINH)
    assert memberships.grant_membership(user, unit(BAC_NINH), role("unit_editor"), today(30), by=admin)
    assert memberships.grant_membership(user, unit(LAM_DONG), role("unit_editor"), today(30), by=central)


# --- one role given in two units that became one ----------------------------------------------------------------------


def test_a_role_held_in_both_predecessors_ends_as_one(central, signed_in):
    user = person("Cán bộ hai tỉnh", "register_keeper", BAC_NINH)
    second, reader = add_role(user, "register_keeper", LAM_DONG), add_role(user, "reader", LAM_DONG)
    heir = done(merger(today()), central).begun.get()
    local = person("Quản trị mới", "unit_administrator", heir.pk)
    client, first = signed_in(local), user.memberships.get(unit=BAC_NINH)
    page = client.get(f"/users/memberships/{first.pk}/end/").content.decode()
    assert "còn được cấp ở Lâm Đồng" in page
    assert client.post(f"/users/memberships/{first.pk}/end/", {"last_day": shown(-1)}).status_code == 302
    for row, last in ((first, today(-1)), (second, today(-1)), (reader, None)):
        row.refresh_from_db()
        assert row.valid_to == last
    assert not fresh(user).has_perm("enterprises.change_enterprise")
    assert AuditEvent.objects.filter(action="membership.ended", target_id=str(user.pk)).count() == 2


def test_the_same_role_in_two_living_units_ends_in_one(central):
    user = person("Cán bộ hai tỉnh", "register_keeper", BAC_NINH)
    second = add_role(user, "register_keeper", LAM_DONG)
    memberships.end_membership(user.memberships.get(unit=BAC_NINH), today(), by=central)
    second.refresh_from_db()
    assert second.valid_to is None


# --- the review is history --------------------------------------------------------------------------------------------


def test_a_role_that_was_reviewed_is_not_wiped_away(admin):
    user = MemberFactory(full_name="Người mới")
    row = add_role(user, "reader", BAC_NINH, valid_from=today())
    review_memberships([row], is_kept=True, by=admin)
    with pytest.raises(ValidationError, match="đã được rà soát"):
        memberships.end_membership(row, today(-1), by=admin)
    memberships.end_membership(row, today(), by=admin)
    assert MembershipReview.objects.filter(membership=row, is_kept=True).exists()
    with pytest.raises(ProtectedError):
        Membership.objects.filter(pk=row.pk).delete()


def test_a_role_not_begun_is_not_reviewed(admin):
    row = add_role(MemberFactory(full_name="Người mới"), "reader", BAC_NINH, valid_from=today(5))
    with pytest.raises(ValidationError) as refusal:
        review_memberships([row], is_kept=True, by=admin)
    assert refusal.value.code == "ahead"
    memberships.end_membership(row, today(), by=admin)
    assert not Membership.objects.filter(pk=row.pk).exists()


# --- what changes rights of whole units asks for a proof --------------------------------------------------------------


def test_acts_and_the_focal_flag_need_a_recent_proof(central, signed_in):
    planned = done(renaming(today(9)), central)
    part = OrganisationUnit.objects.filter(kind="department", parent__isnull=False, valid_to=None).first()
    client = signed_in(central)
    pages = ["/units/reorganisations/new/?kind=merger", f"/units/reorganisations/{planned.pk}/withdraw/"]
    for path in pages:
        assert client.get(path).status_code == 200, path
    let_proof_grow_old(client)
    for path in pages:
        assert client.get(path)["Location"].startswith("/accounts/confirm/"), path
    for verb in ("focal", "focal/clear", "move"):
        client = signed_in(central)
        let_proof_grow_old(client)
        answer = client.post(f"/units/{part.slug}/{verb}/")
        assert answer.status_code == 302, verb
        assert answer["Location"].startswith("/accounts/confirm/"), verb
    part.refresh_from_db()
    assert not AuditEvent.objects.filter(action__startswith="unit.focal").exists()
