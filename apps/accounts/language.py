"""In which language a person reads: kept with them, so that every browser in which they sign in follows."""

from django.db import transaction

from apps.accounts.models import User


@transaction.atomic
def choose_language(user: User, language: str) -> None:
    """Raises ValidationError for one that the portal does not speak. How one reads is nobody else's: no audit row."""
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.language != language:
        held.language = language
        held.full_clean(exclude=["password"])
        held.save(update_fields=["language"])
