from celery import shared_task

from program996 import cleaning


@shared_task(name="program996.clean")
def clean() -> None:
    """Rung by beat every night. Run twice it finds nothing more to take away."""
    cleaning.clean()
