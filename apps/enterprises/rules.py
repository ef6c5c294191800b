"""Field rules of the enterprise register, written once: the form, the API and the Excel door use these."""

import datetime
from functools import cache

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.fields import parse_past
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.registers.readings import Choices

EARLIEST = datetime.date(2000, 1, 1)

ACTIVITY_MESSAGE = "Hoạt động chỉ ghi với hình thức được kiểm định, hiệu chuẩn, thử nghiệm hoặc xây dựng phương pháp đo"


def clean_date(text: str) -> datetime.date:
    """dd/mm/yyyy, a real day, neither in the future nor before 2000."""
    day = parse_past(text)
    if day < EARLIEST:
        raise ValidationError(_("Trước năm 2000. Kiểm tra lại năm"), code="date")
    return day


def clean_choice(text: str, choices: type[TextChoices]) -> str:
    """The value behind a Vietnamese label, of today or a former one."""
    return _words_of(choices, get_language()).value_of(text)


@cache
def _words_of(choices: type[TextChoices], language: str) -> Choices:
    return Choices(choices.choices, FORMER_WORDS.get(choices), MEANT.get(choices))


# What files called these before the words of the decision came in: taken as they stand, so that old files still load.
FORMER_WORDS: dict[type[TextChoices], dict[str, str]] = {
    Enterprise.Ownership: {
        "nhà nước": Enterprise.Ownership.STATE.value,
        "tư nhân": Enterprise.Ownership.PRIVATE.value,
        "fdi": Enterprise.Ownership.FOREIGN.value,
    },
    AssuranceProgramme.Form: {
        "được kiểm định hiệu chuẩn": AssuranceProgramme.Form.SERVED.value,
        "có chương trình được phê duyệt": AssuranceProgramme.Form.WRITTEN.value,
    },
}

# Other words for a choice, as `folded` leaves them. Only what can mean nothing else: a suggestion goes to all rows of a
# file, so «ngoài nhà nước», «liên doanh», «chưa áp dụng», «ngừng áp dụng» stand in no list.
MEANT: dict[type[TextChoices], dict[str, str]] = {
    Enterprise.Ownership: {
        "tn": Enterprise.Ownership.PRIVATE.value,
        "nn": Enterprise.Ownership.STATE.value,
        "dnnn": Enterprise.Ownership.STATE.value,
        "htx": Enterprise.Ownership.COOPERATIVE.value,
        "hkd": Enterprise.Ownership.HOUSEHOLD.value,
        "hộ cá thể": Enterprise.Ownership.HOUSEHOLD.value,
        "đtnn": Enterprise.Ownership.FOREIGN.value,
        "nước ngoài": Enterprise.Ownership.FOREIGN.value,
        "vốn nước ngoài": Enterprise.Ownership.FOREIGN.value,
        "vốn đầu tư nước ngoài": Enterprise.Ownership.FOREIGN.value,
    },
    AssuranceProgramme.Form: {
        "được kiểm định": AssuranceProgramme.Form.SERVED.value,
        "được hiệu chuẩn": AssuranceProgramme.Form.SERVED.value,
        "kiểm định hiệu chuẩn": AssuranceProgramme.Form.SERVED.value,
        "chương trình được phê duyệt": AssuranceProgramme.Form.WRITTEN.value,
    },
    ProgrammeEvent.Stage: {
        "đã dừng": ProgrammeEvent.Stage.STOPPED.value,
        "đã tiếp cận": ProgrammeEvent.Stage.APPROACHED.value,
        "đã khảo sát": ProgrammeEvent.Stage.SURVEYED.value,
        "ban hành": ProgrammeEvent.Stage.ISSUED.value,
        "áp dụng": ProgrammeEvent.Stage.APPLIED.value,
        "đang duy trì": ProgrammeEvent.Stage.MAINTAINED.value,
    },
}
