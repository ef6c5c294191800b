"""The portal's addresses as they are where a provider is switched on."""

from apps.accounts.oidc import routes
from program996.urls import handler403, handler404, handler500
from program996.urls import urlpatterns as portal

__all__ = ["handler403", "handler404", "handler500"]
urlpatterns = [*portal, *routes()]
