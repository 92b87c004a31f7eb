"""The page behind an invitation: what it is for, and the first password. Then the person is signed in."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ioc.kernel.clock import now
from ioc.kernel.errors import Invalid
from ioc.kernel.forms import add_errors
from ioc.kernel.http import Request
from ioc.management.actions.invitations import accept_invitation
from ioc.management.forms.people import JoinForm
from ioc.management.queries.invitations import Opened, opened


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: Request, token: str) -> HttpResponse:
    """Show the invitation in the person's language; sending the form sets the password and signs in.

    The address holds a secret: no cache keeps the page, and other sites are never told where one came from.
    """
    found = opened(token=token, at=now())
    with translation.override(found.person.language):
        if request.method != "POST" or not found.is_good:
            return _page(request, found, JoinForm(), status=200 if found.is_good else 410)
        form = JoinForm(request.POST)
        if not form.is_valid():
            return _page(request, found, form, status=422)
        try:
            person = accept_invitation(token=token, password=form.cleaned_data["password"], at=now())
        except Invalid as error:
            add_errors(form, error)
            return _page(request, found, form, status=422)
    if request.user.is_authenticated:  # somebody else on this device
        logout(request)
    record_authentication(request, person, method="password", username=person.username)
    answer: HttpResponse = perform_login(request, person)
    return answer


def _page(request: Request, found: Opened, form: JoinForm, *, status: int) -> HttpResponse:
    return render(request, "account/join.html", {"found": found, "form": form}, status=status)
