"""Asked in by mail: one link, one time, 24 hours; the same answer for known and unknown addresses."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.jobs.models import Job
from apps.organisations.models import OrganisationUnit
from apps.people.models import Invitation, Membership
from apps.people.services import invitations as services
from tests.at_once import at_once
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.organisations import OrganisationUnitFactory
from tests.factories.people import MemberFactory
from tests.mail import deliver, link_in

pytestmark = pytest.mark.django_db
PASSWORD = "con meo den ngu tren mai nha 7"
NEW = "nguoi-moi@example.vn"


def member(name: str, role: str, unit: str) -> User:
    user = MemberFactory(full_name=name)
    since = timezone.localdate() - timedelta(days=100)
    Membership.objects.create(user=user, unit_id=unit, role=Group.objects.get(name=role), valid_from=since)
    return user


@pytest.fixture
def admin(reference) -> User:
    return member("Ngô Đức Thắng", "unit_administrator", BAC_NINH)


@pytest.fixture
def known(reference) -> User:
    return member("Võ Minh Triết", "unit_editor", LAM_DONG)


def invite(by: User, email: str = NEW, role: str = "unit_editor", **fields) -> Invitation:
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    facts = {"full_name": "Người Mới", "valid_from": timezone.localdate(), **fields}
    return services.invite_person(email, unit=unit, role=Group.objects.get(name=role), by=by, **facts)


def link(invitation: Invitation) -> str:
    return f"/accounts/invitation/{services.link_token(invitation)}/"


def posted(email: str) -> dict[str, str]:
    day = f"{timezone.localdate():%d/%m/%Y}"
    return {"email": email, "full_name": "Người Mới", "unit": BAC_NINH, "role": "unit_editor", "valid_from": day}


def test_a_new_person_comes_in_by_the_link_of_the_mail(admin, signed_in):
    assert signed_in(admin).post("/users/invite/", posted("Nguoi-Moi@Example.vn")).status_code == 302
    [message] = deliver()
    assert message.to == [NEW]
    assert "Bắc Ninh" in message.body
    invitation = Invitation.objects.get()
    assert invitation.nonce not in str(list(Job.objects.values_list("payload", flat=True)))

    visitor, address = Client(), link_in(message)
    page = visitor.get(address).content.decode()
    assert "Người Mới" in page
    assert f"mời {NEW} giữ vai trò Chuyên viên đơn vị" in page
    assert not User.objects.filter(email=NEW).exists()
    response = visitor.post(address, {"full_name": "Lê Thị Mới", "password": PASSWORD})
    assert response["Location"] == "/accounts/login/"
    user = User.objects.get(email=NEW)
    assert (user.full_name, user.check_password(PASSWORD)) == ("Lê Thị Mới", True)
    assert EmailAddress.objects.get(user=user).verified
    held = user.memberships.get()
    assert (held.unit_id, held.role.name) == (BAC_NINH, "unit_editor")
    invitation.refresh_from_db()
    assert invitation.accepted_by == user
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"invitation.sent", "invitation.accepted", "account.created", "membership.granted"} <= actions
    sent = AuditEvent.objects.get(action="invitation.sent")
    assert sent.target == f"{sent.data['email']} – Chuyên viên đơn vị – Bắc Ninh"
    assert visitor.post(address, {"full_name": "Kẻ Khác", "password": PASSWORD}).status_code == 404
    assert User.objects.get(email=NEW).full_name == "Lê Thị Mới"


def test_the_page_of_a_unit_leads_to_inviting_into_it(admin, central, signed_in):
    client = signed_in(admin)
    page = client.get(OrganisationUnit.objects.get(pk=BAC_NINH).get_absolute_url()).content.decode()
    assert f'href="/users/invite/?unit={BAC_NINH}"' in page
    assert client.get(f"/users/invite/?unit={BAC_NINH}").context["form"].initial["unit"] == BAC_NINH
    assert client.get("/users/invite/?unit=VN-68-2025").context["form"].initial["unit"] in ("", BAC_NINH)
    OrganisationUnitFactory(parent_id=BAC_NINH, kind="department")
    assert client.get("/users/invite/").context["form"].initial["unit"] == BAC_NINH
    everywhere = signed_in(central).get("/users/invite/").context["form"].initial["unit"]
    assert everywhere == "", "who invites into all units chooses one"


@pytest.mark.parametrize("password", ["ngan", "bac ninh de an bac ninh de an", ""])
def test_a_poor_password_makes_no_account(admin, password):
    address = link(invite(admin))
    response = Client().post(address, {"full_name": "Lê Thị Mới", "password": password})
    assert response.status_code == 200
    assert response.context["form"].errors["password"]
    assert not User.objects.filter(email=NEW).exists()
    assert Invitation.objects.open().exists()


def test_an_account_takes_the_role_after_signing_in(admin, known, signed_in):
    address = link(invite(admin, known.email))
    visitor = Client()
    assert "Đăng nhập để nhận" in visitor.get(address).content.decode()
    response = visitor.post(address, {"full_name": "Kẻ Khác", "password": PASSWORD})
    assert response["Location"] == f"/accounts/login/?next={address}"
    assert known.memberships.count() == 1
    assert signed_in(known).post(address).status_code == 302
    assert set(known.memberships.values_list("unit", flat=True)) == {LAM_DONG, BAC_NINH}
    assert signed_in(known).post(address).status_code == 404


def test_inviting_answers_the_same_for_known_and_unknown(admin, known, signed_in):
    client = signed_in(admin)
    answers = []
    for email in (known.email, NEW):
        response = client.post("/users/invite/", posted(email), follow=True)
        text = response.content.decode().replace(email, "…")
        answers.append((response.redirect_chain, [str(m).replace(email, "…") for m in response.context["messages"]]))
        assert known.full_name not in text
    assert answers[0] == answers[1]
    assert {message.subject[:20] for message in deliver()} == {"[Đề án 996] Mời tham"}


def dead(invitation: Invitation, how: str) -> str:
    now = timezone.now()
    if how == "expired":
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=now)
    elif how == "withdrawn":
        services.withdraw_invitation(invitation, by=invitation.invited_by)
    elif how == "inviter_left":
        invitation.invited_by.memberships.update(valid_to=timezone.localdate() - timedelta(days=1))
    elif how == "inviter_closed":
        User.objects.filter(pk=invitation.invited_by_id).update(is_active=False, closed_at=now, closed_reason="nghỉ")
    elif how == "role_over":
        day = timezone.localdate() - timedelta(days=1)
        Invitation.objects.filter(pk=invitation.pk).update(valid_from=day, valid_to=day)
    return link(invitation)[:-5] + "aaaa/" if how == "forged" else link(invitation)


@pytest.mark.parametrize("how", ["expired", "withdrawn", "forged", "inviter_left", "inviter_closed", "role_over"])
def test_dead_links_are_one_page(admin, how):
    address = dead(invite(admin), how)
    visitor = Client()
    answers = [visitor.get(address), visitor.post(address, {"full_name": "Lê", "password": PASSWORD})]
    for answer in answers:
        assert answer.status_code == 404
        assert "Liên kết không còn hiệu lực" in answer.content.decode()
        assert NEW not in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()
    rubbish = visitor.get("/accounts/invitation/rubbish/")
    assert rubbish.status_code == 404
    assert rubbish.templates[0].name == answers[0].templates[0].name


def test_an_old_invitation_is_sent_again_with_another_link(admin, signed_in):
    first = invite(admin)
    with pytest.raises(ValidationError, match="Đã có lời mời"):
        invite(admin)
    Invitation.objects.filter(pk=first.pk).update(expires_at=timezone.now())
    second = invite(admin)
    first.refresh_from_db()
    assert first.withdrawn_by == admin
    assert signed_in(admin).post(f"/users/invitations/{second.pk}/resend/").status_code == 302
    third = Invitation.objects.open().get()
    assert third.nonce not in (first.nonce, second.nonce)
    assert [message.to for message in deliver()] == [[NEW]]  # those withdrawn meanwhile are not sent


def test_invitation_list_shows_own_units_only_and_states(admin, known, signed_in):
    other = member("Quản trị Lâm Đồng", "unit_administrator", LAM_DONG)
    row = invite(admin)
    listed = signed_in(admin).get("/users/invitations/", {"state": "open"})
    assert [entry.record.pk for entry in listed.context["table"].rows] == [row.pk]
    assert NEW not in signed_in(other).get("/users/invitations/").content.decode()
    assert len(signed_in(admin).get("/users/invitations/", {"state": "accepted"}).context["table"].rows) == 0
    assert signed_in(known).get("/users/invitations/").status_code == 403
    assert signed_in(known).get("/users/invite/").status_code == 403


def test_accepted_invitation_cannot_be_withdrawn(admin):
    row = invite(admin)
    services.accept_as_new(services.link_token(row), "Lê Thị Mới", PASSWORD)
    with pytest.raises(ValidationError, match="đã được nhận"):
        services.withdraw_invitation(row, by=admin)


def test_one_inviter_sends_so_many_in_an_hour(admin, signed_in, settings):
    settings.INVITATIONS_PER_INVITER = 3
    client = signed_in(admin)
    for nth in range(3):
        assert client.post("/users/invite/", posted(f"nguoi-{nth}@example.vn")).status_code == 302
    answer = client.post("/users/invite/", posted(NEW))
    assert answer.status_code == 200
    assert "Bạn đã gửi 3 lời mời trong một giờ" in answer.content.decode()
    assert not Invitation.objects.filter(email=NEW).exists()
    refused = AuditEvent.objects.get(action="access.refused")
    assert (refused.actor_id, refused.reason) == (admin.pk, "too_many")
    assert len(deliver()) == 3
    Invitation.objects.update(invited_at=timezone.now() - timedelta(minutes=61))
    assert client.post("/users/invite/", posted(NEW)).status_code == 302


def test_one_address_is_asked_so_often_in_an_hour(admin, signed_in, settings):
    """Sending again is sending too, and other inviters count."""
    settings.INVITATIONS_PER_ADDRESS = 3
    other = member("Quản trị thứ hai", "unit_administrator", BAC_NINH)
    clients = [signed_in(admin), signed_in(other)]
    clients[0].post("/users/invite/", posted(NEW))
    for nth in range(4):
        row = Invitation.objects.open().get()
        clients[nth % 2].post(f"/users/invitations/{row.pk}/resend/")
    assert Invitation.objects.filter(email=NEW).count() == 3
    assert Invitation.objects.open().count() == 1, "the last one stays open"
    assert AuditEvent.objects.filter(action="access.refused", reason="too_many").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_address_accepted_at_the_same_moment_make_one_account(reference, admin):
    elsewhere = member("Quản trị Lâm Đồng", "unit_administrator", LAM_DONG)
    fields = {"full_name": "Người Mới", "valid_from": timezone.localdate()}
    lam_dong, role = OrganisationUnit.objects.get(pk=LAM_DONG), Group.objects.get(name="unit_editor")
    other = services.invite_person(NEW, unit=lam_dong, role=role, by=elsewhere, **fields)
    links = [link(invite(admin)), link(other)]
    form = {"full_name": "Lê Thị Mới", "password": PASSWORD}
    answers = at_once([lambda: Client().post(links[0], form), lambda: Client().post(links[1], form)])
    assert min(answer.status_code for answer in answers) in (200, 302)
    assert {answer.status_code for answer in answers} <= {200, 302}
    assert User.objects.filter(email=NEW).count() == 1
    assert Invitation.objects.filter(accepted_at__isnull=False).count() == 1
    assert Membership.objects.filter(user__email=NEW).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_accepts_two_invitations_at_the_same_moment(reference, admin, known, signed_in):
    elsewhere = member("Quản trị Lâm Đồng", "unit_administrator", LAM_DONG)
    fields = {"full_name": "Người Mới", "valid_from": timezone.localdate()}
    lam_dong, role = OrganisationUnit.objects.get(pk=LAM_DONG), Group.objects.get(name="reader")
    other = services.invite_person(known.email, unit=lam_dong, role=role, by=elsewhere, **fields)
    links = [link(invite(admin, known.email)), link(other), link(other)]
    clients = [signed_in(known) for _ in links]
    answers = at_once([lambda place=place: clients[place].post(links[place]) for place in range(3)])
    assert {answer.status_code for answer in answers} <= {302, 404}
    assert known.memberships.count() == 3
    assert Invitation.objects.filter(accepted_at__isnull=False).count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "a@[127.0.0.1]"},
        {"email": "a@[IPv6:2001:db8::1]"},
        {"full_name": "ke-gian@example.vn"},
        {"full_name": "Nhận thưởng tại http://example.vn"},
        {"full_name": "Mời xem www.example"},
        {"full_name": "example.com.vn"},
        {"full_name": "996"},
    ],
)
def test_neither_an_address_of_the_network_nor_one_as_a_name(admin, signed_in, wrong):
    page = signed_in(admin).post("/users/invite/", posted(NEW) | wrong)
    assert list(page.context["form"].errors) == list(wrong)
    with pytest.raises(ValidationError) as refusal:
        invite(admin, wrong.get("email", NEW), **{name: text for name, text in wrong.items() if name != "email"})
    assert list(refusal.value.message_dict) == list(wrong)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("name", ["Nguyễn Văn A", "TS. Đỗ Thị Ánh", "TS.Lê Văn Bình", "H'Hen Niê", "Nguyễn-Trần Đ."])
def test_names_of_people_are_names(admin, name):
    assert invite(admin, full_name=name).full_name == name
