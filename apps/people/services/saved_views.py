"""Keeping a list at its filter, sharing it with one's unit, forgetting it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.people.models import SavedView
from apps.people.rights import rights_of

MOST = 30  # of one person on one list: they stand side by side


@transaction.atomic
def save_view(page: str, query: str, name: str, *, by: User, shared_with: str | None = None) -> SavedView:
    """`query` as the list has understood it (`core.tabs.cleaned_query`)."""
    _need_to_work_in(shared_with, by)
    User.objects.select_for_update().get(pk=by.pk)  # so that the number is that of now
    if SavedView.objects.filter(owner=by, page=page).count() >= MOST:
        words = _("Mỗi danh sách giữ được nhiều nhất %(most)s cách xem của một người. Xóa bớt rồi lưu.")
        raise ValidationError(words, code="too_many", params={"most": MOST})
    view = SavedView(owner=by, page=page, query=query, name=name, shared_with_id=shared_with)
    view.full_clean()
    view.save()
    record("savedview.saved", target=view, by=by, unit=shared_with or "", after=_said(view))
    return view


@transaction.atomic
def change_view(view: SavedView, name: str, shared_with: str | None, *, by: User) -> SavedView:
    """Another name; shown to a unit, or to nobody else any more."""
    view = _held(view, by)
    before = _said(view)
    if shared_with != view.shared_with_id:
        _need_to_work_in(shared_with, by)
    view.name, view.shared_with_id = name, shared_with
    view.full_clean()
    view.save(update_fields=["name", "shared_with", "updated_at"])
    record("savedview.changed", target=view, by=by, unit=shared_with or "", before=before, after=_said(view))
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: User) -> None:
    view = _held(view, by)
    record("savedview.deleted", target=view, by=by, unit=view.shared_with_id or "", before=_said(view))
    view.delete()


def _held(view: SavedView, by: User) -> SavedView:
    """One's own: what others share is theirs to change."""
    found = SavedView.objects.select_for_update(of=("self",)).filter(pk=view.pk).first()
    if found is None:
        raise ValidationError(_("Cách xem này đã được xóa."), code="gone")
    if not SavedView.objects.editable_by(by).filter(pk=found.pk).exists():
        raise PermissionDenied
    return found


def _need_to_work_in(unit: str | None, by: User) -> None:
    if unit and unit not in rights_of(by).units:
        raise PermissionDenied


def _said(view: SavedView) -> dict[str, str | None]:
    return {"name": view.name, "shared_with": view.shared_with_id}
