from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from apps.core.views import TableView
from apps.enterprises.filters import EnterpriseFilter
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import RegisterFacts, figure_note, register_facts
from apps.enterprises.tables import EnterpriseTable, RegisterData
from apps.jobs.several import MOST
from apps.people.rights import units_with
from apps.registers.merging.finding import duplicates_of
from apps.registers.views.acts import Act


class EnterpriseListView(TableView):
    permission_required = "enterprises.view_enterprise"
    queryset = Enterprise.objects.all()
    filterset_class = EnterpriseFilter
    table_class = EnterpriseTable
    data_class = RegisterData
    template_name = "enterprises/enterprise_list.html"
    chooses_columns = True
    saves_views = True
    most_at_once = MOST
    export_name = "doanh-nghiep"
    title = _("Doanh nghiệp triển khai Chương trình bảo đảm đo lường")
    lead = _(
        "Nguồn tính mục tiêu MT5 · gồm hợp tác xã, hộ kinh doanh · mỗi doanh nghiệp tính một lần theo mã số thuế, "
        "kể cả chi nhánh"
    )
    noun = _("doanh nghiệp")

    @property
    def may_add(self) -> bool:
        return self.request.user.has_perm("enterprises.add_enterprise")

    @property
    def empty_title(self) -> str | Promise:
        """Who cannot add one is not told to: a ministry sees none of the 50,000, because they are the provinces'."""
        if self.may_add:
            return _("Chưa có doanh nghiệp nào trong sổ")
        return _("Không có doanh nghiệp nào trong phạm vi bạn được xem")

    @property
    def empty_text(self) -> str | Promise:
        if self.may_add:
            return _("Thêm từng doanh nghiệp hoặc nhập một tệp Excel.")
        return _("Sổ được xem theo tỉnh, thành phố nơi doanh nghiệp hoạt động; số toàn quốc có ở trang mục tiêu MT5.")

    @cached_property
    def facts(self) -> RegisterFacts:
        return register_facts(self.request.user)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        scope = units_with(self.request.user, self.permission_required)
        return super().get_filterset_kwargs(filterset_class) | {"facts": self.facts, "scope": scope}

    def get_table_kwargs(self) -> dict[str, Any]:
        imports = units_with(self.request.user, "exchange.view_importbatch")
        return {"provinces": self.facts.provinces, "imports": imports, "ticks": bool(self.several)}

    @cached_property
    def several(self) -> list[Act]:
        """Whoever sees an enterprise may add what happened in an own province."""
        if not self.request.user.has_perm("enterprises.add_programmeevent"):
            return []
        return [Act(_("Thêm giai đoạn"), "plus", reverse("enterprises:programmeevent_add_to_each"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The pairs are looked for by the page only, not by the list alone that a filter fetches."""
        duplicates = partial(duplicates_of, "enterprises", self.request.user)
        return super().get_context_data(duplicates=duplicates, **kwargs)

    def count_note(self) -> str:
        """The figure that the whole list feeds; beside a part of the list it would say nothing."""
        return "" if self.filterset.form.changed_data else figure_note(self.facts.years)
