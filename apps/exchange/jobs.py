from django.utils.translation import gettext_lazy as _

from apps.exchange import services
from apps.jobs.services import job


@job("exchange.check", queue="import", label=_("Kiểm tra tệp nhập"))
def check(batch_id: int) -> None:
    services.check(batch_id)


@job("exchange.write", queue="import", label=_("Ghi dòng hợp lệ vào sổ"))
def write(batch_id: int) -> None:
    services.write(batch_id)


@job("exchange.undo", queue="import", label=_("Hoàn tác lần nhập"))
def undo(batch_id: int) -> None:
    services.undo(batch_id)
