"""(j): what a permission check costs in a request, and that it does not grow with the trees."""

import json

from bench.figure import Figure, at_most
from tests.stack import running

GROWTH_GOAL = 1.3


def figures() -> list[Figure]:
    """The check with 100 and with 10,000 agencies and as many areas: milliseconds and statements."""
    with running() as stack:
        stack.fill()
        measured = json.loads(stack.python("from bench.rights_inside import main; main()").splitlines()[-1])
    few, many = measured["100"], measured["10000"]
    same = few["statements"] == many["statements"]
    return [
        at_most("(j) permission check with 10,000 agencies ÷ 100", many["ms"] / few["ms"], "ratio", GROWTH_GOAL),
        Figure("    permission check, 100 agencies and areas", few["ms"], "ms"),
        Figure("    permission check, 10,000 agencies and areas", many["ms"], "ms"),
        Figure("    its statements with 10,000 (as with 100)", many["statements"], "SQL", "same as 100", same),
        at_most("    agency's page with 10,000 agencies ÷ 100", many["page"] / few["page"], "ratio", GROWTH_GOAL),
    ]
