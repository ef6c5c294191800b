from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.organisations.models import OrganisationUnit
from apps.tasks.services.yearly import generate, planned_of_list_a, planned_of_unit


class Command(BaseCommand):
    help = "Sinh nhiệm vụ của một năm từ các hạng mục hằng năm của kế hoạch. Chạy lại không sinh thêm."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--unit", help="Mã bộ, ngành, tỉnh: sinh các hạng mục danh mục B của đơn vị đó")
        parser.add_argument("--dry-run", action="store_true", help="Chỉ in ra, không ghi gì")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            planned = self._planned(options["unit"], options["year"])
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages), returncode=1) from None
        fresh = [one for one in planned if one.task is None]
        for one in planned:
            there = one.task.code if one.task else "mới"
            self.stdout.write(f"{one.item.code}\t{one.lead_unit.pk}\t{there}\t{one.title}")
        if options["dry_run"]:
            self.stdout.write(f"{len(fresh)} nhiệm vụ sẽ được sinh, {len(planned) - len(fresh)} đã có. Chưa ghi gì.")
            return
        made = generate(planned, by=None)
        self.stdout.write(f"Đã sinh {len(made)} nhiệm vụ, {len(planned) - len(made)} đã có.")

    def _planned(self, unit: str | None, year: int) -> list[Any]:
        if unit is None:
            return planned_of_list_a(year)
        found = OrganisationUnit.objects.reporting().filter(pk=unit).first()
        if found is None:
            raise CommandError("Không có bộ, ngành, tỉnh mang mã này.", returncode=2)
        return planned_of_unit(found, year)
