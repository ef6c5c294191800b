from django.urls import path

from program996.urls import *  # noqa: F403  the portal's own addresses, and its pages of errors
from program996.urls import urlpatterns as addresses
from tests.bench.byhand.view import ADDRESS, by_hand

urlpatterns = [path(ADDRESS.lstrip("/"), by_hand), *addresses]
