"""What people are told, and how: requests for a new password (resets), what was told and by which mail (told), words
and eyes of others on a record (comments), days without work and each person's choices (choices).
"""

from apps.notifications.models.choices import CalendarLink, Holiday, NotificationChoice
from apps.notifications.models.comments import Comment, Watch
from apps.notifications.models.resets import ResetRequest
from apps.notifications.models.told import Digest, DigestDay, Notification

__all__ = [
    "CalendarLink",
    "Comment",
    "Digest",
    "DigestDay",
    "Holiday",
    "Notification",
    "NotificationChoice",
    "ResetRequest",
    "Watch",
]
