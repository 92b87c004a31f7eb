"""Every address, one line a room."""

from django.urls import include, path

from ioc.conf.api import api
from ioc.kernel.views import healthz, readyz
from ioc.management.views.health import figures

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", figures, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("ioc.management.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", api.urls),
    path("manage/", include("ioc.management.urls")),
    path("notices/", include("ioc.notices.urls")),
    path("citizen/", include("ioc.citizen.urls")),
    path("officer/", include("ioc.officer.urls")),
    path("", include("ioc.management.reading_urls")),
    path("", include("ioc.onscene.urls")),
]

handler404 = "ioc.kernel.views.not_found"
handler500 = "ioc.kernel.views.server_error"
