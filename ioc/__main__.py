"""`python -m ioc` is the `ioc` command."""

from ioc.conf.cli import main

main()
