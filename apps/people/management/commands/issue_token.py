from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit
from apps.people.services.tokens import Wanted, issue_token


class Command(BaseCommand):
    help = "Cấp mã truy cập API cho một tài khoản và in mã ra một lần. Mã không lưu ở đâu, không xem lại được."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="Thư điện tử của tài khoản")
        parser.add_argument("--label", required=True, help="Tên mã: hệ thống nào dùng, để làm gì")
        parser.add_argument("--scopes", required=True, nargs="+", help="Ví dụ: indicators:read registers/labs:write")
        parser.add_argument("--days", required=True, type=int, help="Dùng được bao nhiêu ngày, nhiều nhất 365")
        parser.add_argument("--unit", help="Mã đơn vị: chỉ mở quyền của tài khoản ở đơn vị đó")
        parser.add_argument("--networks", nargs="*", default=[], help="Mạng được gọi, ví dụ 203.0.113.0/24")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(email=options["email"].strip().lower()).first()
        unit = OrganisationUnit.objects.filter(pk=options["unit"]).first() if options["unit"] else None
        if owner is None or (options["unit"] and unit is None):
            raise CommandError("Không có tài khoản hoặc đơn vị này.", returncode=2)
        scopes = [scope for told in options["scopes"] for scope in told.replace(",", " ").split()]
        last = timezone.localdate() + timedelta(days=min(options["days"], 9999))
        try:
            wanted = Wanted(options["label"], scopes, last, unit, options["networks"])
            issued = issue_token(owner, wanted, by=None)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages), returncode=1) from None
        self.stdout.write(issued.key)
