"""What waits for the person who is signed in; and one decision for the tasks chosen there."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from apps.accounts.models import User
from apps.core import limits
from apps.core.request import SignedInRequest
from apps.core.templatetags.ui import vn_date
from apps.dashboard.forms import APPROVE, DecideForm
from apps.dashboard.inbox import BY_DUE, OLDEST, acting_of, inbox_of
from apps.dashboard.inbox_body import Body
from apps.documents.services import checked_paper
from apps.jobs.changing import OnceMixin
from apps.tasks import moving
from apps.tasks.inbox import to_approve
from apps.tasks.models import PlanTask
from apps.tasks.routes import authority_of
from apps.tasks.services.lists import Moved, approve_many, return_many
from apps.tasks.services.signed import attach_signed
from apps.tasks.services.telling import act_due

NAMED = 10  # tasks that the answer links to
MOST = 200  # tasks of one decision made here; a list of the plan may have more


class InboxPage:
    request: SignedInRequest
    template_name = "dashboard/inbox.html"
    title = gettext_lazy("Chờ xử lý")

    def inbox_context(self, form: DecideForm | None = None) -> dict[str, Any]:
        asked = self.request.GET
        tab, order = asked.get("tab", ""), OLDEST if asked.get("order") == OLDEST else BY_DUE
        page = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 6 else 1
        inbox = inbox_of(self.request.user, tab=tab, order=order, page=page)
        chosen = next((one.tab for one in inbox.tabs if one.tab.code == tab), None)
        may_decide = self.request.user.has_perm(moving.DECIDE)
        if form is None and may_decide and inbox.can_pick:
            form = DecideForm(initial=issuer_of(self.request.user))
        picked = set(form["pick"].value() or ()) if form else set()
        return {
            "inbox": inbox,
            "body": Body(inbox, bool(form), picked),
            "tab": chosen.code if chosen else tab,
            "chosen": chosen,
            "order": order,
            "acting": acting_of(self.request.user) if may_decide else [],
            "form": form,
            "revise_by": act_due("revise", timezone.localdate()) if form else None,
        }


class InboxView(InboxPage, TemplateView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.inbox_context(), **kwargs)


class InboxDecideView(InboxPage, OnceMixin, PermissionRequiredMixin, View):
    """Approve, or return, what was chosen, each as it stood on the page. What moved since is passed over and named."""

    permission_required = moving.DECIDE
    http_method_names = ["post"]
    moved: Moved | None = None

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.FILES:
            limits.check("upload", request)
        picked = request.POST.getlist("pick")[:MOST]
        form = DecideForm(request.POST, request.FILES, picked=picked)
        if not form.is_valid():
            return self.refused(form, 422)
        try:
            with transaction.atomic():
                self.once(form, lambda: self.act(form))
        except ValidationError as refusal:
            form.refused(refusal)
            codes = {error.code for errors in form.errors.as_data().values() for error in errors}
            return self.refused(form, 409 if "all_moved" in codes else 422)
        self.say(form)
        return redirect(self.back())

    def back(self) -> str:
        """To the group and the order that the person had chosen."""
        asked = {name: self.request.GET[name] for name in ("tab", "order") if self.request.GET.get(name)}
        return f"{reverse('dashboard:inbox')}{'?' if asked else ''}{urlencode(asked)}"

    def act(self, form: DecideForm) -> PlanTask:
        tasks, user, data = self.chosen(form.cleaned_data["pick"]), self.request.user, form.cleaned_data
        if data["verb"] != APPROVE:
            self.moved = return_many(tasks, data["reason"], user)
            return self.moved.done[0]
        paper = checked_paper(data["file"]) if data["file"] else None
        self.moved = approve_many(tasks, form.decided(), user)
        if paper:
            for task in self.moved.done:
                attach_signed(task, paper, form.decided(), by=user)
        return self.moved.done[0]

    def chosen(self, picked: list[str]) -> list[PlanTask]:
        """In the version in which the person saw them."""
        seen = dict(one.split("-", 1) for one in picked if "-" in one)
        versions = {int(pk): int(at) for pk, at in seen.items() if _is_number(pk) and _is_number(at)}
        rows: Any = PlanTask.objects.live().visible_to(self.request.user).filter(pk__in=versions)
        tasks: list[PlanTask] = list(rows)
        for task in tasks:
            task.version = versions[task.pk]
        if not tasks:
            raise ValidationError(_("Chọn ít nhất một nhiệm vụ."), code="none")
        return tasks

    def say(self, form: DecideForm) -> None:
        if self.moved is None:
            messages.info(self.request, _("Yêu cầu này đã được xử lý."))
            return
        words: dict[str, Any] = {"n": len(self.moved.done)}
        if form.cleaned_data["verb"] == APPROVE:
            told = _("Đã phê duyệt %(n)s nhiệm vụ theo %(number)s:") % (words | {"number": form.cleaned_data["number"]})
        else:
            day = act_due("revise", timezone.localdate())
            told = _("Đã trả lại %(n)s nhiệm vụ, hạn hoàn thiện %(day)s:") % (words | {"day": vn_date(day)})
        messages.success(self.request, format_html("{} {}.", told, links_to(self.moved.done)))
        for task, why in self.moved.skipped:
            messages.warning(self.request, _("Bỏ qua %(code)s: %(why)s") % {"code": task.code, "why": why})

    def refused(self, form: DecideForm, status: int) -> HttpResponse:
        page = InboxView()
        page.setup(self.request)
        context = page.get_context_data() | self.inbox_context(form)
        return page.render_to_response(context, status=status)


def links_to(tasks: list[PlanTask]) -> str:
    """By their codes; of many the first ones."""
    links = [format_html('<a href="{}">{}</a>', one.get_absolute_url(), one.code) for one in tasks[:NAMED]]
    listed = format_html_join(", ", "{}", ((one,) for one in links))
    more = len(tasks) - len(links)
    return format_html("{} {}", listed, _("và %(n)s nhiệm vụ khác") % {"n": more}) if more else listed


def issuer_of(user: User) -> dict[str, Any]:
    """Who issues the decision, where all that could be chosen is approved by one."""
    units = list(to_approve(user).order_by().values_list("approving_unit", flat=True).distinct()[:2])
    return {"issuer": authority_of(units[0]).full} if len(units) == 1 else {}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 12
