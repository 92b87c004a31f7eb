"""Django's PostgreSQL backend, with kept connections that survive a restart of the server."""
