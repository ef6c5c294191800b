#!/bin/sh
# PostgreSQL on two hosts or more: what its operator does, at the host that it concerns. Failover is this page's commands
# and a person's decision; docs/help/vi/van-hanh-may-chu.md says in which order.
#
#   database.sh run               starts the server (the container's own command); refuses where another is the primary
#   database.sh together          at the primary: nothing is acknowledged before one standby has it on disk
#   database.sh alone             at the primary: go on without a standby
#   database.sh promote           at a standby: be the primary. First make sure that the one before is off.
#   database.sh standby HOST      at a stopped server: its files away, those of the primary HOST in their place
#   database.sh state             who this server is, and how far its standbys are
#
# From the environment: SERVERS, the same on all of them, such as "db1=10.0.0.41 db2=10.0.0.42"; SELF, this one's name;
# PGDATA; BACKUP_DB_PASSWORD, of the role that the log is given to.
set -eu

ROLE=program996_backup
CONFIG=${CONFIG:-/etc/program996/postgresql.conf}
HBA=${HBA:-/etc/program996/pg_hba.conf}
export PGPASSWORD="${BACKUP_DB_PASSWORD:-}" PGCONNECT_TIMEOUT=3

names() { for one in $SERVERS; do echo "${one%%=*}"; done; }
peers() { for one in $SERVERS; do test "${one%%=*}" = "$SELF" || echo "${one#*=}"; done; }

# As the owner over the socket, where this host's own people are trusted.
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 -h "${SOCKET:-/var/run/postgresql}" -U program996 -d program996 -c "$1"; }
told() { psql --no-psqlrc --quiet --tuples-only --no-align -h "$1" -U "$ROLE" -d program996 -c "$2" 2>/dev/null; }

is_primary() { test "$(told "$1" 'SELECT pg_is_in_recovery()')" = f; }

# By names: the archiver takes the log too, and is no standby. The primary's own among them does no harm.
wait_for_standby() {
    ask "ALTER SYSTEM SET synchronous_standby_names = '$1'"
    ask "SELECT pg_reload_conf()" >/dev/null
}

case "${1:-}" in
run)
    # A primary that was replaced while it was off must not take writes when it comes back.
    if test -s "$PGDATA/PG_VERSION" && ! test -e "$PGDATA/standby.signal"; then
        for peer in $(peers); do
            if is_primary "$peer"; then
                echo "$peer là máy chính; máy này phải lập lại thành máy dự phòng: database.sh standby $peer" >&2
                exit 1
            fi
        done
    fi
    shift
    exec ${SERVER:-docker-entrypoint.sh postgres} \
        -c config_file="$CONFIG" -c hba_file="$HBA" -c cluster_name="$SELF" "$@"
    ;;
together) wait_for_standby "ANY 1 ($(names | paste -sd ,))" ;;
alone) wait_for_standby "" ;;
promote)
    for peer in $(peers); do
        if is_primary "$peer"; then
            echo "$peer vẫn đang là máy chính: dừng máy đó trước." >&2
            exit 1
        fi
    done
    wait_for_standby ""
    test "$(ask 'SELECT pg_promote()')" = t
    ;;
standby)
    test -n "${2:-}"
    if test -e "$PGDATA/postmaster.pid" && kill -0 "$(head -n 1 "$PGDATA/postmaster.pid")" 2>/dev/null; then
        echo "Dừng máy chủ cơ sở dữ liệu này trước." >&2
        exit 1
    fi
    fresh="$PGDATA.new"
    rm -rf "$fresh"
    # A slot keeps at the primary what this standby still lacks; one that is left from before would be in the way.
    psql --no-psqlrc --quiet "host=$2 user=$ROLE dbname=program996 replication=database" \
        -c "DROP_REPLICATION_SLOT $SELF" >/dev/null 2>&1 || true
    pg_basebackup --dbname "host=$2 user=$ROLE application_name=$SELF" --pgdata "$fresh" \
        --wal-method stream --checkpoint fast --write-recovery-conf --create-slot --slot "$SELF"
    rm -rf "$PGDATA"
    mv "$fresh" "$PGDATA"
    ;;
state)
    ask "SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE 'primary' END"
    ask "SELECT application_name, state, sync_state, pg_wal_lsn_diff(pg_current_wal_flush_lsn(), replay_lsn)
        FROM pg_stat_replication WHERE NOT pg_is_in_recovery() AND application_name <> 'pg_receivewal'"
    ;;
*)
    sed -n '2,/^set/p' "$0" | sed '$d' >&2
    exit 2
    ;;
esac
