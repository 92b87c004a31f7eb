"""The administration's list of people as it grows: server time of its pages, found words and far pages."""

import json

from bench.figure import Figure, at_most
from tests.stack import running

GROWTH_GOAL = 1.3


def figures() -> list[Figure]:
    """The list at 1,000 and 100,000 people: its first page, its 100th, searched, and sorted by login."""
    with running() as stack:
        stack.fill()
        measured = json.loads(stack.python("from bench.people import main; main()").splitlines()[-1])
    small, large = measured["1000"], measured["100000"]
    lines = []
    for name, few in small["seconds"].items():
        many = large["seconds"][name]
        lines += [
            at_most(f"    list of people, {name}, 100,000 ÷ 1,000", many / few, "ratio", GROWTH_GOAL),
            Figure(f"    … at 100,000 ({few * 1000:.1f} ms at 1,000)", many * 1000, "ms"),
        ]
    same = small["statements"] == large["statements"]
    lines.append(Figure("    statements of a page at 100,000", large["statements"], "SQL", "same as few", same))
    return lines
