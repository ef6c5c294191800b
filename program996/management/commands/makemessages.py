"""`manage.py makemessages -l en`: lists every string that people read in the English catalogue.

Beside Django's own names for gettext those under which we import it. Texts stay where they are, on one line each.
"""

from typing import Any

from django.core.management.commands import makemessages

OUR_NAMES = ("_lazy", "_now", "now")


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, *(f"--keyword={name}" for name in OUR_NAMES)]

    def handle(self, *args: Any, **options: Any) -> None:
        ours = {"no_location": True, "no_wrap": True, "no_obsolete": True}
        ignored = [*options["ignore_patterns"], "node_modules", ".venv", "tests"]
        super().handle(*args, **options | ours | {"ignore_patterns": ignored})
