"""What `ioc run` tells the front server about proxies, and where Node's launchers lead."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ioc.conf.node import put_launchers
from ioc.conf.running.layout import Layout, front_trusts


def adapted(tmp_path, trusts) -> dict:
    layout = Layout(
        data=tmp_path, host="127.0.0.1", port=1, database_url="postgresql:///x", origin="http://x", front_trusts=trusts
    )
    front = next(one for one in layout.processes(workers=1, threads=1) if one.name == "front")
    command = [front.command[0], "adapt", "--config", str(layout.run / "Caddyfile"), "--adapter", "caddyfile"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    (server,) = json.loads(said.stdout)["apps"]["http"]["servers"].values()
    return server


def test_only_named_proxies_are_believed(tmp_path):
    assert "trusted_proxies" not in adapted(tmp_path, ())
    server = adapted(tmp_path, front_trusts("10.88.0.0/16, 192.0.2.7"))
    assert server["trusted_proxies"] == {"source": "static", "ranges": ["10.88.0.0/16", "192.0.2.7/32"]}
    assert server["trusted_proxies_strict"]
    assert json.dumps(server).count('"{http.vars.client_ip}"') == 2


def test_a_wrong_proxy_is_named():
    assert front_trusts("") == ()
    with pytest.raises(ValueError, match="nonsense"):
        front_trusts("10.0.0.1,nonsense")


def test_launchers_start_the_wheels_node(tmp_path):
    wheel = tmp_path / "wheel"
    scripts = wheel / "lib" / "node_modules" / "npm" / "bin"
    scripts.mkdir(parents=True)
    (wheel / "bin").mkdir()
    (wheel / "bin" / "node").symlink_to(sys.executable)
    for name in ("npm", "npx"):
        (scripts / f"{name}-cli.js").write_text(f"import sys; print('{name}', *sys.argv[1:])")
    target = tmp_path / "node-bin"
    put_launchers(wheel, target)
    put_launchers(wheel, target)
    for name in ("npm", "npx"):
        said = subprocess.run([Path(target) / name, "ci", "a b"], capture_output=True, text=True, check=True)
        assert said.stdout.split() == [name, "ci", "a", "b"]
