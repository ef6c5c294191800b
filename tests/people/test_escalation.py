"""What a unit administrator may not reach, move by move: refused at the real address, nothing changed, written down."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.forms.models import model_to_dict
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.organisations.models import OrganisationUnit
from apps.people.models import Invitation, Membership, MembershipReview, SecondFactorReset
from apps.people.services.factor_resets import request_factor_reset
from apps.people.services.invitations import invite_person, link_token
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG, TDC
from tests.factories.people import MemberFactory
from tests.people.people import add_role

pytestmark = pytest.mark.django_db


def days(number: int) -> str:
    return f"{timezone.localdate() + timedelta(days=number):%d/%m/%Y}"


@dataclass
class Scene:
    """Bắc Ninh's administrator, and around them people who are out of reach for one reason or another."""

    admin: User
    client: Client
    people: dict[str, User]
    membership: dict[str, Membership]
    extra: dict[str, Any] = field(default_factory=dict)


def with_factor(user: User) -> User:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    return user


def member(name: str, role: str, unit: str) -> User:
    """Without a password: hashing ten for every move would take minutes."""
    user = MemberFactory(full_name=name)
    add_role(user, role, unit)
    return user


@pytest.fixture
def scene(reference, signed_in) -> Scene:
    admin = member("Admin Bac Ninh", "unit_administrator", BAC_NINH)
    people = {
        "editor": member("Editor", "unit_editor", BAC_NINH),
        "approver": member("Approver", "unit_approver", BAC_NINH),
        "colleague": member("Second admin", "unit_administrator", BAC_NINH),
        "stranger": member("Editor Lam Dong", "unit_editor", LAM_DONG),
        "stranger_approver": member("Approver Lam Dong", "unit_approver", LAM_DONG),
        "both": member("Editor of two", "unit_editor", BAC_NINH),
        "higher": member("Keeper and central", "register_keeper", BAC_NINH),
        "central": member("Central admin", "programme_administrator", TDC),
    }
    add_role(people["both"], "unit_editor", LAM_DONG)
    add_role(people["higher"], "programme_administrator", TDC)
    membership = {name: user.memberships.order_by("pk").first() for name, user in people.items()}
    membership["own"] = admin.memberships.get()
    membership["old"] = add_role(people["editor"], "reader", BAC_GIANG)
    return Scene(admin, signed_in(admin), people, membership)


Move = Callable[[Scene], Any]
MOVES: dict[str, Move] = {}


def move(function: Move) -> Move:
    MOVES[function.__name__] = function
    return function


def grant(scene: Scene, who: str, unit: str, role: str) -> Any:
    person = scene.admin if who == "self" else scene.people[who]
    facts = {"unit": unit, "role": role, "valid_from": days(0), "valid_to": ""}
    return scene.client.post(f"/users/{person.pk}/grant/", facts)


def invite(scene: Scene, email: str, unit: str, role: str) -> Any:
    facts = {"email": email, "full_name": "Người Mới", "unit": unit, "role": role, "valid_from": days(0)}
    return scene.client.post("/users/invite/", facts)


def end(scene: Scene, name: str) -> Any:
    return scene.client.post(f"/users/memberships/{scene.membership[name].pk}/end/", {"last_day": days(0)})


@move
def grant_a_programme_role_in_own_unit(scene):
    return grant(scene, "editor", BAC_NINH, "programme_administrator")


@move
def grant_a_service_account_in_own_unit(scene):
    return grant(scene, "editor", BAC_NINH, "service_account")


@move
def grant_at_the_programme_office(scene):
    return grant(scene, "editor", TDC, "unit_editor")


@move
def grant_a_central_role_at_the_programme_office(scene):
    return grant(scene, "editor", TDC, "programme_officer")


@move
def move_a_user_to_another_unit(scene):
    """The unit of the form poisoned with one that was not on offer."""
    return grant(scene, "editor", LAM_DONG, "unit_editor")


@move
def grant_to_a_person_of_another_unit(scene):
    return grant(scene, "stranger", BAC_NINH, "unit_editor")


@move
def give_oneself_the_approver_role(scene):
    return grant(scene, "self", BAC_NINH, "unit_approver")


@move
def extend_own_membership(scene):
    Membership.objects.filter(pk=scene.membership["own"].pk).update(valid_to=timezone.localdate() + timedelta(days=5))
    pk = scene.membership["own"].pk
    return scene.client.post(f"/users/memberships/{pk}/extend/", {"valid_to": days(500)})


@move
def end_own_administrator_role(scene):
    return end(scene, "own")


@move
def end_a_role_in_another_unit(scene):
    return end(scene, "stranger")


@move
def end_a_central_role(scene):
    return end(scene, "central")


@move
def extend_a_role_in_another_unit(scene):
    row = scene.membership["stranger"]
    Membership.objects.filter(pk=row.pk).update(valid_to=timezone.localdate() + timedelta(days=5))
    return scene.client.post(f"/users/memberships/{row.pk}/extend/", {"valid_to": days(500)})


def close(scene: Scene, user: User) -> Any:
    return scene.client.post(f"/users/{user.pk}/close/", {"reason": "thử"})


@move
def close_a_person_of_another_unit(scene):
    return close(scene, scene.people["stranger"])


@move
def close_a_person_who_holds_a_central_role_too(scene):
    return close(scene, scene.people["higher"])


@move
def close_a_person_who_works_elsewhere_too(scene):
    return close(scene, scene.people["both"])


@move
def close_oneself(scene):
    return close(scene, scene.admin)


@move
def reopen_a_person_of_another_unit(scene):
    closed = {"is_active": False, "closed_at": timezone.now(), "closed_reason": "thôi việc"}
    User.objects.filter(pk=scene.people["stranger"].pk).update(**closed)
    return scene.client.post(f"/users/{scene.people['stranger'].pk}/reopen/", {"reason": "thử"})


@move
def invite_with_a_central_role(scene):
    return invite(scene, "nguoi-moi@example.vn", BAC_NINH, "auditor")


@move
def invite_into_another_unit(scene):
    return invite(scene, "nguoi-moi@example.vn", LAM_DONG, "unit_editor")


@move
def invite_oneself(scene):
    return invite(scene, scene.admin.email.upper(), BAC_NINH, "unit_approver")


def invitation_elsewhere(scene: Scene, email: str) -> Invitation:
    unit, role = OrganisationUnit.objects.get(pk=LAM_DONG), Group.objects.get(name="unit_approver")
    facts = {"full_name": "Người Mới", "valid_from": timezone.localdate()}
    return invite_person(email, unit=unit, role=role, by=scene.people["central"], **facts)


@move
def accept_an_invitation_meant_for_another_account(scene):
    row = invitation_elsewhere(scene, scene.people["editor"].email)
    return scene.client.post(f"/accounts/invitation/{link_token(row)}/")


@move
def accept_an_invitation_meant_for_a_new_address(scene):
    row = invitation_elsewhere(scene, "chua-co@example.vn")
    facts = {"full_name": "Người Khác", "password": "mot-cau-rat-dai-cua-toi-0"}
    return scene.client.post(f"/accounts/invitation/{link_token(row)}/", facts)


@move
def withdraw_an_invitation_of_another_unit(scene):
    row = invitation_elsewhere(scene, "chua-co@example.vn")
    return scene.client.post(f"/users/invitations/{row.pk}/withdraw/")


@move
def resend_an_invitation_of_another_unit(scene):
    row = invitation_elsewhere(scene, "chua-co@example.vn")
    return scene.client.post(f"/users/invitations/{row.pk}/resend/")


@move
def approve_ones_own_factor_reset_request(scene):
    row = request_factor_reset(with_factor(scene.people["approver"]), "mất máy", by=scene.admin)
    return scene.client.post(f"/users/factor-resets/{row.pk}/approve/")


@move
def approve_a_factor_reset_for_oneself(scene):
    row = request_factor_reset(scene.admin, "mất máy", by=scene.people["colleague"])
    return scene.client.post(f"/users/factor-resets/{row.pk}/approve/")


@move
def request_a_factor_reset_of_a_higher_account(scene):
    person = with_factor(scene.people["higher"])
    return scene.client.post(f"/users/{person.pk}/factor-reset/", {"reason": "mất máy"})


@move
def approve_a_factor_reset_of_a_higher_account(scene):
    row = request_factor_reset(with_factor(scene.people["higher"]), "mất máy", by=scene.people["central"])
    return scene.client.post(f"/users/factor-resets/{row.pk}/approve/")


@move
def deputise_for_the_approver_of_another_unit(scene):
    pk = scene.membership["stranger_approver"].pk
    facts = {"deputy": scene.people["stranger"].pk, "valid_from": days(0), "valid_to": days(5)}
    return scene.client.post(f"/users/memberships/{pk}/deputy/", facts)


@move
def deputise_oneself(scene):
    pk = scene.membership["approver"].pk
    facts = {"deputy": scene.admin.pk, "valid_from": days(0), "valid_to": days(5)}
    return scene.client.post(f"/users/memberships/{pk}/deputy/", facts)


def review(scene: Scene, *names: str, decision: str = "end") -> Any:
    ids = [scene.membership[name].pk for name in names]
    return scene.client.post("/users/review/decide/", {"membership": ids, "decision": decision})


@move
def end_in_bulk_with_a_foreign_id(scene):
    return review(scene, "editor", "stranger")


@move
def keep_ones_own_role_in_bulk(scene):
    return review(scene, "editor", "own", decision="keep")


def everything() -> list[Any]:
    """All rows that any of these moves could touch."""
    models = (User, Membership, Invitation, MembershipReview, SecondFactorReset, Authenticator)
    return [(model.__name__, row.pk, model_to_dict(row)) for model in models for row in model.objects.order_by("pk")]


@pytest.mark.parametrize("name", MOVES)
def test_move_is_refused_and_written_down(scene, name, monkeypatch):
    before: list[Any] = []
    post = scene.client.post

    def posted(*args: Any, **kwargs: Any) -> Any:
        before.extend(everything())
        return post(*args, **kwargs)

    monkeypatch.setattr(scene.client, "post", posted)
    response = MOVES[name](scene)
    assert response.status_code in (403, 404), response.status_code
    assert before
    assert everything() == before
    refusal = AuditEvent.objects.filter(action="access.refused").latest("id")
    assert refusal.actor_id == scene.admin.pk
    assert refusal.data["status"] == response.status_code


def test_there_are_moves_enough():
    assert len(MOVES) >= 12


def test_what_lies_within_reach_is_not_refused(scene):
    """Without this a portal that refuses everything would pass all of the above."""
    assert grant(scene, "editor", BAC_NINH, "register_keeper").status_code == 302
    assert grant(scene, "both", BAC_NINH, "reader").status_code == 302
    assert end(scene, "old").status_code == 302
    assert invite(scene, "nguoi-moi@example.vn", BAC_NINH, "unit_approver").status_code == 302
    assert review(scene, "editor", "approver", decision="keep").status_code == 302
    assert close(scene, scene.people["editor"]).status_code == 302
    assert not User.objects.get(pk=scene.people["editor"].pk).is_active
    row = request_factor_reset(with_factor(scene.people["approver"]), "mất máy", by=scene.people["colleague"])
    assert scene.client.post(f"/users/factor-resets/{row.pk}/approve/").status_code == 302
    assert not Authenticator.objects.filter(user=scene.people["approver"]).exists()
    assert not AuditEvent.objects.filter(action="access.refused").exists()
