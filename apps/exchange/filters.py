from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from apps.core.filters import TextFilter
from apps.exchange.models import ImportBatch


class ImportBatchFilter(FilterSet):
    q = TextFilter(label=_("Tên tệp"), field_name="filename", lookup_expr="icontains")
    state = ChoiceFilter(label=_("Trạng thái"), choices=ImportBatch.State.choices, empty_label=_("Mọi trạng thái"))

    class Meta:
        model = ImportBatch
        fields = ["q", "state"]
