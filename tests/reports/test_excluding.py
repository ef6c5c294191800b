"""A unit is left out of the national figure by a decision, is printed under it, and counts again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.accounts.scope import UnitScope
from apps.audit.models import AuditEvent
from apps.progress.bases import bases_of
from apps.progress.comparison import acts_between
from apps.reports.services import excluding, moves, reviewing
from apps.reports.services.excluding import Decision
from apps.targets.models import AcceptedValue, Exclusion, Indicator
from tests.conftest import BAC_NINH, LAM_DONG, TDC
from tests.factories.reports import open_round, report_of, signed_paper
from tests.reports.test_cycle import accepted, national, sent

pytestmark = pytest.mark.django_db
DECISION = Decision("125/QĐ-UBTĐC", date(2026, 11, 30), "Số liệu đang được thanh tra")
NUMBERS = {"n5_2": "4", "n5_3": "10", "n5_4": "0", "n5_5": "0", "n5_6": "0"}


@pytest.fixture
def two(officer, editor, approver, member):
    """Accepted of two provinces: 14 and 20 enterprises."""
    made = open_round(officer)
    own = accepted(sent(report_of(made, BAC_NINH), editor, approver, n5_1="14", **NUMBERS), officer)
    people = member("Editor Lam Dong", "unit_editor", LAM_DONG), member("Approver Lam Dong", "unit_approver", LAM_DONG)
    theirs = accepted(sent(report_of(made, LAM_DONG), *people, n5_1="20", **NUMBERS | {"n5_3": "16"}), officer)
    return own, theirs


def leave_out(report, leader, *codes):
    return excluding.exclude(report, codes or ("MT5",), DECISION, by=leader)


def test_it_counts_nowhere_and_again(two, leader):
    own, _theirs = two
    assert national("MT5") == 34
    leave_out(own, leader)
    assert national("MT5") == 20
    assert AcceptedValue.objects.filter(report_id=own.pk, withdrawn_at=None, indicator__code="MT5").exists()
    excluding.count_again(own, Exclusion.objects.get().pk, "Đã thanh tra xong", by=leader)
    assert national("MT5") == 34
    told = list(AuditEvent.objects.filter(action__in=["report.left_out", "report.counted_again"]).order_by("id"))
    assert [(event.action, event.reason, event.data["decision"]) for event in told] == [
        ("report.left_out", DECISION.reason, DECISION.number),
        ("report.counted_again", "Đã thanh tra xong", DECISION.number),
    ]


def test_what_was_accepted_and_left_out_is_told_among_the_acts_between_two_moments(two, leader):
    began = timezone.now()
    leave_out(two[0], leader)
    mt5, everything = Indicator.objects.get(code="MT5"), UnitScope(everything=True)
    excluding.count_again(two[0], Exclusion.objects.get().pk, "Đã thanh tra xong", by=leader)
    told = [one.what for one in acts_between([mt5], began, timezone.now(), leader, everything)]
    assert told == ["Cộng lại vào số toàn quốc", f"Loại khỏi số toàn quốc theo {DECISION.number}"]
    before = [one.what for one in acts_between([mt5], began - timedelta(days=1), began, leader, everything)]
    assert before[:2] == ["Chấp nhận số báo cáo: MT5 là 20", "Chấp nhận số báo cáo: MT5 là 14"]


def test_it_is_printed_under_the_figure(two, leader, signed_in):
    leave_out(two[0], leader)
    national("MT5")
    bases = bases_of(Indicator.objects.get(code="MT5"))
    [year] = [one for one in bases.years if one.year == 2026]
    assert [(one.label.id, one.report, one.decision.number) for one in year.left_out] == [
        (BAC_NINH, 14, DECISION.number)
    ]
    assert BAC_NINH not in {one.label.id for one in year.owing}
    page = signed_in(leader).get("/targets/mt5/").content.decode()
    assert "Không tính vào số toàn quốc theo báo cáo năm 2026" in page
    assert "Quyết định 125/QĐ-UBTĐC ngày 30/11/2026: Số liệu đang được thanh tra" in page


def test_the_decision_holds_for_what_is_accepted_anew(two, leader, officer, editor, approver):
    own, _theirs = two
    leave_out(own, leader)
    reviewing.reopen(own, "Sai số liệu", by=officer)
    moves.to_leader(own, by=editor)
    moves.sign(own, signed_paper(), by=approver)
    moves.submit(own, by=editor)
    own.refresh_from_db()
    accepted(own, officer)
    assert AcceptedValue.objects.filter(report_id=own.pk, withdrawn_at=None, indicator__code="MT5").exists()
    assert national("MT5") == 20


def test_who_may_and_what_can_be_left_out(two, leader, officer):
    own, _theirs = two
    with pytest.raises(PermissionDenied):
        leave_out(own, officer)
    leave_out(own, leader)
    for code in ("MT5", "MT9"):
        with pytest.raises(ValidationError):
            leave_out(own, leader, code)
    assert Exclusion.objects.count() == 1
    with pytest.raises(ValidationError):
        excluding.count_again(two[1], Exclusion.objects.get().pk, "Của đơn vị khác", by=leader)
    with pytest.raises(DatabaseError), transaction.atomic():
        Exclusion.objects.update(reason="Lý do khác")
    with pytest.raises(DatabaseError), transaction.atomic():
        Exclusion.objects.all().delete()


def test_from_the_page_of_the_report(two, leader, member, signed_in):
    own, _theirs = two
    client, url = signed_in(leader), own.get_absolute_url()
    assert f"{url}exclude/" in client.get(url).content.decode()
    form = {
        "key": "k1",
        "indicators": ["MT5"],
        "number": "125/QĐ-UBTĐC",
        "decided_on": "30/11/2026",
        "reason": "Thanh tra",
    }
    assert "Chọn ít nhất một số." in client.post(f"{url}exclude/", form | {"indicators": []}).content.decode()
    for _twice in range(2):
        assert client.post(f"{url}exclude/", form).status_code == 302
    page = client.get(url).content.decode()
    assert "Quyết định 125/QĐ-UBTĐC ngày 30/11/2026: Thanh tra" in page
    auditor = signed_in(member("Auditor TDC", "auditor", TDC))
    shown = auditor.get(url).context
    told = [one.record.action for one in auditor.get(shown["audit_url"]).context["table"].rows]
    assert len(told) >= len(shown["way"])
    assert "report.left_out" in told
    again = f"{url}excluded/{Exclusion.objects.get().pk}/"
    assert client.post(again, {"key": "k2", "reason": "Xong"}).status_code == 302
    assert client.get(again).status_code == 404
    late = client.post(again, {"key": "k3", "reason": "Xong rồi"})
    assert late.status_code == 409
    assert "Quyết định này không còn hiệu lực. Mở lại trang báo cáo." in late.content.decode()
    wrong = client.post(f"{url}exclude/", form | {"key": "k4", "indicators": ["MT2"]}).content.decode()
    assert "Báo cáo không còn số được chấp nhận của MT2." in wrong
