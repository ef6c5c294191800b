from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.core.views import TableView
from apps.enterprises.filters import EnterpriseFilter
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import RegisterFacts, figure_note, register_facts
from apps.enterprises.tables import EnterpriseTable, RegisterData
from apps.organisations.rights import units_with


class EnterpriseListView(TableView):
    permission_required = "enterprises.view_enterprise"
    queryset = Enterprise.objects.all()
    filterset_class = EnterpriseFilter
    table_class = EnterpriseTable
    data_class = RegisterData
    template_name = "enterprises/enterprise_list.html"
    export_name = "doanh-nghiep"
    title = _("Doanh nghiệp triển khai Chương trình bảo đảm đo lường")
    lead = _("Nguồn tính mục tiêu MT5 · mỗi doanh nghiệp tính một lần theo mã số thuế")
    noun = _("doanh nghiệp")
    empty_title = _("Chưa có doanh nghiệp nào trong sổ")
    empty_text = _("Thêm từng doanh nghiệp hoặc nhập một tệp Excel.")

    @cached_property
    def facts(self) -> RegisterFacts:
        return register_facts(self.request.user)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        scope = units_with(self.request.user, self.permission_required)
        return super().get_filterset_kwargs(filterset_class) | {"facts": self.facts, "scope": scope}

    def get_table_kwargs(self) -> dict[str, Any]:
        may_open = self.request.user.has_perm("exchange.view_importbatch")
        return {"provinces": self.facts.provinces, "import_links": may_open}

    def count_note(self) -> str:
        """The figure that the whole list feeds; beside a part of the list it would say nothing."""
        return "" if self.filterset.form.changed_data else figure_note(self.facts.years)
