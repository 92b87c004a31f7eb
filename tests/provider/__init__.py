"""A real OpenID Connect provider (django-oauth-toolkit), run as a process of its own."""
