"""The moves of a task: one address for each verb of the table. What the service refuses is said on the task's page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic.detail import SingleObjectMixin

from apps.core import limits
from apps.core.moves import find
from apps.core.numbers import asked_key
from apps.documents.services import checked_paper
from apps.jobs.changing import ChangeFormView
from apps.tasks import moving
from apps.tasks.forms.acts import WITHOUT_FIELDS, MoveForm, fields_of, needed_of
from apps.tasks.forms.decision import DECISION
from apps.tasks.models import PlanTask, TaskList
from apps.tasks.page import ASIDE, BUTTONS, turn_of
from apps.tasks.services import moves
from apps.tasks.services.signed import attach_signed
from apps.tasks.views.detail import TaskPageMixin, move_form, predecessors_left

SCOPES = {
    moving.PREPARE: "editable_by",
    moving.PROPOSE: "proposable_by",
    moving.APPRAISE: "appraisable_by",
    moving.RETURN: "returnable_by",
    moving.DECIDE: "decidable_by",
    moving.CONSULT: "visible_to",
}


class TaskFormView(TaskPageMixin, SingleObjectMixin, ChangeFormView):
    """A form about one task. A refusal stands at its field; what has changed meanwhile answers 409."""

    template_name = "tasks/plantask_act.html"
    conflicts = frozenset({"stale", "wrong_state", "withdrawn"})
    danger = False

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        url = self.object.get_absolute_url()
        self.request.stands_at = url
        return super().get_context_data(task=self.object, back_url=url, danger=self.danger, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        if any(error.code == "stale" for error in form.non_field_errors().as_data()):
            return self.refuse(form, is_conflict=True)
        return self.refuse(form, is_conflict=False)

    def refuse(self, form: Any, *, is_conflict: bool) -> HttpResponse:
        status = 409 if is_conflict else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def page_now(self, form: Any) -> HttpResponse:
        """The task as it is now, what was refused above it, and what was typed, for whoever wants it still."""
        del self.object
        kept = {name: form.data.get(name, "") for name in (*DECISION, "on", "reason") if form.data.get(name)}
        context = self.page_context(self.object, told=list(form.non_field_errors()), initial=kept)
        return self._page(context, 409)

    def _page(self, context: dict[str, Any], status: int) -> HttpResponse:
        told = super().get_context_data(form=context.get("form")) | {"object": self.object, **context}
        template = TaskPageMixin.template_name
        return self.response_class(self.request, template, told, status=status, using=self.template_engine)


class MoveView(TaskFormView):
    verb: str
    form_class = MoveForm

    @property
    def button(self) -> Any:
        return BUTTONS[self.verb]

    @property
    def title(self) -> Any:
        return self.button.alone

    @property
    def submit(self) -> Any:
        return self.button.label

    @property
    def danger(self) -> bool:  # type: ignore[override]
        return self.button.style != "btn-primary"

    @property
    def is_alone(self) -> bool:
        """On a page of its own, with no other button beside: there it is refused, too."""
        return self.verb in ASIDE or "alone" in self.request.POST

    @cached_property
    def task_list(self) -> TaskList | None:
        """The list from which the person came, and to which they go back."""
        pk = asked_key(self.request.POST.get("list", "") or self.request.GET.get("list", ""))
        seen: Any = TaskList.objects.visible_to(self.request.user)
        found: TaskList | None = seen.filter(pk=pk, entries__task=self.object.pk).first() if pk else None
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"task_list": self.task_list}
        return context | ({"back_url": self.task_list.get_absolute_url()} if self.task_list else {})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        turn = turn_of(self.object, self.request.user)
        if self.verb not in (*turn.verbs, *turn.asides):
            for words in turn.why_not or [_("Nhiệm vụ không ở trạng thái để thực hiện việc này.")]:
                messages.warning(request, words)
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> MoveForm:
        if self.request.method != "POST":
            return move_form(self.object, [self.verb])
        shown = [self.verb] if self.is_alone else turn_of(self.object, self.request.user).verbs
        sent = {"data": self.request.POST, "files": self.request.FILES}
        return move_form(self.object, shown, verb=self.verb, **sent)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.FILES:
            limits.check("upload", request)
        return super().post(request, *args, **kwargs)

    def act(self, form: MoveForm) -> PlanTask | TaskList:
        self.once(form, lambda: self._move(form))
        messages.success(self.request, str(self.button.done))
        if self.verb == "start" and (left := predecessors_left(self.object, self.request.user)):
            told = _("Nhiệm vụ làm trước chưa xong: %(codes)s.") % {"codes": ", ".join(one.code for one in left)}
            messages.warning(self.request, told)
        return self.task_list or self.object

    def _move(self, form: MoveForm) -> PlanTask:
        user, data, given = self.request.user, form.cleaned_data, {}
        asked = fields_of(self.verb)
        if "number" in asked and needed_of(self.verb) >= {"number"}:
            given["decision"] = form.decided()
        given |= {name: data[name] for name in ("reason", "on") if name in asked}
        paper = checked_paper(data["file"]) if data.get("file") and "decision" in given else None
        done: PlanTask = getattr(moves, self.verb)(self.object, by=user, version=data["version"], **given)
        if paper:
            attach_signed(self.object, paper, given["decision"], by=user)
        return done

    def refuse(self, form: Any, *, is_conflict: bool) -> HttpResponse:
        if is_conflict:
            return self.page_now(form)
        if self.is_alone:
            return super().refuse(form, is_conflict=False)
        return self._page(self.page_context(self.object, form=form), 422)


def _view(verb: str) -> Any:
    """A class of its own: its page is found by its name, and a key sent to one verb is none for another."""
    permission = find(PlanTask, verb)[0].permission
    told: dict[str, Any] = {"verb": verb, "permission_required": permission, "scope": SCOPES[permission]}
    if verb in WITHOUT_FIELDS:
        told["http_method_names"] = ["post"]
    name = "".join(part.title() for part in verb.split("_"))
    return type(f"PlanTask{name}View", (MoveView,), told)


MOVES = {verb: _view(verb) for verb in moves.VERBS}
