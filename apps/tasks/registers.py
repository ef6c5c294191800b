"""Tasks as files know them. Their pages and API are their own: a task is moved along, not entered like a row."""

from django.utils.translation import gettext_lazy as _

from apps.registers.declaration import Register, declare
from apps.tasks.filecolumns import MORE
from apps.tasks.importing import rules
from apps.tasks.models import PlanTask

TASKS = declare(
    Register(
        model=PlanTask,
        key=("code",),
        named_by="title",
        title=_("Nhiệm vụ"),
        short=_("Nhiệm vụ"),
        noun=_("nhiệm vụ"),
        add_words=_("Thêm nhiệm vụ"),
        icon="clipboard-check",
        export_name="nhiem-vu",
        has_pages=False,
        files=rules({field.key: str(field.header) for field in MORE}),
    )
)
