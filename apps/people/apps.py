from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "apps.people"
    verbose_name = _("Người dùng")

    def ready(self) -> None:
        """What units cannot know of themselves, as they lie below: who works in one, and where somebody gives roles.
        And what lists do not know of their readers, jobs of the tokens that asked for them, acts of their issuers.
        """
        from apps.core.tabs import keep_tabs_by
        from apps.core.versions import depend_on
        from apps.documents.issuers import named_by
        from apps.jobs.lists import admit_by
        from apps.organisations.fields import offer_among
        from apps.organisations.panels import show_on_unit_page
        from apps.people.granting import units_to_grant_in
        from apps.people.rights import rights_in_words
        from apps.people.saving import TEMPLATE, kept_for
        from apps.people.services.token_use import admit_to_job
        from apps.people.staff import staff_seen_by
        from apps.people.working_unit import body_of

        offer_among("granting", units_to_grant_in)
        keep_tabs_by(TEMPLATE, kept_for)
        depend_on(rights_in_words)
        admit_by(admit_to_job)
        named_by(body_of)
        show_on_unit_page("people/unit_staff.html", staff_seen_by)
