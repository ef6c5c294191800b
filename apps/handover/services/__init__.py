from apps.handover.services.planning import prepare, prepare_all
from apps.handover.services.sending import resend, send_next

__all__ = ["prepare", "prepare_all", "resend", "send_next"]
