"""What a person may ask for of what is kept of them: that a wrong name be put right, and that they be forgotten.

Who has left and is forgotten loses name, address and all that is theirs alone. The account itself stays, under a
number: what it decided, entered and signed is the programme's, and so are the audit and the history of rows, in the
words of their day.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.sessions import end_all_sessions
from apps.audit.services import record
from apps.notifications.models import CalendarLink, Digest, Notification, NotificationChoice, Watch
from apps.people.models import ClosedHint, Invitation, Membership, SavedView

ALONE_THEIRS = (
    *(Authenticator, EmailAddress, SocialAccount, UserSession),
    *(CalendarLink, ClosedHint, Digest, Notification, NotificationChoice, Watch),
)


@transaction.atomic
def correct_name(person: User, name: str, reason: str, *, by: User | None) -> User:
    found = _asked_with_reason(person, reason)
    before, found.full_name = found.full_name, name.strip()
    found.full_clean(exclude=["password"])
    found.save(update_fields=["full_name"])
    after = {"full_name": found.full_name}
    record("account.renamed", target=found, by=by, reason=reason, before={"full_name": before}, after=after)
    return found


@transaction.atomic
def erase_person(person: User, reason: str, *, by: User | None) -> User:
    found = _asked_with_reason(person, reason)
    if found.is_active:
        raise ValidationError(_("Đóng tài khoản trước, rồi mới xóa thông tin cá nhân."), code="still_open")
    if Membership.objects.filter(user=found).exclude(valid_to__lt=timezone.localdate()).exists():
        raise ValidationError(_("Người này còn vai trò. Kết thúc các vai trò trước."), code="still_a_member")
    end_all_sessions(found)
    for model in ALONE_THEIRS:
        model._default_manager.filter(user=found).delete()
    SavedView.objects.filter(owner=found).delete()
    former, found.email, found.full_name = found.email, f"da-xoa-{found.pk}@da-xoa.invalid", _nameless(found)
    Invitation.objects.filter(email=former).update(email=found.email)
    found.set_unusable_password()
    found.full_clean(exclude=["password"])
    found.save(update_fields=["email", "full_name", "password"])
    record("account.erased", target=found, by=by, reason=reason)
    return found


def _asked_with_reason(person: User, reason: str) -> User:
    if not reason.strip():
        raise ValidationError(_("Nêu lý do: ai yêu cầu, theo văn bản nào."), code="required")
    return User.objects.select_for_update().get(pk=person.pk)


def _nameless(person: User) -> str:
    return f"Người dùng số {person.pk}"
