from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import vn_date, vn_datetime
from apps.notifications.services import Mail, absolute_url, mail
from apps.people.models import Invitation
from apps.people.roles import ROLE_LABELS
from apps.people.services.dormancy import closing_day, still_to_close
from apps.people.services.invitations import link_token


@mail("people.invitation")
def invitation(invitation_id: int) -> Mail | None:
    """The link is made here, so that it lies in no table; one that was withdrawn meanwhile is not sent."""
    row = Invitation.objects.open().filter(pk=invitation_id).select_related("unit", "role").first()
    if row is None:
        return None
    return Mail(
        to=row.email,
        subject=_("Mời tham gia Cổng quản lý (hạn xác nhận %(day)s)") % {"day": vn_datetime(row.expires_at)},
        template="emails/invitation.txt",
        greeting=row.full_name or row.email,
        link=absolute_url("people:invitation_accept", link_token(row)),
        context={
            "unit": row.unit.name_on(timezone.localdate()).name,
            "role": ROLE_LABELS[row.role.name],
            "until": vn_datetime(row.expires_at),
        },
    )


@mail("people.closing_announced")
def closing_announced(person_id: int) -> Mail | None:
    """Leads to the sign-in page and carries nothing that opens it: whoever holds only the mailbox gets no further."""
    person = still_to_close(person_id)
    if person is None:
        return None
    day = vn_date(closing_day(person.seen_at))
    return Mail(
        to=person.email,
        subject=_("Tài khoản sẽ đóng ngày %(day)s nếu không đăng nhập") % {"day": day},
        template="emails/closing_announced.txt",
        greeting=str(person),
        link=absolute_url("account_login"),
        context={"seen_on": vn_date(timezone.localdate(person.seen_at)), "day": day, "most": settings.DORMANT_DAYS},
    )
