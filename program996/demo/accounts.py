"""Invented people to sign in as: one for every role, and the offices of two provinces and two ministries."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership
from program996.demo.focal import focal_unit_of

CENTRE, METROLOGY = "UBTDC", "BDL"
# Nobody holds a role in a unit before there is one: Ủy ban TĐC from 2024, provinces of today from July 2025.
CENTRE_FROM, ELSEWHERE_FROM = date(2024, 4, 1), date(2025, 7, 1)
# Who decides, administers or sees the whole country shows a second factor; a program cannot.
SECOND_FACTOR_ROLES = frozenset({"unit_administrator", "unit_approver"})

PEOPLE_OF_THE_CENTRE = (
    ("quan-tri", "programme_administrator", CENTRE, "Phan Tuấn Kiệt"),
    ("chuyen-vien", "programme_officer", METROLOGY, "Vũ Hải Yến"),
    ("chuyen-vien-2", "programme_officer", METROLOGY, "Nguyễn Thu Hà"),
    ("lanh-dao", "programme_leader", CENTRE, "Lê Quang Minh"),
    ("so-dang-ky", "register_keeper", CENTRE, "Đỗ Mai Chi"),
    ("nguoi-doc", "reader", CENTRE, "Trịnh Bảo Ngân"),
    ("kiem-tra", "auditor", CENTRE, "Hồ Sỹ Nguyên"),
    ("ket-noi", "service_account", CENTRE, "Kết nối REST minh họa"),
)
# On the central route of tasks: who proposes, and who appraises and decides for the ministry.
PEOPLE_OF_THE_MINISTRY = (
    ("de-xuat@vien-do-luong.example", "unit_editor", "VMI", "Ngô Quang Vinh"),
    ("tham-dinh@bo-khcn.example", "unit_editor", "BKHCN", "Trịnh Văn Khoa"),
    ("phe-duyet@bo-khcn.example", "unit_approver", "BKHCN", "Hoàng Thị Mai"),
)
OFFICES = (
    ("unit_administrator", "quan-tri"),
    ("unit_editor", "chuyen-vien"),
    ("unit_approver", "lanh-dao"),
    ("register_keeper", "so-dang-ky"),
)
PEOPLE_ELSEWHERE = {  # in the order of the offices; a ministry keeps no register
    ("VN-24-2025", "bac-ninh"): ("Ngô Đức Thắng", "Nguyễn Hồng Nhung", "Trần Hữu Lộc", "Dương Văn Tùng"),
    ("VN-68-2025", "lam-dong"): ("Phạm Lan Anh", "Võ Minh Triết", "Huỳnh Ngọc Sang", "Bùi Thanh Tâm"),
    ("BCT", "bo-cong-thuong"): ("Lưu Hoàng Việt", "Tạ Phương Thảo", "Cao Xuân Trường"),
    ("BYT", "bo-y-te"): ("Đinh Khánh Ly", "Mai Anh Tuấn", "Quách Thị Diệu Hiền"),
}
# Who proposes tasks and reports on them, in the department that prepares for each of these units.
PROPOSERS = {
    "VN-24-2025": "Trần Văn Lợi", "VN-68-2025": "Đặng Thị Kim Liên", "BCT": "Đỗ Minh Quân", "BYT": "Lý Thu Trang",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    email: str
    role: str
    unit: str
    name: str

    @property
    def is_central(self) -> bool:
        return self.unit in (CENTRE, METROLOGY)

    @property
    def needs_second_factor(self) -> bool:
        return self.role in SECOND_FACTOR_ROLES or self.is_central


@dataclass(frozen=True)
class Key:
    """What its owner needs to sign in. Nowhere but in the accounts' file is it readable."""

    email: str
    password: str
    totp_secret: str | None
    roles: list[str]
    unit: str
    name: str


def people() -> Iterator[Person]:
    for mailbox, role, unit, name in PEOPLE_OF_THE_CENTRE:
        yield Person(f"{mailbox}@tdc.example", role, unit, name)
    for (unit, domain), names in PEOPLE_ELSEWHERE.items():
        for (role, mailbox), name in zip(OFFICES, names, strict=False):
            yield Person(f"{mailbox}@{domain}.example", role, unit, name)
        yield Person(f"de-xuat@{domain}.example", "unit_editor", focal_unit_of(unit), PROPOSERS[unit])
    for email, role, unit, name in PEOPLE_OF_THE_MINISTRY:
        yield Person(email, role, unit, name)


def administrator() -> User:
    """Who looks after the units."""
    return _one_with_role("programme_administrator")


def officer() -> User:
    """Who prepared the closing of the years."""
    return _one_with_role("programme_officer")


def leader() -> User:
    """Who closed them."""
    return _one_with_role("programme_leader")


def keeper() -> User:
    """Who withdrew mistaken rows: TĐC's keeper."""
    return _one_with_role("register_keeper")


def set_keys() -> list[Key]:
    """Make the accounts where they are missing, give every one a fresh password and second factor."""
    roles = {group.name: group for group in Group.objects.all()}
    return [_set_key(person, roles[person.role]) for person in people()]


def _set_key(person: Person, role: Group) -> Key:
    password = secrets.token_urlsafe(15)
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(person.email, password, full_name=person.name)
        EmailAddress.objects.create(user=user, email=person.email, verified=True, primary=True)
        since = CENTRE_FROM if person.is_central else ELSEWHERE_FROM
        begun = OrganisationUnit.objects.get(pk=person.unit).valid_from  # nobody works in a unit before it is there
        since = max(since, begun) if begun else since
        Membership.objects.create(user=user, unit_id=person.unit, role=role, valid_from=since)
    else:
        user.set_password(password)
        user.save(update_fields=["password"])
    return Key(person.email, password, _second_factor(user, person), [person.role], person.unit, person.name)


def _second_factor(user: User, person: Person) -> str | None:
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    if not person.needs_second_factor:
        return None
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def _one_with_role(role: str) -> User:
    return User.objects.get(email=next(person.email for person in people() if person.role == role))
