from apps.documents.owners import register_owner
from apps.enterprises.models import Enterprise

# Files are told as notes are: to the units that keep the seat, not to those where a stage was carried out.
register_owner(
    "enterprises.enterprise",
    view="enterprises.view_enterprise",
    change="enterprises.change_enterprise",
    visible=Enterprise.objects.confided_to,
    editable=Enterprise.objects.editable_by,
    unit=lambda enterprise: enterprise.unit_id,
)
