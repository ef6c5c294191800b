"""Which right writes each register's rows, by the register's name: whoever changes an import needs it as well."""

_permissions: dict[str, str] = {}


def open_door(register: str, permission: str) -> None:
    _permissions[register] = permission


def doors() -> dict[str, str]:
    return dict(_permissions)
