from celery import shared_task
from django.utils.translation import gettext_lazy as _

from apps.jobs.services import job
from apps.webhooks.models import DELIVER
from apps.webhooks.services import publishing, sending


@job(publishing.FAN_OUT, label=_("Phân phát sự kiện tới nơi nhận"))
def fan_out() -> dict[str, int]:
    return {"events": publishing.fan_out()}


# A queue of its own, of which one job runs at a time: however slow receivers are, the other workers are free.
@job(DELIVER, queue="webhook", label=_("Gửi sự kiện tới nơi nhận"))
def deliver(subscription_id: int) -> dict[str, str]:
    return sending.send_next(subscription_id)


@shared_task(name="webhooks.look_after")
def look_after() -> None:
    """Rung by beat each minute: what no bell was rung for goes out all the same."""
    while publishing.fan_out() == publishing.AT_ONCE:
        pass
    sending.wake_waiting()
