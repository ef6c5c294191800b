"""Files of records of any kind: attached, withdrawn, downloaded. Each time the record says who may."""

from dataclasses import dataclass
from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from django.views.generic.detail import SingleObjectMixin

from apps.core import limits
from apps.core.request import SignedInRequest
from apps.core.views import ScopedMixin
from apps.documents import services
from apps.documents.forms import AttachForm, WithdrawForm
from apps.documents.models import Attachment, StoredFile
from apps.documents.owners import Owner, all_owners, owner_of
from apps.jobs.changing import ChangeFormView

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Page:
    url: str

    def get_absolute_url(self) -> str:
        return self.url


class AttachmentFormView(ScopedMixin, SingleObjectMixin, ChangeFormView):
    """A change of one record's files."""

    permission_required: tuple[str, ...] = ()  # hangs on the record
    scope = "editable_by"
    template_name = "documents/attachment_form.html"
    conflicts = frozenset({"gone", "withdrawn"})

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    @property
    def kind(self) -> Owner:
        raise NotImplementedError

    @property
    def record(self) -> Any:
        """What the files hang on."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = self.record.get_absolute_url()
        self.request.stands_at = address
        return super().get_context_data(record=self.record, back_url=address, **kwargs)


class AttachmentAddView(AttachmentFormView):
    """Asks for the right to change records of that kind; of which kinds there are files, `register_owner` says."""

    pk_url_kwarg = "key"
    form_class = AttachForm
    title = gettext_lazy("Đính kèm tệp")
    submit = gettext_lazy("Đính kèm")

    @cached_property
    def kind(self) -> Owner:
        try:
            return owner_of(self.kwargs["kind"])
        except LookupError:
            raise Http404 from None

    @property
    def record(self) -> Any:
        return self.object

    def has_permission(self) -> bool:
        return self.request.user.has_perm(self.kind.change)

    def get_queryset(self) -> QuerySet[Any]:
        return getattr(self.kind, self.scope)(self.request.user)

    def get_object(self, *args: Any) -> Any:
        try:
            return super().get_object(*args)
        except (ValueError, ValidationError):  # no key of such a record
            raise Http404 from None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        limits.check("upload", request)
        return super().post(request, *args, **kwargs)

    def act(self, form: AttachForm) -> Page:
        file, note = form.cleaned_data["file"], form.cleaned_data["note"]
        attachment = services.attach_file(self.record, file, note=note, by=self.request.user)
        messages.success(self.request, _("Đã đính kèm tệp “%(name)s”.") % {"name": attachment.name})
        return Page(self.record.get_absolute_url())


class OwnersRightMixin(PermissionRequiredMixin):
    """Whoever may see (or change) any kind of record that has files; which of them, the records say."""

    request: SignedInRequest
    permission_required: tuple[str, ...] = ()
    right = "view"

    def has_permission(self) -> bool:
        return any(self.request.user.has_perm(getattr(kind, self.right)) for kind in all_owners())


class AttachmentWithdrawView(OwnersRightMixin, AttachmentFormView):
    right = "change"
    queryset = Attachment.objects.kept().select_related("stored")
    form_class = WithdrawForm
    title = gettext_lazy("Gỡ tệp")
    submit = gettext_lazy("Gỡ tệp")
    lead = gettext_lazy("Tệp đã gỡ không tải về được nữa; người gỡ, thời điểm và lý do vẫn được lưu.")

    @property
    def kind(self) -> Owner:
        return owner_of(self.object.owner_kind)

    @cached_property
    def record(self) -> Any:
        return self.kind.record(self.object.owner_id)

    def act(self, form: WithdrawForm) -> Page:
        services.withdraw_attachment(self.object, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã gỡ tệp “%(name)s”.") % {"name": self.object.name})
        return Page(self.record.get_absolute_url())


class AttachmentDownloadView(OwnersRightMixin, ScopedMixin, SingleObjectMixin, View):
    """The file as it was kept, always saved and never opened within the portal's own address."""

    http_method_names = ["get", "head"]
    queryset = Attachment.objects.kept().select_related("stored")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        attachment = self.get_object()
        if attachment.stored.is_open:
            return file_response(attachment)
        messages.error(request, _why_closed(attachment))
        kind = owner_of(attachment.owner_kind)
        return HttpResponseRedirect(kind.record(attachment.owner_id).get_absolute_url())


def _why_closed(attachment: Attachment) -> str:
    stored = attachment.stored
    if stored.scan != StoredFile.Scan.INFECTED:
        return _("Tệp “%(name)s” đang chờ quét mã độc. Thử lại sau ít phút.") % {"name": attachment.name}
    log.warning("infected file asked for", attachment=attachment.pk, finding=stored.finding)
    told = _("Tệp “%(name)s” chứa mã độc (%(finding)s), không tải về được. Gỡ tệp này và tải tệp sạch lên.")
    return told % {"name": attachment.name, "finding": stored.finding}


def file_response(attachment: Attachment) -> FileResponse:
    response = FileResponse(
        services.path_of(attachment.stored).open("rb"), as_attachment=True, filename=attachment.name,
        content_type=attachment.content_type,
    )  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
