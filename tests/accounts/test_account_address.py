"""Changing one's own work e-mail."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from tests.accounts.clients import prove
from tests.at_once import at_once
from tests.mail import deliver, link_in

pytestmark = pytest.mark.django_db
PATH, ACCOUNT, NEW = "/account/email/", "/account/", "ten-moi@example.vn"


def ask(client: Client, email: str = NEW) -> str:
    """The link that came."""
    assert client.post(PATH, {"email": email}).headers["Location"] == ACCOUNT
    [letter] = deliver()
    assert letter.to == [email]
    return link_in(letter)


def test_a_new_address_counts_when_its_link_was_opened(keeper, signed_in):
    before = keeper.email
    client, other = signed_in(keeper), signed_in(keeper)
    other.get("/units/")
    link = ask(client, "TEN-Moi@example.vn".lower())
    keeper.refresh_from_db()
    assert keeper.email == before
    assert NEW in client.get(link).content.decode()
    keeper.refresh_from_db()
    assert keeper.email == before, "opening alone changes nothing"

    assert client.post(link).headers["Location"] == ACCOUNT
    keeper.refresh_from_db()
    assert keeper.email == NEW
    stored = EmailAddress.objects.filter(user=keeper).values_list("email", "verified", "primary")
    assert list(stored) == [(NEW, True, True)]
    assert client.get("/units/").status_code == 200
    assert other.get("/units/").status_code == 302, "other sessions end"
    [letter] = deliver()
    assert letter.to == [before], "the old address is told"
    event = AuditEvent.objects.get(action="account.email_changed")
    assert (event.before, event.after) == ({"email": before}, {"email": NEW})
    entered = Client()
    entered.post("/accounts/login/", {"login": NEW, "password": "mat-khau-rat-dai-996"})
    assert entered.session["_auth_user_id"] == str(keeper.pk)


def test_a_link_works_once(keeper, signed_in):
    client = signed_in(keeper)
    link = ask(client)
    client.post(link)
    deliver()
    client.post(PATH, {"email": "khac@example.vn"})
    page = client.post(link)
    assert "Liên kết không còn hiệu lực" in page.content.decode()
    keeper.refresh_from_db()
    assert keeper.email == NEW


def test_a_later_wish_ends_the_earlier_link(keeper, signed_in):
    client = signed_in(keeper)
    first = ask(client, "mot@example.vn")
    ask(client, "hai@example.vn")
    assert "Liên kết không còn hiệu lực" in client.get(first).content.decode()


def test_a_link_opens_for_its_person_only(keeper, outsider, signed_in):
    link = ask(signed_in(keeper))
    assert Client().get(link).headers["Location"].startswith("/accounts/login/")
    stranger = signed_in(outsider)
    assert NEW not in stranger.get(link).content.decode()
    stranger.post(link)
    assert not User.objects.filter(email=NEW).exists()


def test_a_known_address_is_answered_like_a_new_one(keeper, outsider, signed_in):
    told = []
    for email in (outsider.email, NEW):
        response = signed_in(keeper).post(PATH, {"email": email}, follow=True)
        said = str(next(iter(response.context["messages"])))
        told.append((response.redirect_chain, said.replace(email, "ADDRESS")))
    assert told[0] == told[1]
    letters = deliver()
    assert [letter.to for letter in letters] == [[NEW]], "nothing goes to the other person"
    assert not EmailAddress.objects.filter(user=keeper, email=outsider.email).exists()


def test_an_address_taken_meanwhile_is_refused(keeper, outsider, signed_in):
    client = signed_in(keeper)
    link, before = ask(client), keeper.email
    User.objects.filter(pk=outsider.pk).update(email=NEW)
    page = client.post(link, follow=True)
    assert "Liên kết không còn hiệu lực" in page.content.decode()
    keeper.refresh_from_db()
    assert keeper.email == before


@pytest.mark.parametrize(
    ("email", "words"), [("khong-phai-thu", "chưa đúng dạng"), ("", "Nhập thư điện tử công vụ mới")]
)
def test_bad_addresses_are_explained(keeper, signed_in, email, words):
    response = signed_in(keeper).post(PATH, {"email": email})
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not EmailAddress.objects.exists()


def test_the_same_address_is_no_change(keeper, signed_in):
    assert "đang dùng" in signed_in(keeper).post(PATH, {"email": keeper.email.upper()}).content.decode()


def test_an_old_sign_in_is_not_enough(keeper, signed_in):
    client = signed_in(keeper)
    prove(client, keeper, seconds_ago=601)
    client.post(PATH, {"email": NEW})
    assert not EmailAddress.objects.exists()
    prove(client, keeper, seconds_ago=590)
    client.post(PATH, {"email": NEW})
    assert EmailAddress.objects.filter(email=NEW).exists()


def test_nobody_fills_a_strangers_mailbox(keeper, outsider, signed_in, settings):
    """From one account or from several; what is refused is said, sends nothing and stands in the audit."""
    settings.ADDRESS_LINKS_PER_ADDRESS = 3
    first, second = signed_in(keeper), signed_in(outsider)
    for client in (first, first, second):
        assert client.post(PATH, {"email": NEW}).status_code == 302
    assert {letter.to[0] for letter in deliver()} == {NEW}
    for client in (first, second):
        answer = client.post(PATH, {"email": NEW})
        assert answer.status_code == 200
        assert "quá nhiều liên kết" in answer.content.decode()
    assert deliver() == []
    assert AuditEvent.objects.filter(action="account.email_asked").count() == 3
    refused = AuditEvent.objects.filter(action="access.refused", reason="too_many")
    assert list(refused.order_by("pk").values_list("actor_id", flat=True)) == [keeper.pk, outsider.pk]
    assert first.post(PATH, {"email": "khac@example.vn"}).status_code == 302


def test_one_account_asks_for_so_many_links(keeper, outsider, signed_in, settings):
    settings.ADDRESS_LINKS_PER_ACCOUNT = 4
    client = signed_in(keeper)
    answers, letters = [], 0
    for nth in range(6):
        answers.append(client.post(PATH, {"email": f"hop-thu-{nth}@example.vn"}).status_code)
        letters += len(deliver())
    assert answers == [302] * 4 + [200] * 2
    assert letters == 4
    assert signed_in(outsider).post(PATH, {"email": NEW}).status_code == 302


def test_the_limits_are_generous_and_there(settings):
    assert 5 <= settings.ADDRESS_LINKS_PER_ADDRESS <= settings.ADDRESS_LINKS_PER_ACCOUNT <= 20


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_one_address_at_the_same_moment_one_has_it(reference, keeper, outsider, signed_in):
    clients = [signed_in(keeper), signed_in(outsider)]
    links = [ask(client) for client in clients]
    answers = at_once([lambda: clients[0].post(links[0]), lambda: clients[1].post(links[1])])
    assert [answer.status_code for answer in answers] == [302, 302]
    assert User.objects.filter(email=NEW).count() == 1
    assert AuditEvent.objects.filter(action="account.email_changed").count() == 1
    loser = next(client for client in clients if User.objects.get(pk=client.session["_auth_user_id"]).email != NEW)
    assert "không còn hiệu lực" in loser.get(ACCOUNT).content.decode()


@pytest.mark.parametrize("email", ["ten@[127.0.0.1]", "ten@[IPv6:::1]"])
def test_an_address_has_a_domain(keeper, signed_in, email):
    page = signed_in(keeper).post(PATH, {"email": email})
    assert page.context["form"].errors["email"]
    assert not EmailAddress.objects.filter(verified=False).exists()
