from functools import partial
from typing import Any

from django.db.models import F
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.views import TableView
from apps.jobs.several import MOST
from apps.people.rights import roles_with, units_with
from apps.registers import awaiting
from apps.registers.declaration import Register, family_of
from apps.registers.expiry import DAYS, Validity, that_are
from apps.registers.filters import filterset_of
from apps.registers.merging.finding import duplicates_of
from apps.registers.selectors import may_enter
from apps.registers.tables import RegisterData, RegisterTable, table_of
from apps.registers.views.acts import Act, acts_on
from apps.registers.views.common import RegisterMixin


def _seen_by(family: list[Register], user: User) -> list[Register]:
    """None where there is nothing to choose between."""
    seen = [one for one in family if user.has_perm(one.permission("view"))]
    return seen if len(seen) > 1 else []


class RowListView(RegisterMixin, TableView):
    verb = "view"
    data_class = RegisterData
    template_name = "registers/row_list.html"
    chooses_columns = True
    saves_views = True
    most_at_once = MOST
    empty_title = _("Chưa có dòng nào trong phạm vi bạn được xem")

    @property
    def title(self) -> str | Promise:
        return self.register.title

    @property
    def lead(self) -> str | Promise:
        return self.register.lead

    @property
    def noun(self) -> str | Promise:
        return self.register.noun

    @property
    def export_name(self) -> str:  # type: ignore[override]  # of each register its own
        return str(self.register.export_name)

    @property
    def empty_text(self) -> str | Promise:
        if may_enter(self.register, self.request.user):
            with_files = self.request.user.has_perm("exchange.add_importbatch")
            return _("Thêm từng dòng hoặc nhập một tệp Excel.") if with_files else self.register.add_words
        return _("Sổ được xem theo đơn vị mà dòng thuộc về; số toàn quốc có ở trang mục tiêu.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["family"] = _seen_by(family_of(self.register), self.request.user)
        if self.register.expires:
            expiring = self.get_queryset().live().filter(that_are(self.register, [Validity.SOON]))
            context |= {"expiring": expiring.count(), "days": DAYS}
        if awaited := self.register.awaited:
            late = self.get_queryset().live().filter(awaiting.that_are(awaited, [awaiting.State.LATE]))
            context["late"] = late.count() if awaited.due else 0
        context["duplicates"] = partial(duplicates_of, self.register.slug, self.request.user)
        if not context["may_add"]:
            context["entrants"] = ", ".join(roles_with(self.register.permission("add")))
        return context | {"told": self.register.tells(self.request.user)}

    def get_queryset(self) -> Any:
        rows = super().get_queryset().annotate(batch_unit=F("batch__unit_id"))
        if self.register.standing:
            rows = rows.annotate(standing=self.register.standing.expression())
        return rows.annotate(**awaiting.told_in_sql(self.register.awaited)) if self.register.awaited else rows

    def get_table_class(self) -> type[RegisterTable]:
        return table_of(self.register)

    def get_filterset_class(self) -> Any:
        return filterset_of(self.register)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        scope = units_with(self.request.user, self.register.permission("view"))
        return super().get_filterset_kwargs(filterset_class) | {"register": self.register, "scope": scope}

    def get_table_kwargs(self) -> dict[str, Any]:
        imports = units_with(self.request.user, "exchange.view_importbatch")
        return {"imports": imports, "ticks": bool(self.several)}

    @cached_property
    def several(self) -> list[Act]:
        gone = bool(self.filterset.form.cleaned_data.get("gone"))
        return acts_on(self.register, self.request.user, gone=gone)
