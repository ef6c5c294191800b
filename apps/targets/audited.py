from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys, name_target

name_actions(
    {
        "period.closing_proposed": _("Lập đề nghị chốt kỳ"),
        "period.closed": _("Chốt kỳ số liệu"),
        "period.closing_refused": _("Không chốt kỳ theo đề nghị"),
        "period.closing_withdrawn": _("Rút đề nghị chốt kỳ"),
    }
)
name_keys({"as_of": _("số liệu tính đến"), "document": _("văn bản")})
name_target("targets.closingproposal", permission="targets.add_closingproposal")
name_target("targets.periodclosing", permission="targets.view_periodclosing")
