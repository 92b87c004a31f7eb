"""Going to a provider of identity and coming back."""

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2LoginView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from ioc.management.providers import CallbackView, IdToken


@require_safe
@never_cache
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the person to the provider; only by a link of ours, lest another site signs somebody in unasked."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return HttpResponseRedirect(reverse("account_login"))
    try:
        answer: HttpResponse = OAuth2LoginView.adapter_view(IdToken(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except (RequestException, KeyError, ValueError):
        messages.error(request, _("The provider does not answer. Try again later, or sign in another way."))
        return HttpResponseRedirect(reverse("account_login"))
    return answer


def again(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The same for who has to sign in at the provider anew, to confirm who it is."""
    asked = request.GET.copy()
    asked["again"] = "1"
    request.GET = asked  # type: ignore[assignment]
    return login(request, provider_id)


@require_safe
@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the person in, as the provider vouches for."""
    try:
        answer: HttpResponse = CallbackView.adapter_view(IdToken(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return answer
