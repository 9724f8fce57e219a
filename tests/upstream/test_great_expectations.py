"""What Great Expectations does on DuckDB, and why the project's dialect and expectation classes are needed.

Belongs here: behaviour of the installed versions that engine.py and dialect.py build on.
Belongs elsewhere: suites made from contracts (tests/unit/test_suites.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from sqlalchemy import column, select

from data_quality.contract import Rule
from data_quality.dialect import Dialect, EagerCursor
from data_quality.engine import OwnQuantiles, build_expectation, expectation_class, validate
from data_quality.outcome import CheckOutcome

QUANTILES = {"quantile_ranges": {"quantiles": [0.5], "value_ranges": [[1, 2]]}}
CODES: Mapping[str, Sequence[str]] = {"fruit": ("apple", "pear", "plum")}


@dataclass(frozen=True)
class Case:
    """A rule, rows that keep it, rows of which some break it, and what must be counted on the latter."""

    expectation: str
    arguments: Mapping[str, Any]
    column: str | None
    good: str
    bad: str
    evaluated_n: int | None
    unexpected_n: int | None
    code_list: str | None = None

    @property
    def rule(self) -> Rule:
        return Rule("a_rule", self.expectation, self.arguments, "error", self.column, self.code_list)


CASES = [
    Case("expect_column_values_to_not_be_null", {}, "a", "(1), (2)", "(1), (null), (null)", 3, 2),
    Case("expect_column_values_to_be_in_set", {"value_set": [1, 2]}, "a", "(1), (null)", "(1), (3), (null)", 2, 1),
    Case("expect_column_values_to_be_in_set", {}, "a", "('pear')", "('pear'), ('fig'), (null)", 2, 1, "fruit"),
    Case("expect_column_values_to_match_regex", {"regex": "^[0-9]{2}$"}, "a", "('12')", "('12'), ('123'), ('x')", 3, 2),
    Case("expect_column_value_lengths_to_be_between", {"max_value": 2}, "a", "('é1')", "('é12'), ('1'), (null)", 2, 1),
    Case(
        "expect_column_values_to_be_between", {"min_value": 1, "max_value": 9}, "a", "(1), (9)", "(0), (5), (10)", 3, 2
    ),
    Case("expect_column_values_to_be_between", {"min_value": 0, "strict_min": True}, "a", "(0.5)", "(0), (1)", 2, 1),
    Case("expect_column_values_to_be_unique", {}, "a", "(1), (2), (null)", "(1), (1), (2), (null)", 3, 2),
    Case(
        "expect_compound_columns_to_be_unique",
        {"column_list": ["a", "b"]},
        None,
        "(1, 1), (1, 2)",
        "(1, 1), (1, 1), (1, 2)",
        3,
        2,
    ),
    Case(
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "a", "column_B": "b", "or_equal": True},
        None,
        "(2, 2), (3, 2)",
        "(1, 2), (2, 2), (null, null)",
        2,
        1,
    ),
    Case(
        "unexpected_rows_expectation",
        {"unexpected_rows_query": "select * from {batch} where a is null and b > 1"},
        None,
        "(null, 1), (1, 2)",
        "(null, 2), (null, 1), (null, 3)",
        None,
        2,
    ),
    Case("expect_table_row_count_to_be_between", {"max_value": 2}, None, "(1), (2)", "(1), (2), (3)", None, None),
    Case(
        "expect_table_columns_to_match_set",
        {"column_set": ["a"], "exact_match": True},
        None,
        "(1)",
        "(1, 2)",
        None,
        None,
    ),
    Case(
        "expect_column_proportion_of_non_null_values_to_be_between",
        {"min_value": 0.5},
        "a",
        "(1), (null)",
        "(1), (null), (null)",
        None,
        None,
    ),
    Case(
        "expect_column_quantile_values_to_be_between",
        QUANTILES,
        "a",
        "(1), (1), (9)",
        "(1), (9), (9)",
        None,
        None,
    ),
    Case("expect_column_mean_to_be_between", {"max_value": 2}, "a", "(1), (3)", "(2), (4)", None, None),
    Case(
        "expect_column_unique_value_count_to_be_between", {"max_value": 2}, "a", "(1), (2)", "(1), (2), (3)", None, None
    ),
]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def make_table(con: duckdb.DuckDBPyConnection, rows: str, name: str = "t") -> None:
    names = "a, b" if rows.split(")")[0].count(",") else "a"
    con.execute(f"create or replace table {name} as select * from (values {rows}) as made({names})")


def judge(con: duckdb.DuckDBPyConnection, *rules: Rule, shown: Sequence[str] = ()) -> tuple[CheckOutcome, ...]:
    return validate(con, "t", rules, codes=CODES, shown=shown)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.expectation)
def test_an_expectation_passes_good_rows_and_counts_bad_ones(con: duckdb.DuckDBPyConnection, case: Case) -> None:
    make_table(con, case.good)
    [good] = judge(con, case.rule)
    make_table(con, case.bad)
    [bad] = judge(con, case.rule)

    assert (good.passed, good.error) == (True, None)
    assert good.unexpected_n in (None, 0)
    assert (bad.passed, bad.error, bad.evaluated_n, bad.unexpected_n) == (
        False,
        None,
        case.evaluated_n,
        case.unexpected_n,
    )


def test_every_expectation_runs_in_one_suite_in_the_order_given(con: duckdb.DuckDBPyConnection) -> None:
    make_table(con, "(1, 2), (2, 3)")
    rules = [
        Rule(f"rule_{at}", case.expectation, case.arguments, "error", case.column) for at, case in enumerate(CASES)
    ]
    usable = [rule for rule, case in zip(rules, CASES, strict=True) if "'" not in case.bad]

    outcomes = judge(con, *usable)

    assert [outcome.rule for outcome in outcomes] == [rule.name for rule in usable]
    assert [outcome.error for outcome in outcomes] == [None] * len(usable)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.expectation)
def test_a_table_without_rows_breaks_no_rule_about_rows(con: duckdb.DuckDBPyConnection, case: Case) -> None:
    make_table(con, case.good)
    con.execute("delete from t")

    [outcome] = judge(con, case.rule)

    assert outcome.error is None
    assert outcome.unexpected_n in (None, 0)
    assert outcome.passed or outcome.evaluated_n is None


def test_many_rules_cost_few_queries_and_fetch_no_broken_row(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_table(con, "(1, 1), (1, 1), (null, 2)")
    fetched: list[int] = []

    def execute(cursor: EagerCursor, statement: str, parameters: Any = None, context: Any = None) -> None:
        plain_execute(cursor, statement, parameters, context)
        fetched.append(len(cursor._rows))

    plain_execute = EagerCursor.execute
    monkeypatch.setattr(EagerCursor, "execute", execute)
    rules = [
        Rule(f"r{at}", "expect_column_values_to_be_between", {"min_value": at}, "error", "ab"[at % 2])
        for at in range(30)
    ]
    query = Rule(
        "q", "unexpected_rows_expectation", {"unexpected_rows_query": "select * from {batch} where b > 0"}, "error"
    )

    outcomes = judge(con, *rules, query)

    assert outcomes[-1].unexpected_n == 3
    assert len(fetched) <= 6
    assert max(fetched) <= 2, "one row a query, and a row a column for the schema"


@pytest.mark.filterwarnings("ignore:.*:Warning")
def test_the_installed_dialect_loses_the_rows_of_nearly_every_expectation(tmp_path: Path) -> None:
    path = tmp_path / "installed.duckdb"
    with duckdb.connect(str(path)) as connection:
        make_table(connection, "(1, 2), (2, 3)")
    cases = [case for case in CASES if "'" not in case.bad and "columns_to_match_set" not in case.expectation]
    expectation_class("expect_table_columns_to_match_set")
    import great_expectations as gx

    source = gx.get_context(mode="ephemeral").data_sources.add_sql("installed", connection_string=f"duckdb:///{path}")
    batch = source.add_table_asset("t", table_name="t").add_batch_definition_whole_table("all").get_batch()
    installed = [getattr(gx.expectations, _class_name(case))(**_arguments(case)) for case in cases]
    found = batch.validate(gx.ExpectationSuite("all", expectations=installed), result_format="BASIC")

    raised = [each for each in found.results if "raised_exception': True" in str(each.exception_info)]
    assert len(raised) == len(cases), "the installed dialect works now: dialect.py may have had its day"


def _class_name(case: Case) -> str:
    return case.expectation.title().replace("_", "")


def _arguments(case: Case) -> dict[str, Any]:
    return {**case.arguments, **({"column": case.column} if case.column else {})}


def test_the_installed_quantile_expectation_ends_in_a_numpy_bool_and_the_one_here_does_not() -> None:
    here = build_expectation(Rule("r", "expect_column_quantile_values_to_be_between", QUANTILES, "error", "a"), CODES)
    metrics = {"column.quantile_values": [1]}
    from great_expectations.expectations.registry import get_expectation_impl

    installed: Any = get_expectation_impl("expect_column_quantile_values_to_be_between")
    assert isinstance(installed._validate(here, metrics)["success"], np.bool)
    assert here._validate(metrics)["success"] is True


def test_codes_are_looked_up_in_a_list_and_a_subquery_stays_as_it_is() -> None:
    by_list = str(column("a").not_in(["x", "y"]).compile(dialect=Dialect()))
    by_query = str(column("a").not_in(select(column("b"))).compile(dialect=Dialect()))

    assert by_list.startswith("(not list_contains(list_value(")
    assert "NOT IN (SELECT" in by_query


def test_an_expectation_that_raises_is_an_error_and_not_bad_data(con: duckdb.DuckDBPyConnection) -> None:
    make_table(con, "('x', 1), ('y', 2)")
    between = Rule("text_between", "expect_column_values_to_be_between", {"min_value": 1}, "warning", "a")
    absent = Rule("absent", "expect_column_values_to_not_be_null", {}, "error", "c")
    query = Rule(
        "query", "unexpected_rows_expectation", {"unexpected_rows_query": "select * from {batch} where c"}, "error"
    )
    sound = Rule("sound", "expect_column_values_to_not_be_null", {}, "error", "b")

    outcomes = judge(con, between, absent, query, sound)

    assert [outcome.passed for outcome in outcomes] == [False, False, False, True]
    assert [outcome.unexpected_n for outcome in outcomes] == [None, None, None, 0]
    assert [bool(outcome.error) for outcome in outcomes] == [True, True, True, False]
    assert outcomes[0].blocks, "nothing is known about the column, whatever the severity"


def test_a_name_that_is_a_word_of_sql_is_quoted(con: duckdb.DuckDBPyConnection) -> None:
    con.execute('create table t as select 1 as "at", 2 as "order", 3 as "Mixed Case"')
    rules = [
        *(
            Rule(name, "expect_column_values_to_not_be_null", {}, "error", name)
            for name in ("at", "order", "Mixed Case")
        ),
        Rule("key", "expect_compound_columns_to_be_unique", {"column_list": ["at", "order"]}, "error"),
    ]

    assert all(outcome.passed for outcome in judge(con, *rules))


def test_not_a_number_is_larger_than_any_bound_below_it(con: duckdb.DuckDBPyConnection) -> None:
    make_table(con, "('nan'::double)")
    low = Rule("low", "expect_column_values_to_be_between", {"min_value": 0}, "error", "a")
    both = Rule("both", "expect_column_values_to_be_between", {"min_value": 0, "max_value": 1}, "error", "a")

    assert [outcome.passed for outcome in judge(con, low, both)] == [True, False]


@pytest.mark.parametrize(("here", "second"), [(False, 50), (True, 75)])
def test_two_quantile_rules_of_a_column_are_told_apart_here_and_not_as_installed(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, here: bool, second: int
) -> None:
    con.execute("create table t as select i as a from range(101) as x(i)")
    if not here:
        monkeypatch.delattr(OwnQuantiles, "get_validation_dependencies")
    rules = [
        Rule(f"q{share}", "expect_column_quantile_values_to_be_between",
             {"quantile_ranges": {"quantiles": [share], "value_ranges": [[0, 100]]}}, "error", "a")
        for share in (0.5, 0.75)
    ]  # fmt: skip

    outcomes = validate(con, "t", rules, codes=CODES, shown={"a"})

    found = [str(outcome.observed).partition("values: ")[2] for outcome in outcomes]
    assert [float(each) for each in found] == [50, second]
