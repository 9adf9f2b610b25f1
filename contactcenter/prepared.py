"""Queries that are asked many times a second: Django works out their SQL once, not every time.

They are written as query sets, with `given("now")` where a value of each asking belongs. For what
is asked now and then a plain query set is right.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
Row = tuple[Any, ...]
Values = dict[str, Any]
Convert = Callable[[Iterable[Row]], list[Row]]
Make = Callable[[Row], tuple[Any, Row]]
Build = Callable[[], QuerySet[Any]]


class Given(Expression):
    """A value that is known when the query is asked; an instant may be moved by a timedelta."""

    def __init__(self, name: str, later: timedelta = timedelta(0), sql: str = "%s") -> None:
        super().__init__()
        self.name, self.later, self.sql = name, later, sql

    def __add__(self, later: timedelta) -> "Given":  # type: ignore[override]
        return Given(self.name, self.later + later)

    def __sub__(self, earlier: timedelta) -> "Given":  # type: ignore[override]
        return self + -earlier

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, list["Given"]]:  # type: ignore[override]
        return self.sql, [self]

    def among(self, values: Values) -> list[Any]:
        """What stands for it in this asking: one value, or the members of a list."""
        found = values[self.name]
        if self.sql != "%s":
            return list(found)
        if isinstance(found, datetime):
            return [connection.ops.adapt_datetimefield_value(found + self.later)]
        if isinstance(found, dict):
            return [connection.ops.adapt_json_value(found, None)]
        return [found]


def given(name: str) -> Any:
    """The value of this name; to a query set, and to checkers of types, it may be anything."""
    return Given(name)


def given_list(name: str) -> Any:
    """The members of an `__in`; there must be one at least."""
    return Given(name, sql="(%s)")


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters in order: values that never change, and those still to be given."""

    sql: str
    parameters: Row
    convert: Convert = list
    make: Make | None = None  # an object, and what annotates it, of a row

    def execute(self, cursor: CursorWrapper, values: Values) -> None:
        found = [one.among(values) if isinstance(one, Given) else [one] for one in self.parameters]
        sql = self.sql
        if any(len(one) != 1 for one in found):
            marks = [",".join(["%s"] * len(one)) for one in found]
            parts = sql.split("%s")
            sql = "".join(part + mark for part, mark in zip(parts, [*marks, ""], strict=True))
        cursor.execute(sql, [value for one in found for value in one])


class Prepared:
    """A query set, or an update of one, whose SQL is kept."""

    def __init__(self, build: Build, **changes: Any) -> None:
        """`build` is called once for each kind of database; `changes` are columns to update."""
        self._build = build
        self._changes = changes
        self._statements: dict[str, Statement] = {}

    def rows(self, **values: Any) -> list[Row]:
        """The rows of a query of `values_list`."""
        statement = self.statement()
        with connection.cursor() as cursor:
            statement.execute(cursor, values)
            return statement.convert(cursor.fetchall())

    def objects(self, model: type[M], **values: Any) -> list[M]:
        """The objects of a query without `values_list`."""
        return [one for one, _ in self.annotated(model, **values)]

    def annotated(self, model: type[M], **values: Any) -> list[tuple[M, Row]]:
        """Each object, with those selected beside it at hand, and what the query annotates."""
        make = self.statement().make
        if make is None:
            raise TypeError(f"This query gives values, and not {model.__name__}.")
        return [make(row) for row in self.rows(**values)]

    def update(self, **values: Any) -> int:
        """Change the rows; returns how many there were."""
        with connection.cursor() as cursor:
            self.statement().execute(cursor, values)
            return int(cursor.rowcount)

    def statement(self) -> Statement:
        known = self._statements.get(connection.vendor)
        if known is None:
            known = self._statements[connection.vendor] = self._compiled()
        return known

    def _compiled(self) -> Statement:
        rows = self._build()
        query = rows.query
        if self._changes:
            changing = cast(UpdateQuery, query.chain(UpdateQuery))
            changing.add_update_values(self._changes)
            query = changing
        compiler = query.get_compiler(connection.alias)
        sql, parameters = compiler.as_sql()
        if self._changes:
            return Statement(sql, tuple(parameters))
        gives_objects = issubclass(rows._iterable_class, ModelIterable)
        make = _making(compiler) if gives_objects else None
        return Statement(sql, tuple(parameters), _converting(compiler), make)


def _converting(compiler: SQLCompiler) -> Convert:
    """What makes Python's values of the columns that the database keeps in a way of its own."""
    columns = [expression for expression, _, _ in compiler.select]
    converters = compiler.get_converters(columns)

    def convert(rows: Iterable[Row]) -> list[Row]:
        return [tuple(row) for row in compiler.apply_converters(rows, converters)]

    return convert if converters else list


def _making(compiler: SQLCompiler) -> Make:
    """What makes objects of rows, as a query set does."""
    info: dict[str, Any] = compiler.klass_info or {}
    alias, model, fields = connection.alias, info["model"], info["select_fields"]
    own = slice(fields[0], fields[-1] + 1)
    names = [expression.target.attname for expression, _, _ in compiler.select[own]]
    # The stubs are of a later Django, where it has one argument more.
    beside = get_related_populators(info, compiler.select, alias)  # type: ignore[call-arg]
    annotated = list((compiler.annotation_col_map or {}).values())

    def make(row: Row) -> tuple[Any, Row]:
        made = model.from_db(alias, names, row[own])
        for one in beside:
            one.populate(row, made)
        return made, tuple(row[place] for place in annotated)

    return make


class Checks:
    """Whether there are rows, of many queries by name at once: one statement."""

    def __init__(self, builds: dict[str, Build]) -> None:
        self._queries = {name: Prepared(_any(build)) for name, build in builds.items()}

    def found(self, **values: Any) -> frozenset[str]:
        """The names of the queries that have rows."""
        known = [query.statement() for query in self._queries.values()]
        sql = "SELECT " + ", ".join(f"EXISTS({one.sql})" for one in known)
        parameters = tuple(value for one in known for value in one.parameters)
        with connection.cursor() as cursor:
            Statement(sql, parameters).execute(cursor, values)
            [row] = cursor.fetchall()
        names = zip(self._queries, row, strict=True)
        return frozenset(name for name, is_there in names if is_there)


def _any(build: Build) -> Build:
    return lambda: build().order_by().values_list("pk")[:1]
