from rest_framework import serializers

from apps.core.api import ScopedReadViewSet
from apps.documents.feeds import ACTS
from apps.documents.filters import LegalDocumentApiFilter
from apps.documents.models import LegalDocument


class ActSerializer(serializers.ModelSerializer):
    class Meta:
        model = LegalDocument
        fields = ["id", "kind", "number"]


class LegalDocumentSerializer(serializers.ModelSerializer):
    title = serializers.CharField(read_only=True, help_text="Trích yếu; trống: chưa biết.")
    replaced_by = ActSerializer(read_only=True, allow_null=True)
    replaces = ActSerializer(many=True, read_only=True)

    class Meta:
        model = LegalDocument
        fields = ["id", "kind", "number", "issuer", "issued_on", "title", "replaced_by", "replaces"]


class LegalDocumentViewSet(ScopedReadViewSet):
    """Văn bản làm căn cứ của mục tiêu, đơn vị, kỳ số liệu; văn bản thay thế và bị thay thế."""

    queryset = LegalDocument.objects.select_related("replaced_by").prefetch_related("replaces").order_by("id")
    serializer_class = LegalDocumentSerializer
    filterset_class = LegalDocumentApiFilter
    ordering_fields = {"id": "pk", "number": "number", "issued_on": "issued_on"}
    lean = {"replaces": "replaces"}
    made_of = (LegalDocument,)
    feed = ACTS
