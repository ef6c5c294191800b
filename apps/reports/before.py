"""What a person is told before a report goes on: into whose hands it comes, and what is not as one would expect.

Nothing of it blocks: a report may go before its period ends, and without a file.
"""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_date
from apps.reports import moving, recipients
from apps.reports.models import AnnualReport
from apps.reports.selectors.sheet import files_of
from apps.reports.signer import signer_words

GOES_ON = frozenset({"to_leader", "sign", "submit"})
WITH_FILES = frozenset({"to_leader", "submit"})  # with the signed paper comes a field for its file


def said_before(report: AnnualReport, verb: str) -> list[str]:
    """Of one verb, on the page that asks for it."""
    if verb not in GOES_ON:
        return []
    told = [period_words(report)]
    if verb in WITH_FILES and not files_of(report):
        told.append(_("Báo cáo chưa kèm tệp nào. Tệp không bắt buộc; cần thì đính kèm trước."))
    return [words for words in told if words]


def period_words(report: AnnualReport) -> str:
    """As long as the period of the report has not ended."""
    left = (report.round.ends_on - timezone.localdate()).days
    if left < 0:
        return ""
    told = _("Kỳ số liệu đến hết ngày %(day)s mới kết thúc") % {"day": vn_date(report.round.ends_on)}
    more = ngettext("còn %(n)s ngày", "còn %(n)s ngày", left) % {"n": left} if left else _("là hôm nay")
    return _("%(told)s (%(more)s): số phát sinh đến ngày đó chưa có trong báo cáo.") % {"told": told, "more": more}


def signers_of(report: AnnualReport, but: int | None) -> list[str]:
    """Who can sign it today, by name, but for the person who hands it on."""
    people = User.objects.filter(pk__in=recipients.signing(report) - {but})
    return [str(one) for one in people.order_by("full_name", "pk")]


def who_signs(report: AnnualReport, but: int | None) -> str:
    """The office whose signature it takes, and who holds the right here; once it is signed, whose signature it is."""
    if report.state in {moving.State.SIGNED, *moving.SENT}:
        paper = report.submissions.filter(dropped_at=None).order_by("-revision").first()
        if paper:
            return ", ".join(filter(None, (paper.signatory, paper.position)))
    office, people = signer_words(report), signers_of(report, but)
    return f"{office} ({', '.join(people)})" if people else office
