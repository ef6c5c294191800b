from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import vn_datetime
from apps.notifications.services import Mail, absolute_url, mail
from apps.organisations.models import Invitation
from apps.organisations.roles import ROLE_LABELS
from apps.organisations.services.invitations import link_token


@mail("organisations.invitation")
def invitation(invitation_id: int) -> Mail | None:
    """The link is made here, so that it lies in no table; one that was withdrawn meanwhile is not sent."""
    row = Invitation.objects.open().filter(pk=invitation_id).select_related("unit", "role").first()
    if row is None:
        return None
    return Mail(
        to=row.email,
        subject=_("Lời mời dùng Cổng quản lý – hạn %(day)s") % {"day": vn_datetime(row.expires_at)},
        template="emails/invitation.txt",
        greeting=row.full_name,
        link=absolute_url("organisations:invitation_accept", link_token(row)),
        context={
            "unit": row.unit.name_on(timezone.localdate()).name,
            "role": ROLE_LABELS[row.role.name],
            "until": vn_datetime(row.expires_at),
        },
    )
