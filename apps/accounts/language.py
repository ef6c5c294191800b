"""In which language a person reads: kept with them, so that every browser in which they sign in follows."""

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record


@transaction.atomic
def choose_language(user: User, language: str) -> None:
    """Raises ValidationError for one that the portal does not speak."""
    held = User.objects.select_for_update().get(pk=user.pk)
    before, held.language = held.language, language
    if before == language:
        return
    held.full_clean(exclude=["password"])
    held.save(update_fields=["language"])
    record("account.language_chosen", by=user, target=user, before={"language": before}, after={"language": language})
