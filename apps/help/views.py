"""The help: for whoever asks, signed in or not, as those need it most who cannot sign in."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from apps.core.open_pages import KEPT, OpenPage, OpenView
from apps.core.text import search_text
from apps.dashboard.context import support_desk
from apps.help.manuals import MANUALS, pdf_of
from apps.help.marking import html_of, marked
from apps.help.searching import found
from apps.help.texts import KINDS, Topic, digest, explaining, topics
from apps.organisations.models import OrganisationUnit, Succession, UnitName
from apps.people.held import role_label

MANY = 200  # signs of what is looked for
GROUND: tuple[Any, ...] = (OrganisationUnit, UnitName, Succession, Group.permissions.through)


class HelpView(OpenView):
    made_of = GROUND

    def asked(self) -> tuple[Any, ...]:
        return digest(), settings.VERSION, settings.SUPPORT_PHONE, settings.SUPPORT_EMAIL, settings.SUPPORT_HOURS


class HelpPage(HelpView, OpenPage):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = f"{settings.SITE_URL}{self.request.path}"
        picture = f"{settings.SITE_URL}{reverse('public:results_picture')}"
        docs_language = "?lang=en" if get_language() == "en" else ""
        told = {"here": here, "picture": picture, "docs_language": docs_language, "place": "help"}
        return super().get_context_data(desk=support_desk(), **told, **kwargs)


class IndexPage(HelpPage):
    """All texts by their kinds, or those that were looked for."""

    template_name = "help/index.html"
    title = gettext_lazy("Trợ giúp")

    @cached_property
    def text(self) -> str:
        return search_text(self.request.GET.get("q", ""))[:MANY]

    def asked(self) -> tuple[Any, ...]:
        return *super().asked(), self.text

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        every = topics(get_language())
        groups = [(kind, title, [one for one in every.values() if one.kind == kind]) for kind, title in KINDS.items()]
        return super().get_context_data(
            q=self.text,
            found=found(self.text, get_language()) if self.text else [],
            groups=[group for group in groups if group[2]],
            manuals=MANUALS.values(),
            version=settings.VERSION,
            **kwargs,
        )


class TopicPage(HelpPage):
    template_name = "help/topic.html"

    @cached_property
    def topic(self) -> Topic:
        topic = topics(get_language()).get(self.kwargs["slug"])
        if topic is None:
            raise Http404
        return topic

    @property
    def title(self) -> str:
        return self.topic.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = marked(self.topic)
        alike = [one for one in topics(get_language()).values() if one.kind == self.topic.kind]
        at = alike.index(self.topic)
        return super().get_context_data(
            topic=self.topic,
            kind=KINDS[self.topic.kind],
            body=html_of(text, support_desk()),
            headings=text.headings,
            roles=[role_label(role) for role in self.topic.roles],
            before=alike[at - 1] if at else None,
            after=alike[at + 1] if at + 1 < len(alike) else None,
            **kwargs,
        )


class ForView(OpenView):
    """From a page of the portal, by the name of its route, to the text that explains it."""

    def asked(self) -> tuple[Any, ...]:
        return (digest(),)

    def answer(self) -> HttpResponse:
        topic = explaining(self.kwargs["route"], get_language())
        address = reverse("help:topic", args=[topic.slug]) if topic else reverse("help:index")
        return HttpResponseRedirect(address, headers={"Cache-Control": KEPT})


class ManualFile(HelpView):
    """All texts of those whom a manual is for, as one file to print or to keep."""

    manual = ""

    def answer(self) -> HttpResponse:
        one = MANUALS[self.manual]
        name = f'inline; filename="{one.file}"'
        content = pdf_of(one, get_language(), support_desk())
        return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})
