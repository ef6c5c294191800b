"""The moves of a book: one address for each verb of the table."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic.detail import SingleObjectMixin

from apps.core import limits
from apps.core.moves import find
from apps.documents.services import attach_signed, checked_paper
from apps.documents.uploads import Checked
from apps.jobs.changing import ChangeFormView
from apps.publications import moving
from apps.publications.acting import allowed_moves
from apps.publications.assembling import assemble
from apps.publications.buttons import BUTTONS
from apps.publications.checking import problems_of
from apps.publications.forms import FORMS, MoveForm
from apps.publications.manuscript import manuscript_of
from apps.publications.models import ReportBook
from apps.publications.services import books, moves
from apps.publications.views.common import BookMixin
from apps.reports.buttons import Button

SCOPES = {moving.WRITE: "editable_by", moving.ISSUE: "issuable_by"}
SERVICES = {
    **{verb: getattr(moves, verb) for verb in ("check", "rework", "hand", "send_back", "issue")},
    **{verb: getattr(books, verb) for verb in ("refresh", "revise")},
}


class MoveView(BookMixin, SingleObjectMixin, ChangeFormView):
    verb = ""
    template_name = "publications/reportbook_act.html"
    conflicts = frozenset({"stale", "wrong_state"})

    @cached_property
    def object(self) -> ReportBook:
        return self.get_object()

    @property
    def button(self) -> Button:
        return BUTTONS[self.verb]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        url = self.object.get_absolute_url()
        problems = problems_of(assemble(manuscript_of(self.object))) if self.verb == "check" else []
        return super().get_context_data(
            book=self.object, problems=problems, title=self.button.title, submit=self.button.label,
            ask=self.button.ask, back_url=url, **kwargs,
        )  # fmt: skip

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.verb not in {move.verb for move in allowed_moves(self.object, self.request.user)}:
            messages.warning(request, _("Báo cáo không ở trạng thái để thực hiện việc này."))
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> MoveForm:
        return FORMS.get(self.verb, MoveForm)(book=self.object, **self.get_form_kwargs())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.FILES:
            limits.check("upload", request)
        return super().post(request, *args, **kwargs)

    def act(self, form: MoveForm) -> ReportBook:
        made = self.once(form, lambda: self._move(form))
        messages.success(self.request, str(self.button.done))
        return ReportBook.objects.get(pk=made)

    def _move(self, form: MoveForm) -> Any:
        user, data = self.request.user, form.cleaned_data
        paper = checked_paper(data["file"]) if data.get("file") else None
        done = SERVICES[self.verb](self.object, by=user, changes=data["changes"], **form.given())
        if paper:
            self._attach(paper, data["number"])
        return done

    def _attach(self, paper: Checked, number: str) -> None:
        """The signed paper hangs beside the built files: by the right to issue, within the same transaction."""
        rows: Any = ReportBook.objects
        note, by = _("Báo cáo đã ký %(number)s") % {"number": number}, self.request.user
        attach_signed(self.object, paper, note=note, by=by, within=rows.issuable_by(by))


def _view(verb: str) -> Any:
    """A class of its own: a key sent to one verb is none for another."""
    permission = find(ReportBook, verb)[0].permission
    told: dict[str, Any] = {"verb": verb, "permission_required": permission, "scope": SCOPES[permission]}
    return type(f"ReportBook{''.join(part.title() for part in verb.split('_'))}View", (MoveView,), told)


MOVES = {verb: _view(verb) for verb in SERVICES}
