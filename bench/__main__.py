"""`make bench`: one table, and the same as JSON in the data folder."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from bench import audit, filing, lists, queue, rights, starting
from bench.figure import Figure

BENCHES: dict[str, Callable[[], list[Figure]]] = {
    "filing": filing.figures,
    "queue": queue.figures,
    "lists": lists.figures,
    "start": starting.figures,
    "audit": audit.figures,
    "rights": rights.figures,
}


def main() -> None:
    """Run the chosen benches, print the table, write the file, fail when a goal is missed."""
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, default=Path("var"))
    options.add_argument("--only", choices=sorted(BENCHES))
    chosen = options.parse_args()
    figures: list[Figure] = []
    for name, bench in BENCHES.items():
        if chosen.only in {None, name}:
            print(f"… {name}", file=sys.stderr, flush=True)
            figures += bench()
    print(f"{'figure':<62}{'value':>10}  {'unit':<12}{'goal':<12}holds")
    for figure in figures:
        print(f"{figure.name:<62}{figure.value:>10.3f}  {figure.unit:<12}{figure.goal:<12}{figure.said}")
    chosen.data.mkdir(parents=True, exist_ok=True)
    path = chosen.data / "bench.json"
    path.write_text(json.dumps([figure.as_dict() for figure in figures], ensure_ascii=False, indent=1))
    sys.exit(0 if all(figure.holds is not False for figure in figures) else 1)


if __name__ == "__main__":
    main()
