from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys, stay_at_hand

ACTIONS = {
    "register.added": (_("Thêm vào sổ"), "plus"),
    "register.changed": (_("Sửa trong sổ"), "pencil"),
    "register.withdrawn": (_("Rút khỏi sổ"), "arrow-back-up"),
    "register.restored": (_("Đưa lại vào sổ"), "rotate-clockwise"),
    "register.merged": (_("Nhận bản ghi được gộp"), "git-merge"),
    "register.merged_away": (_("Gộp vào bản ghi khác"), "git-merge"),
    "register.moved": (_("Chuyển theo bản ghi được gộp"), "git-merge"),
    "register.parted": (_("Tách lại sau khi gộp"), "rotate-clockwise"),
}
name_actions({code: label for code, (label, _icon) in ACTIONS.items()})
name_keys({"merged": _("gộp với")})
stay_at_hand("register.%")  # a file asks before it writes over what a person wrote, and an undoing leaves it alone
