"""What every act asks for: its day and its document."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.fields import DayField, OnceForm
from apps.documents.fields import DocumentField
from apps.organisations.fields import UnitField
from apps.reorganisations.services.checks import check_plan
from apps.reorganisations.services.plans import Plan


class ActForm(OnceForm):
    aliases = {"number": "document", "kind": "document", "issuer": "document"}

    effective_on = DayField(
        label=gettext_lazy("Có hiệu lực từ ngày"),
        help_text=gettext_lazy(
            "Tên cũ, đơn vị cũ hết hiệu lực vào cuối ngày liền trước. Ngày không sau hôm nay: có hiệu lực ngay khi ghi"
            " và không rút lại được."
        ),
    )
    document = DocumentField(label=gettext_lazy("Văn bản căn cứ"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].offer_to(by)

    def to_plan(self) -> Plan:
        raise NotImplementedError

    def add_refusals(self) -> None:
        """What the service will say of the rest, while something else is wrong already: all of it in one wave."""
        faulty = set(self.errors)
        if (
            faulty & {name for name, field in self.fields.items() if isinstance(field, UnitField)}
            or NON_FIELD_ERRORS in faulty
        ):
            return  # of other units other things may be wrong
        self.cleaned_data.setdefault("effective_on", timezone.localdate() + timedelta(days=1))
        try:
            check_plan(self.to_plan())
        except ValidationError as refusal:
            places = {name: self.aliases.get(name, name) for name in refusal.error_dict}
            found = {name: errors for name, errors in refusal.error_dict.items() if places[name] not in faulty}
            self.refused(ValidationError(found))
