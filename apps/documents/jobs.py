from celery import shared_task
from django.utils.translation import gettext_lazy as _

from apps.documents import services, signature_checks
from apps.jobs.services import job

# A scanner that is away comes back: after some minutes it is asked every hour, for a week.
PAUSES = (30, 120, 600, *[3600] * 167)


@job("documents.scan", label=_("Quét mã độc trong tệp"), pauses=PAUSES)
def scan(file_id: int) -> None:
    services.scan_file(file_id)


@job("documents.read_signatures", label=_("Đọc chữ ký số của tệp"))
def read_signatures(file_id: int) -> None:
    signature_checks.read_signatures(file_id)


@shared_task(name="documents.request_scans")
def request_scans() -> None:
    """Rung by beat every hour. Where all is looked through, or no scanner is set up, it finds nothing to ask."""
    services.request_scans()
    signature_checks.request_signatures()
