from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from apps.core.filters import ChoicesFilter, TextFilter
from apps.exchange.models import ImportBatch


class ImportBatchFilter(FilterSet):
    q = TextFilter(label=_("Tên tệp"), field_name="filename", lookup_expr="icontains")
    state = ChoicesFilter(label=_("Trạng thái"), choices=ImportBatch.State.choices)

    class Meta:
        model = ImportBatch
        fields = ["q", "state"]
