"""Sealing the secrets of second factors and of providers of identity again under a new key."""

from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.db import transaction

from ioc.kernel.sealing import reseal, reseal_rows
from ioc.management.models import DataRequest, IdentityProvider

_SEALED: Final = ("secret", "seed", "migrated_codes")
"""What an authenticator app and recovery codes keep sealed in their `data`."""


def reseal_all() -> int:
    """Seal the secrets of second factors and providers again under the newest key; how many.

    May be stopped and run again.
    """
    ids = list(Authenticator.objects.order_by("id").values_list("id", flat=True))
    factors = sum(_reseal(one) for one in ids)
    return factors + reseal_rows(IdentityProvider.objects.all(), columns=("secret_sealed",))


def reseal_requests() -> int:
    """Seal what requests about data hold again under the newest key; how many. May be stopped and run again."""
    return reseal_rows(DataRequest.objects.all(), columns=("phone_sealed", "email_sealed", "correction_sealed"))


@transaction.atomic
def _reseal(authenticator_id: int) -> int:
    row = Authenticator.objects.select_for_update().filter(id=authenticator_id).first()
    if row is None:  # taken away meanwhile
        return 0
    row.data |= {name: _renewed(row.data[name]) for name in _SEALED if name in row.data}
    row.save(update_fields=["data"])
    return 1


def _renewed(sealed: Any) -> Any:
    if isinstance(sealed, list):
        return [_renewed(one) for one in sealed]
    return reseal(str(sealed).encode()).decode()
