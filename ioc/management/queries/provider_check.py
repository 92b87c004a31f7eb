"""Asking a provider of identity whether signing in with it can work, and saying what is wrong in plain words.

Only what anybody may ask is asked: its description, its keys, and an exchange of a code that does not exist, which
tells whether it knows our client and secret.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.rights import MANAGE
from ioc.kernel.sealing import unseal
from ioc.management.models import IdentityProvider

_TIMEOUT: Final = 8.0
_NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
Text = str | Promise
Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `tone` is success, warm (works, but) or error (will not work)."""

    tone: str
    text: Text


def check(*, provider: IdentityProvider, callback: str, actor: Actor) -> list[Finding]:
    """What was found, in the order of looking; stops where nothing more can be asked.

    Raises:
        Forbidden: the actor does not manage.
    """
    actor.require(MANAGE)
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
        return list(_findings(client, provider, callback))


def _findings(client: httpx.Client, provider: IdentityProvider, callback: str) -> Iterator[Finding]:
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    told, problem = _json(client, address)
    if told is None:
        yield Finding("error", _("%(address)s: %(problem)s") % {"address": address, "problem": problem})
        return
    yield Finding("success", _("It answers and describes itself."))
    if told.get("issuer") != provider.issuer:
        yield Finding(
            "error", _("It calls itself “%(issuer)s”. Enter exactly that.") % {"issuer": str(told.get("issuer"))[:200]}
        )
    missing = [name for name in _NEEDED if not told.get(name)]
    if missing:
        yield Finding("error", _("Its description lacks: %(names)s.") % {"names": ", ".join(missing)})
        return
    yield from _abilities(told, provider)
    yield from _keys(client, told)
    yield from _client(client, told, provider, callback)


def _json(client: httpx.Client, address: str) -> tuple[Told | None, Text]:
    try:
        answer = client.get(address)
        answer.raise_for_status()
        told = answer.json()
    except httpx.TimeoutException:
        return None, _("no answer in time. Is the network open to it?")
    except httpx.HTTPStatusError as error:
        return None, _("it answers with %(status)s. Is the address of the issuer right?") % {
            "status": error.response.status_code
        }
    except httpx.HTTPError as error:
        return None, _("it cannot be reached (%(error)s).") % {"error": str(error)[:200]}
    except ValueError:
        return None, _("what it answers is not a description (JSON). Is the address of the issuer right?")
    return (told, "") if isinstance(told, dict) else (None, _("what it answers is not a description (JSON)."))


def _abilities(told: Told, provider: IdentityProvider) -> Iterator[Finding]:
    if "code" not in told.get("response_types_supported", ["code"]):
        yield Finding("error", _("It does not offer the code flow, which is the one that is used here."))
    if "S256" not in told.get("code_challenge_methods_supported", []):
        yield Finding("warm", _("It does not say that it checks PKCE (S256). Signing in works all the same."))
    scopes = told.get("scopes_supported")
    unknown = [one for one in provider.scopes.split() if scopes and one not in scopes]
    if unknown:
        yield Finding("warm", _("It does not name these scopes: %(names)s.") % {"names": ", ".join(unknown)})
    claims = told.get("claims_supported")
    if claims and provider.match_by != "subject" and provider.claim.partition(".")[0] not in claims:
        yield Finding("warm", _("It does not name the claim “%(claim)s”.") % {"claim": provider.claim})
    insecure = [name for name in _NEEDED if str(told[name]).startswith("http:") and provider.issuer.startswith("https")]
    if insecure:
        yield Finding("error", _("These addresses are not encrypted: %(names)s.") % {"names": ", ".join(insecure)})


def _keys(client: httpx.Client, told: Told) -> Iterator[Finding]:
    keys, problem = _json(client, told["jwks_uri"])
    if keys is None:
        yield Finding("error", _("Its keys: %(problem)s") % {"problem": problem})
    elif not keys.get("keys"):
        yield Finding("error", _("It shows no keys to check signatures with."))
    else:
        yield Finding("success", _("Its keys can be read."))


def _client(client: httpx.Client, told: Told, provider: IdentityProvider, callback: str) -> Iterator[Finding]:
    """Exchange a code that does not exist: who is known is told so of the code, others of the client."""
    secret, asked = unseal(provider.secret_sealed), {"grant_type": "authorization_code", "code": "x" * 16}
    asked |= {"redirect_uri": callback, "code_verifier": "x" * 43}
    methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    try:
        if "client_secret_post" in methods:
            answer = client.post(
                told["token_endpoint"], data=asked | {"client_id": provider.client_id, "client_secret": secret}
            )
        else:
            answer = client.post(told["token_endpoint"], data=asked, auth=(provider.client_id, secret))
        said = answer.json().get("error")
    except (httpx.HTTPError, ValueError, AttributeError):
        yield Finding("warm", _("Whether it knows this client could not be found out."))
        return
    if said == "invalid_grant":
        yield Finding("success", _("It knows the client and accepts the secret."))
    elif said in {"invalid_client", "unauthorized_client"}:
        yield Finding("error", _("It does not accept the client's name or the secret."))
    else:
        yield Finding("warm", _("It answers “%(said)s” to a try with this client.") % {"said": str(said)[:100]})
