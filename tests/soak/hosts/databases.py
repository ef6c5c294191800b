"""PostgreSQL on two hosts, and its operator, who types what docs/hosting/hosts/database.sh is made for."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from program996.management.processes import BASE_DIR
from program996.management.servers import make_cluster, plain_env, postgres_account, postgres_binaries
from tests.soak.hosts.lan import Host, Lan

PASSWORD = "of-a-base-that-is-gone-in-an-hour"
NUMBERS = {"db1": 41, "db2": 42}
SHIPPED = BASE_DIR / "docs/hosting/hosts"


class Databases:
    """`primary` and `standby` change places."""

    def __init__(self, lan: Lan, folder: Path, wait: Callable[[Callable[[], bool], float, str], None]) -> None:
        self.folder, self.wait, self.account = folder, wait, postgres_account()
        self.binaries = postgres_binaries(self.account, Path(os.environ["DATA"]))
        for file in (SHIPPED / "database.sh", SHIPPED / "postgresql.conf", BASE_DIR / "pg_hba.conf"):
            shutil.copy(file, folder)  # where PostgreSQL's account reads them
            (folder / file.name).chmod(0o755)
        self.primary, self.standby = (lan.host(name, number) for name, number in NUMBERS.items())
        for host in (self.primary, self.standby):
            self._make_room(host)

    def _make_room(self, host: Host) -> None:
        place = self.folder / host.name
        (place / "s").mkdir(parents=True)
        for folder in (place, place / "s"):
            folder.chmod(0o755)
            if self.account:
                os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        places = ["-c", f"unix_socket_directories={place}/s", "-c", "dynamic_shared_memory_type=mmap"]
        command = ["sh", str(self.folder / "database.sh"), "run", *places]
        host.add("postgres", command, self._env(host), account=self.account)

    def _env(self, host: Host) -> dict[str, str]:
        place = self.folder / host.name
        return plain_env() | {
            "PATH": f"{self.binaries}:{os.environ['PATH']}",
            "SERVER": str(self.binaries / "postgres"),
            "PGDATA": str(place / "data"),
            "SOCKET": str(place / "s"),
            "CONFIG": str(self.folder / "postgresql.conf"),
            "HBA": str(self.folder / "pg_hba.conf"),
            "SELF": host.name,
            "SERVERS": " ".join(f"{name}={self._address(number)}" for name, number in NUMBERS.items()),
            "BACKUP_DB_PASSWORD": PASSWORD,
        }

    def _address(self, number: int) -> str:
        return self.primary.address.rpartition(".")[0] + f".{number}"

    def address(self, role: str, target: str = "read-write") -> str:
        hosts = ",".join(f"{self._address(number)}:5432" for number in NUMBERS.values())
        return f"postgresql://{role}:{PASSWORD}@{hosts}/program996?target_session_attrs={target}"

    def order(self, host: Host, *words: str) -> str:
        return host.run("sh", str(self.folder / "database.sh"), *words, env=self._env(host), account=self.account)

    def ask(self, host: Host, sql: str) -> str:
        place = str(self.folder / host.name / "s")
        psql = [str(self.binaries / "psql"), "-XqAt", "-h", place, "-U", "program996", "-d", "program996", "-c", sql]
        return host.run(*psql, env=self._env(host)).strip()

    def answers(self, host: Host) -> bool:
        try:
            return self.ask(host, "SELECT 1") == "1"
        except AssertionError:
            return False

    def begin(self) -> None:
        make_cluster(
            self.binaries, self.folder / "db1/data", self.account, self.folder / "db1-initdb.log", ("--no-sync",)
        )
        self.primary.start()
        self.wait(lambda: self.answers(self.primary), 30, "the first server")
        self.ask(self.primary, f"ALTER ROLE program996 PASSWORD '{PASSWORD}'")

    def make_standby(self) -> None:
        """Of the host that is none now: from nothing, by the documented command."""
        self.order(self.standby, "standby", self.primary.address)
        self.standby.start()
        self.together()

    def together(self) -> None:
        self.wait(lambda: "streaming" in self.order(self.primary, "state"), 60, "a standby that has all")
        self.order(self.primary, "together")
        self.wait(lambda: "|quorum|" in self.order(self.primary, "state"), 30, "a synchronous standby")

    def fail_over(self) -> float:
        """The one before is off, and stays so until it is made a standby; returns how long the command took."""
        self.primary.kill()
        self.primary, self.standby = self.standby, self.primary
        began = time.monotonic()
        self.order(self.primary, "promote")
        return time.monotonic() - began
