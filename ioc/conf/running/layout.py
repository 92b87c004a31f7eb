"""Where things are on one machine, and the commands of its processes."""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from ioc.conf.running.ownership import private_folder
from ioc.conf.running.processes import Process

LONGEST_SOCKET_PATH: Final = 100
UPLOAD_LIMIT: Final = "230MB"


def run_folder(data: Path) -> Path:
    """Where an installation keeps process ids and sockets. Kept short: a socket's path has about 100 letters."""
    folder = data / "run"
    if len(str(folder)) > LONGEST_SOCKET_PATH - 20:
        mark = hashlib.sha256(str(data).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"ioc-{mark}"
    return private_folder(folder)


@dataclass(frozen=True)
class Layout:
    """An installation on one machine: its folder, its address, its database."""

    data: Path
    host: str
    port: int
    database_url: str
    origin: str
    front_trusts: tuple[str, ...] = ()
    """Proxies (addresses or networks) in front of ours whose word about the client is taken."""

    @property
    def run(self) -> Path:
        """Process ids, sockets and made configuration."""
        return run_folder(self.data)

    def socket(self, name: str) -> str:
        """The socket of a process."""
        return str(self.run / f"{name}.sock")

    def counting_folder(self) -> Path:
        """Where processes count requests; emptied at each start, as the numbers of processes come again."""
        return self.run / "metrics"

    def environment(self) -> Mapping[str, str]:
        """What every process is told."""
        return {
            "IOC_DATA": str(self.data),
            "IOC_ORIGIN": self.origin,
            "IOC_TRUSTED_PROXIES": "127.0.0.1",
            "IOC_LIVE_SOCKET": self.socket("live"),
            "IOC_RUN": str(self.run),
            "PROMETHEUS_MULTIPROC_DIR": str(self.counting_folder()),
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "ioc.conf.settings",
            "PYTHONWARNINGS": "ignore",
        }

    def processes(self, *, workers: int, threads: int) -> list[Process]:
        """The four processes, in the order of starting."""
        granian = [sys.executable, "-m", "granian", "--no-ws", "--respawn-failed-workers"]
        granian += ["--respawn-interval", "0.5", "--workers-kill-timeout", "5", "--log-level", "warning"]
        web = [*granian, "--interface", "wsgi", "--workers", str(workers), "--blocking-threads", str(threads)]
        web += ["--backpressure", "512", "--uds", self.socket("web"), "ioc.conf.wsgi:application"]
        live = [*granian, "--interface", "asgi", "--workers", "1", "--backpressure", "8192"]
        live += ["--uds", self.socket("live"), "ioc.conf.asgi:application"]
        worker = [sys.executable, "-m", "ioc.conf.worker"]
        front = [_caddy(), "run", "--config", str(self._caddyfile()), "--adapter", "caddyfile"]
        return [
            self._process("web", web),
            self._process("front", front),
            self._process("live", live, head_start=1.0),
            self._process("worker", worker, head_start=1.5),
        ]

    def _process(self, name: str, command: list[str], *, head_start: float = 0.0) -> Process:
        return Process(
            head_start=head_start,
            socket=Path(self.socket(name)) if name in ("web", "live") else None,
            name=name,
            command=command,
            environment={**self.environment(), "XDG_DATA_HOME": str(self.run), "XDG_CONFIG_HOME": str(self.run)},
            pidfile=self.run / f"{name}.pid",
            log=self.data / "log" / f"{name}.log",
        )

    def _caddyfile(self) -> Path:
        path = self.run / "Caddyfile"
        path.write_text(
            _CADDYFILE.format(
                host=self.host,
                port=self.port,
                static=self.data / "static",
                web=self.socket("web"),
                live=self.socket("live"),
                upload_limit=UPLOAD_LIMIT,
                servers=self._servers(),
                strict=_STRICT if self.origin.startswith("https://") else "",
            )
        )
        return path

    def _servers(self) -> str:
        return _SERVERS.format(proxies=" ".join(self.front_trusts)) if self.front_trusts else ""


def front_trusts(given: str) -> tuple[str, ...]:
    """The addresses and networks in a list by comma, as `IOC_FRONT_TRUSTS` gives them.

    Raises:
        ValueError: one is neither; says which.
    """
    return tuple(str(ip_network(one.strip(), strict=False)) for one in given.split(",") if one.strip())


def _caddy() -> str:
    beside = Path(sys.executable).with_name("caddyserver")
    found = str(beside) if beside.exists() else shutil.which("caddyserver") or shutil.which("caddy")
    if not found:
        raise FileNotFoundError("caddyserver")
    return found


def default_workers() -> int:
    """One web process a core, two at least."""
    return max(2, os.cpu_count() or 2)


_SERVERS: Final = """	servers {{
		trusted_proxies static {proxies}
		trusted_proxies_strict
	}}
"""
_STRICT: Final = 'header Strict-Transport-Security "max-age=31536000; includeSubDomains"'
_CADDYFILE: Final = """{{
	admin off
	auto_https off
	persist_config off
	grace_period 2s
	log {{
		level ERROR
	}}
{servers}}}
http://:{port} {{
	bind {host}
	encode zstd gzip
	request_body {{
		max_size {upload_limit}
	}}
	handle_path /static/* {{
		root * "{static}"
		header Cache-Control "public, max-age=604800"
		header X-Content-Type-Options nosniff
		header Content-Security-Policy "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
		{strict}
		file_server
	}}
	handle /live* {{
		reverse_proxy "unix/{live}" {{
			header_up X-Forwarded-For {{client_ip}}
			flush_interval -1
		}}
	}}
	handle {{
		reverse_proxy "unix/{web}" {{
			header_up X-Forwarded-For {{client_ip}}
			lb_try_duration 10s
			lb_try_interval 100ms
		}}
	}}
	handle_errors 502 503 504 {{
		header Content-Type "application/json"
		header Cache-Control no-store
		header Content-Security-Policy "default-src 'none'; frame-ancestors 'none'"
		header X-Content-Type-Options nosniff
		{strict}
		header Retry-After 5
		respond `{{"ok": false, "parts": {{"web": false}}}}` 503
	}}
}}
"""
