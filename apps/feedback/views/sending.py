"""The door for everybody: the form, and the page of thanks."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView

from apps.core import limits
from apps.core.open_pages import OpenPage
from apps.feedback.forms import FeedbackForm, known_incident
from apps.feedback.pages import page_of
from apps.feedback.services import send_feedback
from apps.organisations.models import OrganisationUnit, Succession, UnitName

OF_THE_FRAME = (OrganisationUnit, UnitName, Succession)
INVALID, TOO_MANY, FULL = 422, 429, 503


class FeedbackView(FormView):
    """An open page (core.openly): cookies and keys are laid aside before anything reads them.

    So what is posted here is posted by nobody, and uses no one's authority. That is why it asks for no token against
    forgery: another site that sends a visitor's browser here does no more than it could do by itself, and a token
    would need the cookie that this page does without. What may come is bounded: by the address, and by what is open.
    """

    http_method_names = ["get", "head", "options", "post"]
    form_class = FeedbackForm
    template_name = "feedback/feedback_form.html"
    success_url = reverse_lazy("feedback_open:sent")
    title = gettext_lazy("Góp ý về cổng")

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return csrf_exempt(login_not_required(super().as_view(**initkwargs)))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        limits.check("public", request)
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"  # it may hold what somebody typed
        return response

    def get_initial(self) -> dict[str, str]:
        asked = self.request.GET
        return {"page": page_of(asked.get("page", "")), "incident": known_incident(asked.get("incident", ""))}

    def form_valid(self, form: FeedbackForm) -> HttpResponse:
        if form.is_trapped:
            return super().form_valid(form)  # it is told the same as people are
        told = form.cleaned_data
        try:
            limits.check("feedback", self.request)
            send_feedback(told["kind"], told["text"], page=told["page"], incident=told["incident"])
        except limits.TooMany as wait:
            minutes = max(1, round(wait.wait / 60))
            words = _("Có quá nhiều góp ý từ mạng này trong thời gian ngắn. Đợi %(n)s phút rồi gửi lại.")
            form.add_error(None, words % {"n": minutes})
            response = self.refused(form, TOO_MANY)
            response["Retry-After"] = str(wait.wait)
            return response
        except ValidationError as refusal:
            form.refused(refusal)
            return self.refused(form, FULL if getattr(refusal, "code", "") == "full" else INVALID)
        return super().form_valid(form)

    def form_invalid(self, form: FeedbackForm) -> HttpResponse:
        return self.refused(form, INVALID)

    def refused(self, form: FeedbackForm, status: int) -> HttpResponse:
        """The form again, with what was typed."""
        return self.render_to_response(self.get_context_data(form=form), status=status)


class SentPage(OpenPage):
    made_of = OF_THE_FRAME
    template_name = "feedback/sent.html"
    title = gettext_lazy("Đã nhận góp ý")
