"""The one door to Great Expectations: rules go in, outcomes come out, over one relation of an open DuckDB connection.

Belongs here: the process's one context, the expectation classes, running them.
Belongs elsewhere: DuckDB's dialect (dialect.py), reading results (outcome.py), which rules a table has (suites.py).
"""

import re
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import Any

import duckdb

from data_quality.contract import Rule
from data_quality.outcome import CheckOutcome, read_outcome
from tidewaiter.errors import ContractError, QualityError

VIEW = "gx_batch"
RELATION_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")
COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0}
SAMPLES = {"result_format": "BASIC", "partial_unexpected_count": 20}
ROWS_METRIC = "unexpected_rows_query.table"
QUANTILES_METRIC = "column.quantile_values"
SAMPLE_METRICS = (".unexpected_values", ROWS_METRIC)
UNIQUE_RULE = "expect_column_values_to_be_unique"

_lock = RLock()


class LeanExpectation:
    """What every expectation class here adds to the installed one: it does nothing twice and asks for no more.

    Great Expectations reads `configuration` about 80 times a rule, each time from the model's fields, and fetches
    broken values and rows even when it is told to return none of them. Together that is half of the time, and for a
    query rule every broken row in memory.
    """

    _stated: Any

    @property
    def configuration(self) -> Any:
        if self._stated is None:
            self._stated = super().configuration  # type: ignore[misc]
        return self._stated

    def get_validation_dependencies(self, *args: Any, **kwargs: Any) -> Any:
        needed = super().get_validation_dependencies(*args, **kwargs)  # type: ignore[misc]
        if needed.result_format.get("partial_unexpected_count") == 0:
            for name in [each for each in needed.metric_configurations if each.endswith(SAMPLE_METRICS)]:
                needed.remove_metric_configuration(name)
        return needed


class PlainSuccess:
    """Quantile results with a plain bool: numpy's own cannot be written as JSON, which ends the whole run."""

    def _validate(self, *args: Any, **kwargs: Any) -> Any:
        result = super()._validate(*args, **kwargs)  # type: ignore[misc]
        return {**result, "success": bool(result["success"])}


class OwnQuantiles:
    """Quantiles that are a metric of their own.

    As installed they are named before it is said which they are, so that every quantile rule of a column in one suite
    gets the values of the first.
    """

    def get_validation_dependencies(self, *args: Any, **kwargs: Any) -> Any:
        from great_expectations.validator.metric_configuration import MetricConfiguration

        needed = super().get_validation_dependencies(*args, **kwargs)  # type: ignore[misc]
        named = needed.get_metric_configuration(QUANTILES_METRIC)
        renamed = MetricConfiguration(QUANTILES_METRIC, named.metric_domain_kwargs, dict(named.metric_value_kwargs))
        needed.set_metric_configuration(QUANTILES_METRIC, renamed)
        return needed


class CountedRows:
    """Query results that do without the rows themselves."""

    def _validate(self, metrics: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        return super()._validate({ROWS_METRIC: [], **metrics}, *args, **kwargs)  # type: ignore[misc]


REPAIRS: Mapping[str, tuple[type, ...]] = {
    "expect_column_quantile_values_to_be_between": (PlainSuccess, OwnQuantiles),
    "unexpected_rows_expectation": (CountedRows,),
}


class Context:
    """One ephemeral context a process, with one asset: whatever relation the view is over at the moment."""

    def __init__(self) -> None:
        from great_expectations import get_context
        from great_expectations.data_context.types.base import (
            DataContextConfig,
            InMemoryStoreBackendDefaults,
            ProgressBarsConfig,
        )

        config = DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
        )
        self.connection: duckdb.DuckDBPyConnection | None = None
        self._sources = get_context(mode="ephemeral", project_config=config).data_sources
        self._batches: Any = None

    def open_batch(self) -> Any:
        """Return the view as it is now."""
        if self._batches is None:
            # Not before: both the source and the asset are tested as they are added, on the connection and its view.
            self._batches = self._add_source().add_table_asset(VIEW, table_name=VIEW)
            self._batches.add_batch_definition_whole_table("all")
        return self._batches.get_batch_definition("all").get_batch()

    def _add_source(self) -> Any:
        from sqlalchemy.dialects import registry
        from sqlalchemy.pool import NullPool

        registry.register("duckdb.gx", "data_quality.dialect", "Dialect")
        options: dict[str, Any] = {"kwargs": {"creator": self._borrow, "poolclass": NullPool}}
        return self._sources.add_or_update_sql("duckdb", connection_string="duckdb+gx://", **options)

    def _borrow(self) -> Any:
        from data_quality.dialect import BorrowedConnection

        if self.connection is None:
            raise QualityError("Great Expectations asked for a connection outside a validation.")
        return BorrowedConnection(self.connection)


def validate(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    rules: Sequence[Rule],
    *,
    codes: Mapping[str, Collection[str]],
    shown: Collection[str] = (),
) -> tuple[CheckOutcome, ...]:
    """Return one outcome a rule, in the order of the rules.

    The connection must not have an unread result: it is used for the queries.

    Args:
        relation: name of a table or view of `con`, or `schema.name`.
        codes: code lists by name, for the rules that refer to one.
        shown: columns whose values may stand in an outcome; name no column with personal data.

    Raises:
        ContractError: when a rule is not one that Great Expectations can build.
    """
    check_name(relation)
    if not rules:
        return ()
    with _lock, _lend(con, relation) as context:
        counted = _run(context, rules, codes, COUNTS)
        outcomes = [read_outcome(rule, counted[at], shown) for at, rule in enumerate(rules)]
        sampled = [at for at, rule in enumerate(rules) if _wants_examples(rule, outcomes[at], shown)]
        samples = _run(context, [rules[at] for at in sampled], codes, SAMPLES) if sampled else []
        for at, sample in zip(sampled, samples, strict=True):
            outcomes[at] = read_outcome(rules[at], sample, shown)
    return tuple(outcomes)


def check_name(relation: str) -> str:
    """Return the name of a relation, `name` or `schema.name`.

    Raises:
        QualityError: when it is anything else.
    """
    if not RELATION_NAME.fullmatch(relation):
        raise QualityError(f"{relation!r} is not a plain relation name.", fix="create a view with a plain name over it")
    return relation


def build_expectation(rule: Rule, codes: Mapping[str, Collection[str]]) -> Any:
    """Return the Great Expectations object that a rule stands for.

    Raises:
        ContractError: when the expectation, its arguments or the code list do not exist.
    """
    arguments = dict(rule.arguments)
    if rule.column is not None:
        arguments["column"] = rule.column
    if rule.code_list is not None:
        if rule.code_list not in codes:
            raise ContractError(f"rule {rule.name}: no code list is named {rule.code_list}.", fix="add it to codes/")
        arguments["value_set"] = sorted(codes[rule.code_list])
    try:
        return expectation_class(rule.expectation)(**arguments)
    except ValueError as problem:
        raise ContractError(f"rule {rule.name}: {problem}", fix="correct its arguments in the contract") from problem


@cache
def expectation_class(expectation: str) -> Any:
    """Return the class that runs an expectation named in snake case; the installed one stays as it is.

    Raises:
        ContractError: when Great Expectations has none of that name.
    """
    with _quiet():
        from great_expectations.compatibility.pydantic import PrivateAttr
        from great_expectations.exceptions.exceptions import ExpectationNotFoundError
        from great_expectations.expectations.registry import get_expectation_impl

        try:
            base = get_expectation_impl(expectation)
        except ExpectationNotFoundError as problem:
            raise ContractError(f"Great Expectations has no {expectation}.", fix="name a core expectation") from problem
        parts = (LeanExpectation, *REPAIRS.get(expectation, ()), base)
        return type(f"Lean{base.__name__}", parts, {"__module__": __name__, "_stated": PrivateAttr(None)})


@cache
def _open_context() -> Context:
    with _quiet():
        return Context()


@contextmanager
def _lend(con: duckdb.DuckDBPyConnection, relation: str) -> Iterator[Context]:
    """Give the context the connection, with the view over the relation; take both away afterwards."""
    context = _open_context()
    con.execute(f"create or replace temp view {VIEW} as select * from {_quote(relation)}")
    context.connection = con
    try:
        yield context
    finally:
        context.connection = None
        con.execute(f"drop view if exists {VIEW}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back the warnings of importing Great Expectations, so that it imports where warnings are errors."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "module 'sre_.*' is deprecated", DeprecationWarning)
        yield


def _run(
    context: Context, rules: Sequence[Rule], codes: Mapping[str, Collection[str]], result_format: dict[str, Any]
) -> list[Any]:
    """Return Great Expectations' result of each rule, in the order of the rules."""
    from great_expectations import ExpectationSuite

    expectations = [build_expectation(rule, codes) for rule in rules]
    for at, expectation in enumerate(expectations):
        expectation.meta = {"at": at}
    result = context.open_batch().validate(
        ExpectationSuite(VIEW, expectations=expectations), result_format=result_format
    )
    by_place: dict[int, Any] = {}
    for each in result.results:
        # A rule that raised may come back twice; its first result says so.
        by_place.setdefault(each.expectation_config.meta["at"], each)
    return [by_place[at] for at in range(len(rules))]


def _wants_examples(rule: Rule, outcome: CheckOutcome, shown: Collection[str]) -> bool:
    """Examples come from a scan in table order; those of a join would differ from run to run."""
    is_scan = rule.column in shown and rule.expectation != UNIQUE_RULE
    return is_scan and bool(outcome.unexpected_n) and not outcome.passed and outcome.error is None


def _quote(relation: str) -> str:
    return ".".join(f'"{part}"' for part in relation.split("."))
