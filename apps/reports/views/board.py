"""Page 06: who reported when; and reminding those who have not."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from apps.core import limits
from apps.core.export import csv_response_of, workbook_response
from apps.core.request import SignedInRequest
from apps.core.templatetags.ui import number
from apps.jobs.changing import ChangeFormView
from apps.notifications.mails import with_due
from apps.notifications.subjects import told_kind
from apps.notifications.views.comments import Page
from apps.organisations.asked import UnitView
from apps.reports import moving
from apps.reports.board import SHOWN, STATES, Board, BoardQuery
from apps.reports.forms.reminding import RemindForm
from apps.reports.models import FormVersion, ReportingRound
from apps.reports.models.rounds import KEEP
from apps.reports.selectors.reminded import Addressee, addressees_of
from apps.reports.services.reminding import remind_by_hand
from apps.reports.views.review import AnyOfMixin

READ = (KEEP, moving.REVIEW, moving.REOPEN)
BY_HAND = "reports.due_by_hand"
INVITE = "people.add_invitation"


class BoardView(AnyOfMixin, TemplateView):
    """Whoever coordinates sees all; a unit's people have the page of their own report."""

    request: SignedInRequest
    permission_required = READ
    template_name = "reports/board.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("q", "").strip():
            limits.check("search", request)
        board = Board(BoardQuery.from_request(request.GET), self.request.user)
        if (wanted := request.GET.get("export")) in ("xlsx", "csv"):
            rows = list(board.exported())
            answer = workbook_response if wanted == "xlsx" else csv_response_of
            return answer(rows, "theo-doi-nop-bao-cao", len(rows) - 1)
        response = self.render_to_response(self.get_context_data(board=board))
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        return response

    def get_template_names(self) -> list[str]:
        if self.request.htmx and not self.request.htmx.boosted:
            return [f"{self.template_name}#board"]
        return [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            asked=kwargs["board"].asked, views=UnitView, kinds=FormVersion.Audience.choices, states=STATES.items(),
            shown=SHOWN.items(), may_remind=user.has_perm(KEEP), may_review=user.has_perm(moving.REVIEW), **kwargs,
        )  # fmt: skip


class RemindView(ChangeFormView):
    """Who is reminded, how many people that are, and in what words: before it is done."""

    permission_required = KEEP
    form_class = RemindForm
    template_name = "reports/round_remind.html"
    title = gettext_lazy("Nhắc đơn vị còn phải nộp báo cáo")

    @cached_property
    def round(self) -> ReportingRound:
        rows = ReportingRound.objects.visible_to(self.request.user).open()
        return get_object_or_404(rows, code=self.kwargs["round"])

    @cached_property
    def addressees(self) -> list[Addressee]:
        """All that have not sent, or the one that is named."""
        found, asked = addressees_of(self.round, self.request.user), self.request.GET.get("unit", "")
        return [one for one in found if not asked or one.label.slug == asked]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"addressees": self.addressees}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind = told_kind(BY_HAND)
        assert kind is not None  # noqa: S101 - named in subjects.py
        fact = str(kind.fact) % {"code": self.round.called, "by": ""}
        told = [one for one in self.addressees if one.can_be_told]
        return super().get_context_data(
            unreached=[one for one in self.addressees if not one.people],
            told_today=any(one.told_today for one in self.addressees), may_invite=self.request.user.has_perm(INVITE),
            round=self.round, addressees=self.addressees, told=told, people=sum(one.people for one in told),
            fact=fact, ask=kind.request, subject=with_due(fact.rstrip("."), self.round.due_on),
            back_url=self.back, **kwargs,
        )  # fmt: skip

    @property
    def back(self) -> str:
        return f"{reverse('reports:board')}?year={self.round.year}"

    def act(self, form: RemindForm) -> Page:
        done = remind_by_hand(form.chosen, by=self.request.user)
        messages.success(self.request, _("Đã nhắc %(n)s đơn vị.") % {"n": number(len(done))})
        return Page(self.back)

    def form_invalid(self, form: RemindForm) -> Any:
        return self.render_to_response(self.get_context_data(form=form), status=422)
