from celery import shared_task
from django.utils.translation import gettext_lazy as _

from apps.handover import services
from apps.handover.models import PREPARE, SEND
from apps.jobs.services import job


@job(PREPARE, label=_("Lập thông điệp cho hệ thống báo cáo quốc gia"))
def prepare(publication_id: int) -> dict[str, int]:
    return services.prepare(publication_id)


# In the queue of what waits for other people's machines.
@job(SEND, queue="webhook", label=_("Chuyển số liệu lên hệ thống báo cáo quốc gia"))
def send() -> dict[str, str]:
    return services.send_next()


@shared_task(name="handover.look_after")
def look_after() -> None:
    """Rung by beat: what no bell was rung for goes out all the same."""
    services.prepare_all()
