"""What a reviewer enters. `version`: of the report that the page showed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.fields import OnceForm, RefusableForm, TextField
from apps.notifications.models.comments import LONGEST
from apps.reports.models import ReviewNote


class VersionForm(RefusableForm):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class NoteForm(VersionForm):
    DROP = "drop"
    kind = forms.ChoiceField(choices=[*ReviewNote.Kind.choices, (DROP, _("Bỏ khỏi phiếu"))], label=_("Loại ý kiến"))
    text = TextField(label=_("Nội dung"), max_length=500, required=False)


class TalkForm(OnceForm):
    text = TextField(label=_("Nội dung trao đổi"), multiline=True, max_length=LONGEST)
