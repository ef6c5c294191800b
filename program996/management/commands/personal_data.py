import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from apps.accounts.models import User
from apps.people.services.personal import correct_name, erase_person
from program996.personal_data import personal_data


class Command(BaseCommand):
    help = "In mọi thông tin cá nhân mà cổng giữ về một người; sửa họ tên sai; xóa, nếu tài khoản đã đóng."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="Thư điện tử của tài khoản")
        parser.add_argument("--name", default="", help="Họ và tên đúng, thay cho tên đang ghi")
        parser.add_argument("--erase", action="store_true", help="Xóa tên, địa chỉ và những gì chỉ của riêng người đó")
        parser.add_argument("--by", default="", help="Thư điện tử của người quyết định sửa, xóa")
        parser.add_argument("--reason", default="", help="Ai yêu cầu, theo văn bản nào")

    def handle(self, *args: Any, **options: Any) -> None:
        person = _account(options["email"])
        if not options["erase"] and not options["name"]:
            told = json.dumps(personal_data(person), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            self.stdout.write(told)
            return
        by, reason = _account(options["by"]), options["reason"]
        try:
            changed = (
                erase_person(person, reason, by=by)
                if options["erase"]
                else correct_name(person, options["name"], reason, by=by)
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages), returncode=1) from None
        self.stdout.write(changed.full_name)


def _account(email: str) -> User:
    found = User.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise CommandError(f"Không có tài khoản {email or '(thiếu --by)'}.", returncode=2)
    return found
