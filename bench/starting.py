"""(e) The second start of `make run` to the first served page."""

from bench.figure import Figure
from tests.stack import running


def figures() -> list[Figure]:
    """Seconds until every part answers, tables and data being there."""
    with running() as stack:
        stack.fill()
        stack.stop()
        seconds = stack.start()
    return [Figure("(e) second start to the first served page", seconds, "s")]
