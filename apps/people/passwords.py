"""The half of the password policy that needs units and roles; the other half stands in apps/accounts/passwords.py."""

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts import passwords
from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit, UnitName
from apps.people.rights import memberships_today, needs_second_factor, rights_of


class LengthValidator(passwords.LengthValidator):
    """Whoever must show a second factor will have one by the next page."""

    def has_factor(self, user: User | None) -> bool:
        return super().has_factor(user) or bool(user and user.pk and needs_second_factor(user))


class UnitWordsValidator:
    """Without names and abbreviations, past ones too, of the units where the person works and of those above them."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user and user.pk:
            passwords.refuse_words(password, unit_words(user))

    def get_help_text(self) -> str:
        return _("Một câu dài dễ nhớ tốt hơn một chuỗi ngắn khó nhớ.")


def unit_words(user: User) -> list[str]:
    own = {membership.unit_id for membership in memberships_today(user)} | set(rights_of(user).units)
    units = OrganisationUnit.objects.filter(Q(pk__in=own) | Q(children__in=own)).distinct()
    names = UnitName.objects.filter(unit__in=units).values_list("name", "short_name").distinct()
    words = {word for pair in names for word in pair}
    for unit in units:
        words |= {unit.symbol, unit.pk if unit.pk.isalpha() else ""}
    return sorted(words)
