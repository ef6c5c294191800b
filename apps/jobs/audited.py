from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_target

name_actions({"job.retried": _("Chạy lại tác vụ đã thất bại"), "export.requested": _("Yêu cầu lập tệp để tải về")})
name_target("jobs.job")
