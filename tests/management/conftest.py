"""What several tests of the administration start from."""

import pytest
from django.test import Client

from ioc.kernel.clock import now
from tests.factories import SmallProvince


@pytest.fixture
def desk(small: SmallProvince) -> Client:
    """The administrator's browser, just confirmed again."""
    client = Client()
    client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["confirmed_at"] = now().timestamp()
    session.save()
    return client
