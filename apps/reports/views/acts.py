"""The moves of a report: one address for each verb of the table."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic.detail import SingleObjectMixin

from apps.core import limits
from apps.core.moves import find
from apps.documents.services import attach_signed, checked_paper
from apps.documents.uploads import Checked
from apps.jobs.changing import ChangeFormView
from apps.organisations.selectors import unit_labels
from apps.reports import moving
from apps.reports.acting import allowed_moves
from apps.reports.before import said_before, signers_of
from apps.reports.buttons import BUTTONS, Button
from apps.reports.forms.acts import FORMS, MoveForm
from apps.reports.models import AnnualReport
from apps.reports.services import moves, reviewing
from apps.reports.signer import signer_words
from apps.reports.views.common import ReportMixin

SCOPES = {
    moving.FILL: "editable_by",
    moving.SEND: "editable_by",
    moving.SIGN: "signable_by",
    moving.REVIEW: "reviewable_by",
    moving.REOPEN: "reopenable_by",
}
SERVICES = {
    **{
        verb: getattr(moves, verb)
        for verb in ("start", "to_leader", "recall", "send_back", "sign", "submit", "correct")
    },
    **{verb: getattr(reviewing, verb) for verb in ("return_for_revision", "accept", "lock", "reopen")},
}


@dataclass(frozen=True)
class Confirmation:
    """Where whoever sent a report is led."""

    report: AnnualReport

    def get_absolute_url(self) -> str:
        return reverse("reports:annualreport_submitted", args=[self.report.round.code, self.report.unit.slug])


class MoveView(ReportMixin, SingleObjectMixin, ChangeFormView):
    """A form of one verb. A refusal stands at its field; what has changed meanwhile answers 409."""

    verb: str
    template_name = "reports/annualreport_act.html"
    conflicts = frozenset({"stale", "wrong_state", "excused", "round_locked"})

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    @property
    def button(self) -> Button:
        return BUTTONS[self.verb]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = self.object
        return super().get_context_data(
            report=report, named=unit_labels()[report.unit_id].distinct_name, title=self.button.title,
            submit=self.button.label, ask=self.button.ask, danger=self.button.style != "btn-primary",
            said=said_before(report, self.verb), to_leader=self.verb == "to_leader",
            signers=signers_of(report, but=self.request.user.pk) if self.verb == "to_leader" else [],
            office=signer_words(report),
            back_url=report.get_absolute_url(), **kwargs,
        )  # fmt: skip

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.verb not in {move.verb for move in allowed_moves(self.object, self.request.user)}:
            messages.warning(request, _("Báo cáo không ở trạng thái để thực hiện việc này."))
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> MoveForm:
        return FORMS.get(self.verb, MoveForm)(report=self.object, **self.get_form_kwargs())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.FILES:
            limits.check("upload", request)
        return super().post(request, *args, **kwargs)

    def act(self, form: MoveForm) -> AnnualReport | Confirmation:
        self.once(form, lambda: self._move(form))
        messages.success(self.request, str(self.button.done))
        found: AnnualReport = self.object
        return Confirmation(found) if self.verb == "submit" else found

    def _move(self, form: MoveForm) -> Any:
        user, data = self.request.user, form.cleaned_data
        paper = checked_paper(data["file"]) if data.get("file") else None
        done = SERVICES[self.verb](self.object, by=user, version=data["version"], **form.given())
        if paper:
            self._attach(paper, data["number"])
        return done

    def _attach(self, paper: Checked, number: str) -> None:
        """The signed paper hangs on the report: by the right to sign, within the same transaction."""
        rows: Any = AnnualReport.objects
        note, by = _("Báo cáo đã ký %(number)s") % {"number": number}, self.request.user
        attach_signed(self.object, paper, note=note, by=by, within=rows.signable_by(by))


def _view(verb: str) -> Any:
    """A class of its own: a key sent to one verb is none for another."""
    permission = find(AnnualReport, verb)[0].permission
    told: dict[str, Any] = {"verb": verb, "permission_required": permission, "scope": SCOPES[permission]}
    return type(f"AnnualReport{''.join(part.title() for part in verb.split('_'))}View", (MoveView,), told)


MOVES = {verb: _view(verb) for verb in SERVICES}
