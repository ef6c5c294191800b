"""Where rows are: the primary, on one host or on whichever of several it is now, and a replica that reads may go to.

An address names several hosts as libpq takes them: `postgresql://app:…@db1:5432,db2:5432/program996` with
`?target_session_attrs=read-write` leads to the one that takes writes, so that a failover needs no new settings.
"""

from typing import Any

import environ

from apps.core.reading import REPLICA
from program996.traced import TracedCursor
from program996.walled import WalledConnection

SHORT = {"web", "relay"}  # who must give up soon; a worker or a command may take its time
# A host that is cut off says nothing, not even that it is gone: its network is asked after five quiet seconds. A
# statement that is worked on for minutes is no such silence.
KEEPALIVE = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}  # of brokers
NOTICED = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}


def databases(address: dict[str, Any], replica: str, process: str) -> dict[str, dict[str, Any]]:
    found = {"default": _line(address, process)}
    if replica:
        found[REPLICA] = _line(environ.Env.db_url_config(replica), process, connect_timeout=2, tcp_user_timeout=3_000)
    return found


def _line(address: dict[str, Any], process: str, **options: Any) -> dict[str, Any]:
    statement, idle = ("15s", "60s") if process in SHORT else ("600s", "600s")
    return address | {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            **address.get("OPTIONS", {}),
            "connect_timeout": 3,  # of each host
            "application_name": f"program996-{process}",
            "connection_factory": WalledConnection,
            "cursor_factory": TracedCursor,
            **NOTICED,
            # The last ones: a session ends, and its locks with it, soon after its process or its machine is gone,
            # though a statement of it is still being worked on.
            "options": f"-c statement_timeout={statement} -c lock_timeout=5s"
            f" -c idle_in_transaction_session_timeout={idle}"
            " -c client_connection_check_interval=2s"
            " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
            **options,
        },
    }
