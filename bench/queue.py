"""(b) (c) (d): the pages' server time and statements as the table grows."""

import json

from bench.figure import Figure, at_most
from tests.stack import running

GROWTH_GOAL = 1.3
SHARE_GOAL = 6.0


def figures() -> list[Figure]:
    """The queue at 1,000 and 100,000 reports, its page against its own SQL, and statements for each page."""
    with running() as stack:
        stack.fill()
        measured = json.loads(stack.python("from bench.pages import main; main()").splitlines()[-1])
    small, large = measured["queue"]["1000"], measured["queue"]["100000"]
    lines = [
        at_most("(b) queue page at 100,000 reports ÷ at 1,000", large["page"] / small["page"], "ratio", GROWTH_GOAL),
        Figure("    queue page at 1,000", small["page"] * 1000, "ms"),
        Figure("    queue page at 100,000", large["page"] * 1000, "ms"),
        at_most("(c) queue page ÷ its own SQL run bare, 100,000", large["page"] / large["sql"], "ratio", SHARE_GOAL),
        Figure("    its SQL run bare", large["sql"] * 1000, "ms"),
    ]
    for path, (few, many) in measured["statements"].items():
        goal = "same as few"
        lines.append(
            Figure(f"(d) statements of {path} with many rows ({few} with few)", many, "SQL", goal, few == many)
        )
    return lines
