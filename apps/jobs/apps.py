from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "apps.jobs"
    verbose_name = _("Tác vụ nền")

    def ready(self) -> None:
        # Every process knows every kind of job: the web process needs its queue and its name on screen.
        autodiscover_modules("jobs")
        from apps.core.once import keep_keys_by
        from apps.jobs.services import claim_key, keep_response

        keep_keys_by(claim_key, keep_response)
