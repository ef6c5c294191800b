from operator import attrgetter

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "apps.registers"
    verbose_name = _("Sổ đăng ký")

    def ready(self) -> None:
        autodiscover_modules("registers")
        autodiscover_modules("merging")
        from apps.audit.registry import name_target
        from apps.documents.owners import register_owner
        from apps.registers.declaration import registers
        from apps.registers.fields import offer_units
        from apps.registers.history import hanging_on
        from apps.registers.merging.declared import admit_registers
        from apps.registers.recorded import recorded_name
        from apps.registers.resources import admit

        offer_units()
        admit_registers()
        for register in registers():
            name_target(
                register.kind,
                permission=register.permission("view"),
                url_of=register.url_of,
                named=recorded_name,
                hanging=hanging_on(register.model),
            )
            register_owner(
                register.kind,
                view=register.permission("view"),
                change=register.permission("change"),
                visible=register.model.objects.visible_to,
                editable=register.rows_to_change,
                unit=attrgetter("home_id"),
            )
            admit(register)
