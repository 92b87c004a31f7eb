"""The `worker` process: background and periodic jobs. Goes on by itself when the database comes back."""

import os

import django


def main() -> None:
    """Work until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ioc.conf.settings")
    # Pages come first where both want the machine.
    os.nice(15)
    django.setup()
    from django.core.management import call_command

    from ioc.kernel import health

    health.beat("worker")
    call_command("procrastinate", "worker", "--concurrency=4", "--delete-jobs=successful")


if __name__ == "__main__":
    main()
