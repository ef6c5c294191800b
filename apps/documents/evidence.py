from apps.documents.models import LegalDocument
from apps.documents.owners import register_owner

# Acts are the whole programme's: their files fill no unit's quota.
register_owner(
    "documents.legaldocument",
    view="documents.view_legaldocument",
    change="documents.change_legaldocument",
    visible=LegalDocument.objects.visible_to,
    editable=LegalDocument.objects.editable_by,
)
