"""The systems that carry messages out of the house."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ioc.kernel.health import Outside, reach
from ioc.kernel.sealed_ways import require_sealed


def carriers() -> Iterator[Outside]:
    """The mail server and the SMS gateway, as far as they are set up."""
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
        yield Outside(_("Mail server"), f"{host}:{port}", partial(reach, host, port))
    if settings.SMS_GATEWAY_URL:
        address = urlsplit(settings.SMS_GATEWAY_URL)
        host, port = address.hostname or "", address.port or (443 if address.scheme == "https" else 80)
        yield Outside(_("SMS gateway"), f"{host}:{port}", partial(_reach_sealed, settings.SMS_GATEWAY_URL, host, port))


def _reach_sealed(address: str, host: str, port: int) -> None:
    """As `reach`; a way that is not encrypted reaches nobody, for nothing is sent there."""
    require_sealed(address)
    reach(host, port)
