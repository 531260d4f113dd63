"""One read-only snapshot of a PostGIS database: names are quoted, values are parameters, and every wait has an end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from landplan.core.errors import InputError

CONNECT_S, STATEMENT_S, LOCK_S = 10, 300, 10
"""How long landplan waits for the server, for one query, and for a table that somebody else has locked."""
_AS_THEY_ARE = ("int2", "int4", "int8", "oid", "float4", "float8", "bool")
_SHAPES = ("geometry", "geography")
_CURSOR = "landplan_rows"
_TABLES = """
select n.nspname, c.relname from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_type t on t.oid = a.atttypid
where t.typname in ('geometry', 'geography') and c.relkind in ('r', 'v', 'm', 'f', 'p') and not a.attisdropped
and not c.relispartition and pg_catalog.has_table_privilege(c.oid, 'select')
and pg_catalog.has_schema_privilege(n.oid, 'usage') and n.nspname not in ('pg_catalog', 'information_schema')
group by 1, 2 order by 1, 2
"""
_COLUMNS = """
select a.attname, t.typname from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
where a.attrelid = pg_catalog.to_regclass(%s) and a.attnum > 0 and not a.attisdropped order by a.attnum
"""
_HOME = """
select n.nspname from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
where e.extname = 'postgis'
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column and the name of its type."""

    name: str
    type: str

    @property
    def is_shape(self) -> bool:
        return self.type in _SHAPES


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database itself says of a table: its rows, those with arcs, and the systems of its geometries."""

    rows: int
    curved: int = 0
    srids: tuple[int, ...] = ()


@contextmanager
def session(service: str, where: str) -> Iterator[Session]:
    """A snapshot of the database of a service; InputError in one line when it cannot be reached or refuses.

    Nothing can be written in it, also not by a view or a trigger of the database, and it is left without a trace.
    """
    connection = _connected(service, where)
    opened = Session(connection, where)
    try:
        opened.run("start transaction isolation level repeatable read, read only")
        for setting, seconds in (("statement_timeout", STATEMENT_S), ("lock_timeout", LOCK_S)):
            opened.run(f"set local {setting} = '{seconds}s'")
        yield opened
    finally:
        with suppress(Exception):
            connection.cursor().execute("rollback")
        connection.close()


class Session:
    """Questions to a DB-API connection that is inside a read-only transaction."""

    def __init__(self, connection: Any, where: str) -> None:
        self._cursor, self._where = connection.cursor(), where

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """One statement; an error of the database is one line."""
        try:
            self._cursor.execute(sql, values) if values else self._cursor.execute(sql)
        except InputError:
            raise
        except Exception as error:
            raise InputError("postgis_refused", self._where, reason=_first_line(error)) from error

    def asked(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        self.run(sql, values)
        return [tuple(row) for row in self._cursor.fetchall()]

    def tables(self) -> tuple[str, ...]:
        """Every table and view with a geometry that may be read, as schema.table."""
        return tuple(f"{schema}.{table}" for schema, table in self.asked(_TABLES))

    def columns(self, table: str) -> list[Column]:
        """The columns of a table, none where it is not there."""
        return [Column(name, type) for name, type in self.asked(_COLUMNS, (quoted_table(table),))]

    def facts(self, table: str, shape: Column | None) -> Facts:
        """Rows counted by the database, arcs and systems of a geometry column."""
        where = quoted_table(table)
        if shape is None:
            return Facts(self.asked(f"select count(*) from {where}")[0][0])  # noqa: S608  (quoted)
        home, value = self._home(), _shape(shape)
        sql = f"select count(*), count(*) filter (where {home}ST_HasArc({value})) from {where}"  # noqa: S608
        rows, curved = self.asked(sql)[0]
        known = f"select distinct {home}ST_SRID({value}) from {where} where {quoted(shape.name)} is not null order by 1 limit 5"  # noqa: S608
        return Facts(rows, curved, tuple(srid for (srid,) in self.asked(known)))

    def system(self, srid: int) -> str | None:
        """A CRS by its SRID: its code, else its WKT; None where the database does not know it."""
        home = self._home().replace("%", "%%")
        sql = f"select auth_name, auth_srid, srtext from {home}spatial_ref_sys where srid = %s"  # noqa: S608
        found = self.asked(sql, (srid,))
        if not found:
            return None
        name, code, wkt = found[0]
        return f"{name}:{code}" if name and code else wkt

    def rows(self, table: str, columns: Sequence[Column], shape: Column | None, batch: int) -> Iterator[tuple[Any, ...]]:
        """Every row, the geometry last as WKB in the plane with its arcs as chords of one degree; other types as text."""
        parts = [quoted(one.name) if one.type in _AS_THEY_ARE else f"{quoted(one.name)}::text" for one in columns]
        if shape is not None:
            home, value = self._home(), _shape(shape)
            straight = f"case when {home}ST_HasArc({value}) then {home}ST_CurveToLine({value}, radians(1), 2, 1) else {value} end"
            parts.append(f"{home}ST_AsBinary({home}ST_Force2D({straight}))")
        listed = ", ".join(parts) or "1"
        self.run(f"declare {_CURSOR} no scroll cursor for select {listed} from {quoted_table(table)}")  # noqa: S608
        while found := self.asked(f"fetch forward {batch} from {_CURSOR}"):
            yield from found

    def _home(self) -> str:
        """The schema that PostGIS is in, with its dot. InputError where the database has none."""
        found = self.asked(_HOME)
        if not found:
            raise InputError("postgis_absent", self._where)
        return f"{quoted(found[0][0])}."


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    if "\0" in name or not name:
        raise InputError("postgis_name", "", name=name)
    return '"' + name.replace('"', '""') + '"'


def quoted_table(table: str) -> str:
    """schema.table, or a table of the search path, quoted; the first dot is the one between them."""
    schema, dot, name = table.partition(".")
    return f"{quoted(schema)}.{quoted(name)}" if dot else quoted(table)


def _shape(column: Column) -> str:
    return quoted(column.name) if column.type == "geometry" else f"{quoted(column.name)}::geometry"


def _connected(service: str, where: str) -> Any:
    """A connection by libpq's own rules: service file, environment, passfile."""
    try:
        import psycopg
    except ImportError as error:
        raise InputError("postgis_driver", where) from error
    options = {"service": service} if service else {}
    try:
        return psycopg.connect(**options, connect_timeout=CONNECT_S, client_encoding="utf8", autocommit=True)
    except psycopg.Error as error:
        raise InputError("postgis_unreachable", where, service=service or "-", reason=_first_line(error)) from error


def _first_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
