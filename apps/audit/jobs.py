from celery import shared_task

from apps.audit import partitions, refusals, services


@shared_task(name="audit.seal_days")
def seal_days() -> None:
    """Rung by beat each hour; an hour with nothing to seal says the head again."""
    services.seal_days()
    services.log_head()


@shared_task(name="audit.check_seals")
def check_seals() -> None:
    """Rung by beat each night. Run twice it keeps two results."""
    services.check_seals()


@shared_task(name="audit.sum_refusals")
def sum_refusals() -> None:
    """Rung by beat. Run twice it finds nothing more to sum up."""
    refusals.sum_up()


@shared_task(name="audit.make_years")
def make_years() -> None:
    """Rung by beat each night. Run twice it finds every year there."""
    partitions.make_years()
