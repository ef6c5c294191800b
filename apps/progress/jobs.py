from celery import shared_task
from django.utils.translation import gettext_lazy as _

from apps.jobs.services import job
from apps.progress import services


@job("progress.recompute", label=_("Tính lại mục tiêu"))
def recompute(source: str) -> dict[str, int]:
    return services.recompute_source(source)


@job("progress.recompute_units", label=_("Tính lại mục tiêu theo số đơn vị"))
def recompute_units() -> dict[str, int]:
    return services.recompute_units()


@shared_task(name="progress.recount_for_the_day")
def recount_for_the_day() -> None:
    """Rung by beat: the day of a planned act on units, and that on which a period begins, come without anybody's doing.
    Run twice it finds nothing new.
    """
    services.recount_for_the_day()
