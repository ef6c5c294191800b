"""What each call with a token asks of the base, and leaves there: a line a minute of use, a row a day of refusal."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.audit.services import record
from apps.people.models import ApiToken
from apps.people.services.standing import unit_of_record
from apps.people.token_keys import digests_of

WRITTEN_EVERY = timedelta(minutes=1)
TOLD_EVERY = timedelta(days=1)  # a forgotten program calls for months, and rows of the audit stay for good


def find_token(key: str) -> ApiToken | None:
    """With its owner, in one statement."""
    digests = digests_of(key)
    found = ApiToken.objects.select_related("owner").filter(digest__in=digests).first() if digests else None
    if found is not None and found.digest != digests[0]:  # made before SECRET_KEY was changed
        ApiToken.objects.filter(pk=found.pk).update(digest=digests[0])
    return found


def note_use(token: ApiToken, address: str) -> None:
    now = timezone.now()
    if token.last_used_at is not None and token.last_used_at > now - WRITTEN_EVERY:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - WRITTEN_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now, last_used_from=address)


@transaction.atomic
def note_refusal(token: ApiToken, code: str) -> None:
    """Somebody called with a token that opens nothing any more, or from elsewhere: who, nobody knows."""
    now = timezone.now()
    untold = Q(refused_at__isnull=True) | Q(refused_at__lte=now - TOLD_EVERY)
    if ApiToken.objects.filter(untold, pk=token.pk).update(refused_at=now):
        unit = token.unit_id or unit_of_record(token.owner)
        record("token.refused", target=token, by=None, unit=unit, error=code)
