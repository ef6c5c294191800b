from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions

ACTIONS = {
    "register.added": (_("Thêm vào sổ"), "plus"),
    "register.changed": (_("Sửa trong sổ"), "pencil"),
    "register.withdrawn": (_("Rút khỏi sổ"), "arrow-back-up"),
    "register.restored": (_("Đưa lại vào sổ"), "rotate-clockwise"),
}
name_actions({code: label for code, (label, _icon) in ACTIONS.items()})
