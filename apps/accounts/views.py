from allauth.account.views import LoginView
from axes.decorators import axes_dispatch, axes_form_invalid
from django.utils.decorators import method_decorator


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
class SignInView(LoginView):
    """allauth's sign-in behind the count of failed tries."""
