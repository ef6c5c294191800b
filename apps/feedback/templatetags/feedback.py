from django import template

from apps.feedback.forms import FeedbackForm
from apps.feedback.pages import page_of

register = template.Library()


@register.simple_tag
def feedback_form(page: str) -> FeedbackForm:
    """An empty form that speaks of this page."""
    return FeedbackForm(initial={"page": page_of(page)})
