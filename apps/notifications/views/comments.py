"""Words on a record of any kind, and following it. Each time the record says who may."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from apps.core.picking import Option, PickView
from apps.core.request import SignedInRequest
from apps.core.text import fold
from apps.core.views import ActionView, OwnActMixin
from apps.jobs.changing import ChangeFormView, HasPage
from apps.notifications.forms import CommentForm
from apps.notifications.models import Comment
from apps.notifications.services import comments
from apps.notifications.subjects import Subject, subject_of

OFFERED = 8


@dataclass(frozen=True)
class Page:
    url: str

    @classmethod
    def named(cls, route: str) -> "Page":
        return cls(reverse(route))

    def get_absolute_url(self) -> str:
        return self.url


class OfRecord:
    """What the address names: a kind of record, and one that the person sees; else there is nothing here."""

    request: SignedInRequest
    kwargs: dict[str, Any]

    @cached_property
    def subject(self) -> Subject:
        try:
            found = subject_of(self.kwargs["kind"])
        except LookupError:
            raise Http404 from None
        if not found.has_talk:
            raise Http404
        return found

    @cached_property
    def record(self) -> Any:
        found = self.subject.seen_by(self.request.user, [str(self.kwargs["key"])])
        if not found:
            raise Http404
        return found[str(self.kwargs["key"])]

    @property
    def page(self) -> str:
        return f"{self.subject.address(self.record)}#trao-doi"


class CommentAddView(OwnActMixin, OfRecord, ChangeFormView):
    """From the record's page; alone where something was wrong with what was sent."""

    permission_required = "notifications.add_comment"
    form_class = CommentForm
    template_name = "notifications/comment_form.html"
    title = gettext_lazy("Viết trao đổi")
    submit = gettext_lazy("Gửi")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.request.stands_at = self.subject.address(self.record)
        named = self.subject.name(self.record)
        return super().get_context_data(record=self.record, named=named, back_url=self.page, **kwargs)

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _seen = self.record
        return super().post(request, *args, **kwargs)

    def act(self, form: CommentForm) -> HasPage:
        text = form.cleaned_data["text"]
        made = self.once(form, lambda: comments.comment(self.record, text, by=self.request.user))
        said = Comment.objects.select_related("by").get(pk=made)
        messages.success(self.request, comments.reached_by(said, self.record).words)
        return Page(self.page)


class CommentWithdrawView(OwnActMixin, ActionView):
    """One's own words, taken back."""

    permission_required = "notifications.add_comment"
    queryset = Comment.objects.filter(withdrawn_at__isnull=True)

    def act(self, obj: Comment) -> None:
        comments.withdraw_comment(obj, by=self.request.user)
        messages.success(self.request, _("Đã rút ý kiến."))

    def get_success_url(self, obj: Comment) -> str:
        subject = subject_of(obj.owner_kind)
        record = subject.seen_by(self.request.user, [obj.owner_id])[obj.owner_id]
        return f"{subject.address(record)}#trao-doi"


class WatchView(OwnActMixin, OfRecord, View):
    http_method_names = ["post"]
    begins = True

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            (comments.watch if self.begins else comments.unwatch)(self.record, by=request.user)
        except ValidationError as refusal:
            raise Http404 from refusal
        told = _("Bạn theo dõi %(called)s.") if self.begins else _("Bạn không theo dõi %(called)s nữa.")
        messages.success(request, told % {"called": self.subject.word(self.record)})
        return redirect(self.page)


class MentionChoicesView(OfRecord, PickView):
    """Who may see the record and is no stranger: offered after an @, by part of their name once some of it stands."""

    permission_required = "notifications.add_comment"

    def found(self, text: str) -> Sequence[Option]:
        offered = self.subject.offered(self.record, self.request.user)
        people = offered.filter(is_active=True).exclude(pk=self.request.user.pk)
        words = fold(text)
        names = sorted({user.full_name for user in people if words in fold(user.full_name)})
        return [Option(name) for name in names[:OFFERED]]
