from celery import shared_task

from apps.people.services import dormancy


@shared_task(name="people.close_dormant_accounts")
def close_dormant_accounts() -> None:
    """Rung by beat every night. Run twice it finds nothing more to close."""
    dormancy.close_dormant_accounts()


@shared_task(name="people.announce_closings")
def announce_closings() -> None:
    """Rung by beat every morning. Run twice it finds nobody more to tell."""
    dormancy.announce_closings()
