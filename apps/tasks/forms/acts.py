"""What the acts on a task ask of whoever makes them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.fields import DayField, OnceForm, TextField, parse_past
from apps.core.moves import find
from apps.documents.fields import DocumentField
from apps.documents.services import DocumentFacts, known_document
from apps.registers.forms import SeenForm
from apps.tasks.forms.decision import DECISION, NEEDED, DecisionFields
from apps.tasks.models import Consultation, Milestone, PlanTask, TaskProgress
from apps.tasks.models.parts import TaskRelation

REASON_TAKEN = frozenset(
    {"appraise", "approve", "accept", "close", "resume", "report_completion", "return_for_revision", "reject",
     "fail_acceptance", "suspend", "terminate"}
)  # fmt: skip
WITHOUT_FIELDS = frozenset({"propose", "start_appraisal", "start"})
# Where a form has several buttons: for which of them a field must be filled in.
_REASON_WHEN = {
    "return_for_revision": gettext_lazy("khi trả lại"),
    "reject": gettext_lazy("khi không phê duyệt"),
    "fail_acceptance": gettext_lazy("khi nghiệm thu không đạt"),
}


class VersionForm(OnceForm):
    """A change that does not say which state it was made from might overwrite anything."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("version") is None:
            words = _("Không xác định được phiên bản bạn đã xem. Mở lại trang, rồi làm tiếp.")
            raise forms.ValidationError(words, code="stale")
        return self.cleaned_data


class MoveForm(DecisionFields, VersionForm):
    """The form above all else: what its buttons ask, together. `verb`: the one that was pressed; others ask nothing."""

    on = DayField(label=gettext_lazy("Ngày hoàn thành"), parse=parse_past, required=False)
    reason = TextField(label=gettext_lazy("Ý kiến"), max_length=2000, required=False, multiline=True)
    field_order = [*DECISION, "on", "reason"]

    def __init__(self, *args: Any, verbs: Sequence[str], verb: str = "", issuer: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verb = verb
        offered = set().union(*(fields_of(one) for one in (*verbs, *([verb] if verb else []))))
        for name in {*DECISION, "on", "reason"} - offered:
            del self.fields[name]
        self.initial.setdefault("issuer", issuer)
        self.initial.setdefault("on", timezone.localdate())
        alone = verb or (verbs[0] if len(verbs) == 1 else "")
        for name in needed_of(alone) & self.fields.keys() if alone else ():
            self.fields[name].required = True
        if len({*verbs, *([verb] if verb else [])}) > 1:  # also once one of them was refused: the same form again
            self._say_when(verbs)
        elif alone and "reason" in needed_of(alone):  # the form of this act alone
            self.fields["reason"].label, self.fields["reason"].when_required = _("Lý do"), _("bắt buộc")
        if "reason" in self.fields:
            self.fields["reason"].error_messages["required"] = _("Nhập ý kiến, lý do.")

    def _say_when(self, verbs: Sequence[str]) -> None:
        """Beside a field that only some of the buttons ask for."""
        asking = [str(words) for verb, words in _REASON_WHEN.items() if verb in verbs]
        if asking:
            self.fields["reason"].when_required = _("bắt buộc %(when)s") % {"when": _(" hoặc ").join(asking)}
        deciding = {"approve": _("bắt buộc khi phê duyệt"), "accept": _("bắt buộc khi nghiệm thu")}
        for verb in deciding.keys() & set(verbs):
            self.say_when(deciding[verb])
        for name in {"on"} & self.fields.keys():
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        """What another button asks for is not looked at."""
        for name in set(self.errors) - fields_of(self.verb) - {"key", "version"}:
            del self.errors[name]
        return super().clean()


def fields_of(verb: str) -> set[str]:
    found = {"reason"} if verb in REASON_TAKEN else set()
    if "decision" in find(PlanTask, verb)[0].needs:
        found |= set(DECISION)
    return found | ({"on"} if verb == "report_completion" else set())


def needed_of(verb: str) -> set[str]:
    needs = find(PlanTask, verb)[0].needs
    found = set(NEEDED) if "decision" in needs else set()
    return found | ({"reason"} if "reason" in needs else set()) | ({"on"} if verb == "report_completion" else set())


class ExtensionAskForm(VersionForm):
    due_on = DayField(label=gettext_lazy("Hạn đề nghị"))
    reason = TextField(label=gettext_lazy("Lý do xin gia hạn"), max_length=1000, multiline=True)
    field_order = ["due_on", "reason"]
    aliases = {"due_asked": "due_on"}


class ExtensionGrantForm(DecisionFields, VersionForm):
    due_on = DayField(label=gettext_lazy("Hạn mới"))
    reason = TextField(label=gettext_lazy("Ý kiến"), max_length=1000, required=False, multiline=True)
    field_order = [*DECISION, "due_on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need_decision()


class ExtensionRefuseForm(VersionForm):
    reason = TextField(label=gettext_lazy("Lý do không gia hạn"), max_length=1000, multiline=True)
    aliases = {"decided_reason": "reason"}


class ConsultationForm(VersionForm):
    opinion = forms.ChoiceField(
        label=gettext_lazy("Ý kiến"), choices=Consultation.Opinion.choices, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Chọn ý kiến.")},
    )  # fmt: skip
    text = TextField(label=gettext_lazy("Nội dung ý kiến"), max_length=2000, required=False, multiline=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].when_required = _("bắt buộc khi có góp ý hoặc không đồng ý")


class ProgressForm(OnceForm):
    percent = forms.IntegerField(
        label=gettext_lazy("Tỷ lệ hoàn thành (%)"), min_value=0, max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Nhập tỷ lệ hoàn thành từ 0 đến 100."),
            "invalid": gettext_lazy("Tỷ lệ hoàn thành phải là số nguyên từ 0 đến 100."),
            "min_value": gettext_lazy("Tỷ lệ hoàn thành từ 0 đến 100."),
            "max_value": gettext_lazy("Tỷ lệ hoàn thành từ 0 đến 100."),
        },
    )  # fmt: skip
    told_on = DayField(label=gettext_lazy("Tính đến ngày"), parse=parse_past)
    text = TextField(label=gettext_lazy("Kết quả, khó khăn"), max_length=2000, required=False, multiline=True)
    risk = forms.ChoiceField(label=gettext_lazy("Vướng mắc"), choices=TaskProgress.Risk.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("told_on", timezone.localdate())
        self.fields["text"].when_required = _("bắt buộc khi có vướng mắc")


class MilestoneForm(SeenForm):
    due_on = DayField(label=gettext_lazy("Hạn"), required=False)
    done_on = DayField(label=gettext_lazy("Ngày hoàn thành"), parse=parse_past, required=False)
    document = DocumentField(
        label=gettext_lazy("Văn bản"), required=False,
        help_text=gettext_lazy("Nhập số, ký hiệu hoặc một phần trích yếu rồi chọn."),
    )  # fmt: skip
    seen = TextField(max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, milestone: Milestone, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].offer_to(by)
        for name, value in {"due_on": milestone.due_on, "done_on": milestone.done_on, "document": milestone.document,
                            "seen": milestone.mark}.items():  # fmt: skip
            self.initial.setdefault(name, value)

    def facts(self, by: User) -> dict[str, Any]:
        found = {name: self.cleaned_data[name] for name in ("due_on", "done_on", "document")}
        if isinstance(found["document"], DocumentFacts):
            found["document"] = known_document(found["document"], by=by)
        return found


class HolderForm(VersionForm):
    holder = forms.ChoiceField(label=gettext_lazy("Người giữ việc"), required=False)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        choices = [(key, f"{one.full_name} ({one.email})") for key, one in self.people.items()]
        self.fields["holder"].choices = [("", _("Chưa giao cho ai")), *choices]

    @property
    def person(self) -> User | None:
        return self.people.get(self.cleaned_data["holder"])


class RelationForm(OnceForm):
    BEFORE, AFTER, WITH = "before", "after", "with"

    kind = forms.ChoiceField(
        label=gettext_lazy("Quan hệ"),
        choices=[
            (BEFORE, gettext_lazy("Nhiệm vụ này làm trước nhiệm vụ kia")),
            (AFTER, gettext_lazy("Nhiệm vụ này làm sau nhiệm vụ kia")),
            (WITH, gettext_lazy("Liên quan với nhiệm vụ kia")),
        ],
    )
    other = TextField(
        label=gettext_lazy("Mã nhiệm vụ kia"), max_length=40,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("ví dụ NV-2026-0147"), "autocomplete": "off"}),
    )  # fmt: skip

    @property
    def meaning(self) -> dict[str, Any]:
        """As the service takes it."""
        kind = self.cleaned_data["kind"]
        if kind == self.WITH:
            return {"kind": TaskRelation.Kind.BELONGS_WITH}
        return {"kind": TaskRelation.Kind.PRECEDES, "is_later": kind == self.AFTER}
