"""Dagster's SQLite event log with its connections kept open.

A night writes some hundred events. Dagster's own storage makes a new engine for each connection and waits for the disk
at each commit, which is half the time of a small night; this one keeps an engine a database and lets SQLite's
write-ahead log settle by itself (a power cut may lose the last events of a run, never a table of the lake).

Belongs here: the storage class that dagster.yaml of a home names; what Dagster has no call for.
Belongs elsewhere: what is logged.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dagster import DagsterInstance
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

BUSY_SECONDS = 60


class KeptEventLogStorage(SqliteEventLogStorage):
    """The same tables in the same files, through engines that stay."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "KeptEventLogStorage":
        """Return the storage that a dagster.yaml describes."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._keep_engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Return whether the index has a table; one that is there stays."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _keep_engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            )
            event.listen(engine, "connect", _relax_commits)
            self._engines[shard] = engine
        return self._engines[shard]

    def dispose(self) -> None:
        """Close every connection."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def forget_checks(instance: DagsterInstance, partition: str) -> None:
    """Drop what was told of a partition's checks outside runs: Dagster keeps one such row, and takes no second one."""
    storage = instance.event_log_storage
    if not isinstance(storage, SqlEventLogStorage):
        return
    told = AssetCheckExecutionsTable.c
    with storage.index_connection() as connection:
        connection.execute(AssetCheckExecutionsTable.delete().where(told.run_id == "", told.partition == partition))


def _relax_commits(connection: Any, _record: Any) -> None:
    connection.execute("pragma synchronous = normal")
