"""Gives the portal's own role, and that of backups, their rights. Runs as the owner, after every `migrate`."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from program996.management.backup_role import BACKUP_ROLE, set_up_backup_role
from program996.management.roles import ROLE, evidence_tables, set_up_role
from program996.management.wall import set_up_wall


class Command(BaseCommand):
    help = "Tạo vai trò cơ sở dữ liệu của cổng và cấp quyền cho vai trò đó. Chạy lại không đổi gì."

    def handle(self, *args: Any, **options: Any) -> None:
        address = urlsplit(os.environ.get("APP_DATABASE_URL", ""))
        # Of another name it is somebody else's role, made and confined by them.
        set_up_role(unquote(address.password or "") if address.username == ROLE else "")
        set_up_wall()
        told = {"role": ROLE, "tables": ", ".join(evidence_tables())}
        self.stdout.write(_("Vai trò %(role)s đã có quyền; chỉ thêm và đọc ở: %(tables)s.") % told)
        backup = urlsplit(os.environ.get("BACKUP_DATABASE_URL", ""))
        if backup.username == BACKUP_ROLE:
            set_up_backup_role(unquote(backup.password or ""))
            self.stdout.write(_("Vai trò %(role)s đọc được mọi dữ liệu để sao lưu.") % {"role": BACKUP_ROLE})
