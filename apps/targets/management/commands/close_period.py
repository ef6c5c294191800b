from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core.days import parse_typed_moment
from apps.documents.models import LegalDocument
from apps.documents.selectors import documents_named
from apps.targets.models import Period, PeriodClosing
from apps.targets.services import close_period, propose_closing


class Command(BaseCommand):
    help = "Chốt một kỳ số liệu như đã biết tại một thời điểm: một người lập, người khác chốt, theo một văn bản."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int, help="Năm của kỳ, ví dụ 2025")
        parser.add_argument(
            "--as-of", required=True, help="ngày/tháng/năm, ngày/tháng/năm giờ:phút hoặc yyyy-mm-ddTHH:MM:SS+07:00"
        )
        parser.add_argument("--document", required=True, help="Số, ký hiệu của văn bản đã có trong danh mục")
        parser.add_argument("--prepared-by", required=True, help="Thư điện tử của chuyên viên Ủy ban TĐC lập đề nghị")
        parser.add_argument("--by", required=True, help="Thư điện tử của lãnh đạo Ủy ban TĐC chốt")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        period = Period.objects.filter(year=options["year"]).first()
        documents = documents_named(options["document"])
        people = [User.objects.filter(email=options[name].lower()).first() for name in ("prepared_by", "by")]
        if period is None or None in people:
            raise CommandError("Không có kỳ hoặc người này.", returncode=2)
        if len(documents) != 1:
            raise CommandError(
                "Không có văn bản này, hoặc có nhiều văn bản cùng số: ghi kèm cơ quan và ngày ban hành.", returncode=2
            )
        try:
            closing = self._close(period, documents[0], people, options)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages), returncode=1) from None
        except PermissionDenied:
            raise CommandError(
                "Người lập phải là chuyên viên Ủy ban TĐC, người chốt là lãnh đạo Ủy ban TĐC.", returncode=1
            ) from None
        self.stdout.write(f"{closing}: số liệu tính đến {timezone.localtime(closing.as_of):%H:%M:%S %d/%m/%Y}")

    @transaction.atomic
    def _close(
        self, period: Period, document: LegalDocument, people: list[Any], options: dict[str, Any]
    ) -> PeriodClosing:
        prepared_by, by = people
        proposal = propose_closing(
            period,
            as_of=parse_typed_moment(options["as_of"], now=timezone.now()),
            document=document,
            reason=options["reason"],
            by=prepared_by,
        )
        return close_period(proposal, by=by)
