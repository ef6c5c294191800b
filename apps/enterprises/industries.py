"""Finding the VSIC section or division of a code, in the version of its day."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.enterprises.models import Industry


class IndustryFinder:
    """The whole list in memory (about 220 rows), read once per form or file."""

    def __init__(self) -> None:
        self.versions: list[tuple[datetime.date, str]] = []
        self.by_code: dict[tuple[str, str], Industry] = {}
        for industry in Industry.objects.all():
            self.by_code[industry.version, industry.code] = industry
            if (industry.valid_from, industry.version) not in self.versions:
                self.versions.append((industry.valid_from, industry.version))
        self.versions.sort(reverse=True)

    def find(self, text: str, on: datetime.date) -> tuple[int, str]:
        """(id of the section or division, code as given). The version of the day first, then the others.

        Takes a section letter (`C`), a division (`10`, `C10`) or a longer code (`1020`, `C1020`).
        """
        code = re.sub(r"[\s.]", "", text).upper()
        match = re.fullmatch(r"([A-Z])?(\d{2,5})?", code)
        if match and code:
            for version in self._order(on):
                wanted = match[2][:2] if match[2] else match[1]
                industry = self.by_code.get((version, wanted))
                if industry and (not match[1] or industry.section == match[1]):
                    return industry.pk, match[2] or code
        raise ValidationError(
            _("Không có trong danh mục ngành kinh tế (VSIC). Nhập mã ngành cấp 1 đến cấp 5, ví dụ C10 hoặc 1020"),
            code="industry",
        )

    def _order(self, on: datetime.date) -> list[str]:
        """Versions in force on the day first: companies' papers mostly still carry the earlier codes."""
        valid = [version for start, version in self.versions if start <= on]
        return valid + [version for _start, version in reversed(self.versions) if version not in valid]
