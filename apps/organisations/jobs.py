from celery import shared_task

from apps.organisations.services.people import close_dormant_accounts as close


@shared_task(name="organisations.close_dormant_accounts")
def close_dormant_accounts() -> None:
    """Rung by beat every night. Run twice it finds nothing more to close."""
    close()
