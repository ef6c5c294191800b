import pytest

from apps.accounts.backends import SignInBackend


@pytest.fixture
def checked(monkeypatch) -> list[str]:
    """The addresses whose password was looked at: the tries that got through."""
    seen: list[str] = []
    check = SignInBackend.authenticate

    def counting(self, request, **credentials):
        seen.append(credentials.get("email"))
        return check(self, request, **credentials)

    monkeypatch.setattr(SignInBackend, "authenticate", counting)
    return seen
