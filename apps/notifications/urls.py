from django.urls import path

from apps.notifications.views import comments, holidays, told

app_name = "notifications"
_record = "comments/<str:kind>/<int:key>/"
urlpatterns = [
    path("notifications/", told.NotificationListView.as_view(), name="notification_list"),
    path("notifications/read/", told.NotificationReadAllView.as_view(), name="notification_read_all"),
    path("notifications/<int:pk>/read/", told.NotificationOpenView.as_view(), name="notification_open"),
    path("account/notifications/", told.ChoiceView.as_view(), name="choice"),
    path("account/calendar/", told.CalendarLinkView.as_view(), name="calendar_link"),
    path("account/calendar/revoke/", told.CalendarRevokeView.as_view(), name="calendar_revoke"),
    path("calendar/<str:token>.ics", told.CalendarView.as_view(), name="calendar"),
    path("comments/<int:pk>/withdraw/", comments.CommentWithdrawView.as_view(), name="comment_withdraw"),
    path(f"{_record}add/", comments.CommentAddView.as_view(), name="comment_add"),
    path(f"{_record}people/", comments.MentionChoicesView.as_view(), name="mention_choices"),
    path(f"{_record}watch/", comments.WatchView.as_view(), name="watch"),
    path(f"{_record}unwatch/", comments.WatchView.as_view(begins=False), name="unwatch"),
    path("holidays/", holidays.HolidayListView.as_view(), name="holiday_list"),
    path("holidays/add/", holidays.HolidayAddView.as_view(), name="holiday_add"),
    path("holidays/<int:pk>/remove/", holidays.HolidayRemoveView.as_view(), name="holiday_remove"),
]
