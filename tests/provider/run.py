"""Serve the provider: `python -m tests.provider.run PORT CALLBACK`."""

import os
import sys
from wsgiref.simple_server import make_server

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

CLIENT, SECRET = "ioc", "a-secret-between-us"


def main() -> None:
    """Tables, the client, and the server."""
    port, callback = int(sys.argv[1]), sys.argv[2]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.provider.settings"
    django.setup()
    from oauth2_provider.models import Application  # noqa: PLC0415 - a table, there only after the set-up

    call_command("migrate", verbosity=0)
    Application.objects.get_or_create(
        client_id=CLIENT,
        defaults={
            "client_secret": SECRET, "hash_client_secret": False, "client_type": "confidential", "name": "IOC",
            "authorization_grant_type": "authorization-code", "redirect_uris": callback, "skip_authorization": True,
            "algorithm": "RS256",
        },
    )  # fmt: skip
    make_server("127.0.0.1", port, get_wsgi_application()).serve_forever()


if __name__ == "__main__":
    main()
