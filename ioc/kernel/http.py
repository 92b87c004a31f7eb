"""Requests as our views see them."""

from django.http import HttpRequest

from ioc.kernel.actors import Actor


class Request(HttpRequest):
    """A request after our middleware: who acts, and from which address."""

    actor: Actor
    client_address: str
