"""Every address, one line a room."""

from django.urls import include, path

from ioc.conf.api import api
from ioc.kernel.views import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("api/", api.urls),
    path("manage/", include("ioc.management.urls")),
    path("notices/", include("ioc.notices.urls")),
    path("citizen/", include("ioc.citizen.urls")),
    path("officer/", include("ioc.officer.urls")),
    path("", include("ioc.onscene.urls")),
]

handler404 = "ioc.kernel.views.not_found"
handler500 = "ioc.kernel.views.server_error"
