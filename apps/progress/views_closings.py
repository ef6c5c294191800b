"""Pages of closings: the periods, one period with its versions, what an adjustment is made of, and the two acts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.detail import SingleObjectMixin

from apps.core.days import parse_typed_moment
from apps.core.moves import WRONG_STATE, allowed
from apps.core.views import ScopedMixin
from apps.documents.services import known_document
from apps.jobs.changing import ChangeFormView
from apps.organisations.asked import UnitView
from apps.progress.adjustments import RowChanges, changed_indicators, figure_changes, nation_changes, row_changes
from apps.progress.counting import Ratio
from apps.progress.downloads import adjustments_table, send
from apps.progress.explained import About
from apps.progress.figures import Figure, figures, figures_of_unit
from apps.progress.telling import tell
from apps.progress.views import FigurePage, IndicatorMixin
from apps.targets import services
from apps.targets.closings import CLOSE, PREPARE
from apps.targets.forms import ClosingDecisionForm, ClosingProposalForm, ClosingReasonForm
from apps.targets.models import ClosingProposal, Indicator, Period, PeriodClosing, Publication
from apps.targets.publications import PUBLISH

ROWS_ON_PAGE = 50
READ = ("targets.view_indicatorvalue", "targets.view_periodclosing")


@dataclass(frozen=True)
class Span:
    """Between which two moments a page compares: a closing and now, or two closings. `later` None is now."""

    earlier: PeriodClosing
    later: PeriodClosing | None
    until: datetime

    @classmethod
    def asked(cls, versions: list[PeriodClosing], text: str, known_on: datetime | None = None) -> "Span | None":
        """`text` as in «1-2»; anything else is the latest closing against now, or against what was known at a moment.
        None: nothing is closed.
        """
        by_number = {str(one.version): one for one in versions}
        first, _hyphen, second = text.partition("-")
        if first in by_number and second in by_number and int(first) < int(second):
            return cls(by_number[first], by_number[second], by_number[second].as_of)
        return cls(versions[-1], None, known_on or timezone.now()) if versions else None


@dataclass(frozen=True)
class PeriodRow:
    """A period in the list: its versions, the proposals that wait, the nation's figures that changed since."""

    period: Period
    versions: list[PeriodClosing]
    waiting: list[ClosingProposal]
    adjusted: list[tuple[Indicator, Figure]]
    known_on: datetime | None

    @property
    def closing(self) -> PeriodClosing | None:
        return self.versions[-1] if self.versions else None

    @property
    def public(self) -> PeriodClosing | None:
        """The version whose figures everybody reads: closing again leaves an earlier one public."""
        return public_among(self.versions, self.known_on)


def public_among(versions: Iterable[PeriodClosing], known_on: datetime | None = None) -> PeriodClosing | None:
    """The latest of these versions, oldest first, that was published by then."""
    told = [one for one in versions if any(act.was_in_force(known_on) for act in one.publications.all())]
    return told[-1] if told else None


class ClosingListView(FigurePage):
    permission_required = READ
    template_name = "progress/closing_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, known_on = self.request.user, self.asked.known_on
        closings = PeriodClosing.objects.visible_to(user).known_on(known_on).select_related("document", "closed_by")
        closings = closings.order_by("version").prefetch_related("publications")
        waiting = ClosingProposal.objects.none() if known_on else ClosingProposal.objects.visible_to(user).open()
        periods: Any = Period.objects.begun(self.asked.known_day).order_by("-year").prefetch_related(
            Prefetch("closings", closings, to_attr="versions"), Prefetch("proposals", waiting, to_attr="waiting")
        )  # fmt: skip
        adjusted = _adjusted_by_year(known_on)
        rows = [
            PeriodRow(period, period.versions, period.waiting, adjusted.get(period.year, []), known_on)
            for period in periods
        ]
        return super().get_context_data(
            rows=rows, may_prepare=user.has_perm(PREPARE), may_close=user.has_perm(CLOSE), **kwargs
        )


def _adjusted_by_year(known_on: datetime | None) -> dict[int, list[tuple[Indicator, Figure]]]:
    """The nation's figures that changed since their year was closed."""
    found: dict[int, list[tuple[Indicator, Figure]]] = {}
    indicators = list(Indicator.objects.all())
    series = figures_of_unit(indicators, None, known_on=known_on)
    for indicator in indicators:
        for figure in series[indicator.pk]:
            if figure.adjustment:
                found.setdefault(figure.year, []).append((indicator, figure))
    return found


class PeriodMixin(FigurePage):
    """One period that has begun, with its versions."""

    permission_required = READ

    @property
    def known_on(self) -> datetime | None:
        """Where acts are done nothing but now is asked for."""
        return None

    @cached_property
    def period(self) -> Period:
        return get_object_or_404(Period.objects.begun(), year=self.kwargs["year"])

    @cached_property
    def versions(self) -> list[PeriodClosing]:
        closings = (
            PeriodClosing.objects.visible_to(self.request.user).known_on(self.known_on).filter(period=self.period)
        )
        published = Publication.objects.visible_to(self.request.user).with_standing().select_related(
            "document", "published_by", "withdrawn_by"
        )  # fmt: skip
        rows = closings.select_related("document", "prepared_by", "closed_by").order_by("version")
        return list(rows.prefetch_related(Prefetch("publications", published)))

    @cached_property
    def span(self) -> Span | None:
        return Span.asked(self.versions, self.request.GET.get("versions", ""), self.known_on)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"period": self.period, "versions": self.versions[::-1], "span": self.span}
        context["may_publish"] = self.request.user.has_perm(PUBLISH)
        return super().get_context_data(**context, **kwargs)


class ClosingDetailView(PeriodMixin, ChangeFormView):
    """The versions of a period and what changed between them; who prepares closings puts the next one here."""

    template_name = "progress/closing_detail.html"
    form_class = ClosingProposalForm
    conflicts = frozenset({"stale"})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(PREPARE):
            return self.handle_no_permission()
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"as_of": timezone.now(), "version": self._next_version()}

    def get_form(self, form_class: Any = None) -> ClosingProposalForm:
        form = super().get_form(form_class)
        form.fields["document"].offer_to(self.request.user)
        recount = {"get": self.request.path, "trigger": "change", "target": "#changes", "select": "#changes"}
        form.fields["as_of"].widget.attrs |= {f"hx-{name}": value for name, value in recount.items()}
        form.fields["as_of"].widget.attrs["hx-swap"] = "outerHTML"
        return form

    def act(self, form: ClosingProposalForm) -> ClosingProposal:
        by, data = self.request.user, form.cleaned_data
        made = self.once(
            form,
            lambda: services.propose_closing(
                self.period, as_of=data["as_of"], document=known_document(data["document"], by=by),
                reason=data["reason"], version=data["version"], by=by,
            ),
        )  # fmt: skip
        messages.success(self.request, _("Đã lập đề nghị chốt kỳ. Lãnh đạo Ủy ban TĐC chốt hoặc không chốt."))
        return ClosingProposal.objects.get(pk=made)

    def _next_version(self) -> int:
        return self.versions[-1].version + 1 if self.versions else 1

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        waiting = ClosingProposal.objects.visible_to(user).open().filter(period=self.period)
        proposal = waiting.select_related("document", "prepared_by").first()
        moves = allowed(proposal, user) if proposal else frozenset()
        context = {"proposal": proposal, "moves": moves, "next_version": self._next_version()}
        context |= {"may_prepare": user.has_perm(PREPARE), "may_close": user.has_perm(CLOSE)}
        return super().get_context_data(**context, **self._comparison(proposal), **kwargs)

    def _comparison(self, proposal: ClosingProposal | None) -> dict[str, Any]:
        """What would be taken in, at the moment that is proposed or being typed; or what a version took in."""
        moment, wrong = self._asked_moment()
        if self.span is None:
            until = proposal.as_of if proposal else moment
            return {"changes": nation_changes(self.period, None, until), "moment": until, "moment_error": wrong}
        until = self.span.until if self.span.later else proposal.as_of if proposal else moment
        indicators = changed_indicators(self.period, self.span.earlier.as_of, until)
        changes = figure_changes(indicators, self.period, self.span.earlier.as_of, until, self.asked.view)
        accepted = [] if changes else nation_changes(self.period, None, self.span.earlier.as_of)
        return {"changes": changes, "accepted": accepted, "moment": until, "moment_error": wrong}

    def _asked_moment(self) -> tuple[datetime, str]:
        now, text = timezone.now(), (self.request.GET.get("as_of") or "")[:40]
        try:
            asked = parse_typed_moment(text, now=now) if text else now
        except ValidationError as refusal:
            return now, refusal.messages[0]
        return min(asked, now), ""


class AdjustmentsView(PeriodMixin, IndicatorMixin):
    """One indicator of a closed period: the accepted figure, what came since, row by row, and the sum it gives."""

    template_name = "progress/adjustments.html"

    @property
    def known_on(self) -> datetime | None:
        return self.asked.known_on

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.file_kind and self.span and self.row_changes:
            seen, name = self.row_changes.seen, (self.indicator.code, self.period.year, "dieu-chinh")
            since, until = self.span.earlier.as_of, self.span.until
            rows = adjustments_table(self.indicator, self.period, seen, since, self.rows_scope, until)
            about = About(f"{self.indicator.code}, kỳ {self.period.year}: điều chỉnh sau khi chốt", self.indicator)
            return send(rows, self.file_kind, self.asked, *name, about=about, count=len(seen))
        return super().get(request, *args, **kwargs)

    @cached_property
    def row_changes(self) -> RowChanges | None:
        if self.span is None or self.count is None:
            return None
        until = self.span.until if self.span.later or self.known_on else None
        return row_changes(self.indicator.code, self.period, self.span.earlier.as_of, until, self.rows_scope)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = {"indicator": self.indicator, "closed_years": self._years()}
        if self.span:
            context |= self._sums(self.span)
        if self.span and self.row_changes and self.count:
            page = Paginator(self.row_changes.seen, ROWS_ON_PAGE).get_page(self.asked.page)
            context |= {"rows": self.row_changes, "row_page": page, "imports": self.imports}
            since = self.span.earlier.as_of
            context["told"] = tell(self.count.source, list(page), since, self.rows_scope, self.span.until)
            context["telling"] = self.count.source.telling
        return super().get_context_data(**context, **kwargs)

    def _years(self) -> list[int]:
        return list(Period.objects.begun(self.asked.known_day).order_by("year").values_list("year", flat=True))

    def _sums(self, span: Span) -> dict[str, Any]:
        """The nation's figure at both moments; all figures of the indicator and its parts that differ."""
        before, after = (
            next(iter(figures(self.indicator, national=True, year=self.period.year, known_on=at, accepted=False)), None)
            for at in (span.earlier.as_of, span.until)
        )
        family = [self.indicator, *self.indicator.parts.all()]
        changed = [one for one in changed_indicators(self.period, span.earlier.as_of, span.until) if one in family]
        changes = figure_changes(changed, self.period, span.earlier.as_of, span.until, self.asked.view)
        value = ((after and after.value) or 0) - ((before and before.value) or 0)
        rows = self.row_changes
        return {
            "before": before,
            "after": after,
            "difference": value,
            "changes": changes,
            "unchanged": [one for one in family if one not in changed],
            "sums_differ": rows is not None and not isinstance(self.count, Ratio) and rows.difference != value,
        }


class ClosingDecisionView(ScopedMixin, SingleObjectMixin, ChangeFormView):
    """One of the moves of a proposal."""

    queryset = ClosingProposal.objects.select_related("period", "document", "prepared_by")
    template_name = "progress/closing_decision.html"
    conflicts = frozenset({WRONG_STATE})
    context_object_name = "proposal"
    done = gettext_lazy("Đã ghi.")

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"back_url": self.object.get_absolute_url(), "period": self.object.period} | self._figures()
        return super().get_context_data(**context, **kwargs)

    def _figures(self) -> dict[str, Any]:
        """Every figure of the nation as it stands and as it would, side by side; of units how many change."""
        period, as_of = self.object.period, self.object.as_of
        if not self.object.is_open:
            return {}
        context: dict[str, Any] = {"changes": nation_changes(period, period.closing and period.closing.as_of, as_of)}
        if period.closing:
            changed = changed_indicators(period, period.closing.as_of, as_of)
            every = figure_changes(changed, period, period.closing.as_of, as_of, UnitView.CURRENT)
            context |= {"units_changed": len({one.unit.id for one in every if one.unit}), "is_unchanged": not every}
        return context


class ClosingCloseView(ClosingDecisionView):
    permission_required = CLOSE
    form_class = ClosingDecisionForm
    title = gettext_lazy("Chốt kỳ số liệu")
    submit = gettext_lazy("Chốt kỳ")

    def act(self, form: Any) -> PeriodClosing:
        closing = services.close_period(self.object, by=self.request.user)
        words = _("Đã chốt kỳ %(period)s, phiên bản %(version)s.")
        messages.success(self.request, words % {"period": closing.period, "version": closing.version})
        if public := public_among(closing.period.closings.order_by("version").prefetch_related("publications")):
            told = _("Người xem công khai vẫn thấy phiên bản %(version)s cho đến khi phiên bản mới được công bố.")
            messages.info(self.request, told % {"version": public.version})
        return closing


class ClosingRefuseView(ClosingDecisionView):
    permission_required = CLOSE
    form_class = ClosingReasonForm
    title = gettext_lazy("Không chốt kỳ theo đề nghị")
    submit = gettext_lazy("Không chốt")

    def act(self, form: Any) -> ClosingProposal:
        proposal = services.refuse_closing(self.object, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã ghi không chốt, kèm lý do."))
        return proposal


class ClosingWithdrawView(ClosingDecisionView):
    permission_required = PREPARE
    form_class = ClosingReasonForm
    title = gettext_lazy("Rút đề nghị chốt kỳ")
    submit = gettext_lazy("Rút đề nghị")

    def act(self, form: Any) -> ClosingProposal:
        proposal = services.withdraw_closing(self.object, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã rút đề nghị chốt kỳ."))
        return proposal
