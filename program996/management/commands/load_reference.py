"""Reference data: units, acts, periods, indicators, targets, industries, metrology, roles.

Loadable any number of times. What is counted, and how, may have changed with them or with the version that loads them:
figures are counted anew.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.reference import Changes, Facts
from apps.documents.reference import load_documents
from apps.enterprises.reference import load_industries
from apps.framework.reference import load_framework
from apps.labs.reference import load_metrology
from apps.organisations.reference import load_units
from apps.people.reference import load_roles
from apps.progress.services import recompute
from apps.publications.reference import load_outlines
from apps.reports.reference import load_forms
from apps.targets.reference import load_targets
from apps.tasks.reference import load_milestones

LOADERS = {
    _("Văn bản"): load_documents,
    _("Đơn vị"): load_units,
    _("Mục tiêu"): load_targets,
    _("Kế hoạch triển khai Đề án"): load_framework,
    _("Mốc nhiệm vụ"): load_milestones,
    _("Biểu mẫu báo cáo"): load_forms,
    _("Khung báo cáo tổng hợp"): load_outlines,
    _("Ngành kinh tế"): load_industries,
    _("Hạ tầng đo lường"): load_metrology,
    _("Vai trò"): load_roles,
}


class Command(BaseCommand):
    help = "Nạp dữ liệu nền. Chạy lại không đổi gì; bản ghi sửa trong fixtures/ thì sửa theo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fixtures", type=Path, default=settings.FACTS)

    @transaction.atomic
    def handle(self, *args: Any, fixtures: Path, **options: Any) -> None:
        facts = Facts(fixtures)
        for label, load in LOADERS.items():
            self.stdout.write(f"{label}: {self.told(load(facts))}")
        changed = sum(recompute().values())
        self.stdout.write(_("Số liệu: %(changed)d số thay đổi") % {"changed": changed})

    def told(self, changes: Changes) -> str:
        if not changes:
            return _("không đổi")
        return _("thêm %(created)d, sửa %(changed)d, bỏ %(removed)d") % vars(changes)
