"""Receivers of events: the list, one with the log of what went to it, and a new one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, FormView
from django.views.generic.detail import SingleObjectMixin

from apps.accounts.views.recent import RecentSignInMixin
from apps.core.moves import WRONG_STATE, allowed, move_from
from apps.core.views import ScopedMixin, TableView
from apps.jobs.changing import ChangeFormView, OnceMixin
from apps.organisations.selectors import unit_labels
from apps.webhooks.filters import SubscriptionFilter
from apps.webhooks.forms import SubscriptionChangeForm, SubscriptionForm
from apps.webhooks.models import ADD, CHANGE, VIEW, Subscription
from apps.webhooks.services import subscribing
from apps.webhooks.tables import BADGES, SubscriptionTable
from apps.webhooks.views.secret import show_secret

LOG_PAGE = 20


class SubscriptionListView(TableView):
    permission_required = VIEW
    queryset = Subscription.objects.select_related("owner").with_waiting()
    filterset_class = SubscriptionFilter
    table_class = SubscriptionTable
    template_name = "webhooks/subscription_list.html"
    export_name = "noi-nhan-su-kien"
    title = _("Nơi nhận sự kiện")
    lead = _("Hệ thống khác được báo qua webhook khi có báo cáo được chấp nhận, số liệu thay đổi và các sự kiện khác.")
    noun = _("nơi nhận")
    empty_title = _("Chưa có nơi nhận nào")


class SubscriptionDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = VIEW
    queryset = Subscription.objects.select_related("owner", "created_by").with_waiting()
    template_name = "webhooks/subscription_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        receiver: Subscription = self.object
        log = Paginator(receiver.deliveries.prefetch_related("tries"), LOG_PAGE).get_page(self.request.GET.get("page"))
        may_redeliver = self.request.user.has_perm(CHANGE) and receiver.state != Subscription.State.REMOVED
        return super().get_context_data(
            badge=BADGES[Subscription.State(receiver.state)],
            moves=allowed(receiver, self.request.user),
            unit=unit_labels()[receiver.unit_id].distinct_name if receiver.unit_id else _("Mọi đơn vị"),
            log=log,
            again={row.pk for row in log if may_redeliver and move_from(row, "redeliver")},
            **kwargs,
        )


class SubscriptionNewView(RecentSignInMixin, OnceMixin, PermissionRequiredMixin, FormView):
    """The answer shows the secret, this once: nothing that is kept holds it, so no other page could."""

    permission_required = ADD
    template_name = "webhooks/subscription_form.html"
    form_class = SubscriptionForm
    title = _("Thêm nơi nhận sự kiện")
    submit = _("Thêm nơi nhận")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=reverse("webhooks:subscription_list"), **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        made = self.made_before()
        if made:
            return HttpResponseRedirect(reverse("webhooks:subscription_detail", args=[made]))
        return super().post(*args, **kwargs)

    def form_valid(self, form: SubscriptionForm) -> HttpResponse:
        facts = {name: form.cleaned_data[name] for name in ("label", "address", "events", "unit", "owner")}
        facts["owner"] = facts["owner"] or self.request.user
        shown: list[tuple[Subscription, str]] = []

        def make() -> Subscription:
            shown.append(subscribing.create_subscription(**facts, by=self.request.user))
            return shown[0][0]

        try:
            with transaction.atomic():
                made = self.once(form, make)
        except ValidationError as refusal:
            form.refused(refusal)
            return self.form_invalid(form)
        if not shown:  # its twin was the first
            return HttpResponseRedirect(reverse("webhooks:subscription_detail", args=[made]))
        return show_secret(self.request, *shown[0])


class SubscriptionChangeView(RecentSignInMixin, ScopedMixin, SingleObjectMixin, ChangeFormView):
    """What was put by for it under the old choice still goes out."""

    model = Subscription
    scope = "editable_by"
    permission_required = CHANGE
    form_class = SubscriptionChangeForm
    title = _("Sửa nơi nhận sự kiện")
    submit = _("Lưu thay đổi")
    conflicts = frozenset({"stale", WRONG_STATE})

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user, "kept": self.object.unit_id}

    def get_initial(self) -> dict[str, Any]:
        row = self.object
        return {"label": row.label, "events": row.events, "unit": row.unit_id, "seen": row.updated_at}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=self.object.get_absolute_url(), **kwargs)

    def act(self, form: SubscriptionChangeForm) -> Subscription:
        facts = {name: form.cleaned_data[name] for name in ("label", "events", "unit", "seen")}
        changed = subscribing.change_subscription(self.object, by=self.request.user, **facts)
        messages.success(self.request, _("Đã lưu thay đổi của nơi nhận."))
        return changed
