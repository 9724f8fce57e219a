"""The one door to Great Expectations: what it takes, what it leaves behind and what it never tells."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from data_quality.contract import Rule
from data_quality.engine import build_expectation, validate
from data_quality.outcome import CheckOutcome
from tidewaiter.errors import ContractError, QualityError

CODES: Mapping[str, Sequence[str]] = {"fruit": ("apple", "pear", "plum")}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def make_table(con: duckdb.DuckDBPyConnection, rows: str, name: str = "t") -> None:
    names = "a, b" if rows.split(")")[0].count(",") else "a"
    con.execute(f"create or replace table {name} as select * from (values {rows}) as made({names})")


def judge(con: duckdb.DuckDBPyConnection, *rules: Rule, shown: Sequence[str] = ()) -> tuple[CheckOutcome, ...]:
    return validate(con, "t", rules, codes=CODES, shown=shown)


def test_a_rule_that_cannot_be_built_is_a_contract_error() -> None:
    with pytest.raises(ContractError, match="no expect_miracles"):
        build_expectation(Rule("r", "expect_miracles", {}, "error", "a"), CODES)
    with pytest.raises(ContractError, match="rule r: "):
        build_expectation(Rule("r", "expect_column_values_to_not_be_null", {"colour": "red"}, "error", "a"), CODES)
    with pytest.raises(ContractError, match="no code list is named nut"):
        build_expectation(Rule("r", "expect_column_values_to_be_in_set", {}, "error", "a", "nut"), CODES)


def test_the_second_table_is_judged_by_its_own_columns(con: duckdb.DuckDBPyConnection) -> None:
    make_table(con, "(1), (null)")
    con.execute("create schema other")
    make_table(con, "('x', 1)", "other.t")
    rule = Rule("r", "expect_column_values_to_not_be_null", {}, "error", "a")
    columns = Rule("c", "expect_table_columns_to_match_set", {"column_set": ["a", "b"], "exact_match": True}, "error")

    first = validate(con, "t", [rule, columns], codes=CODES)
    second = validate(con, "other.t", [rule, columns], codes=CODES)

    assert [outcome.passed for outcome in (*first, *second)] == [False, False, True, True]


def test_values_stand_in_an_outcome_only_where_they_may_be_shown(con: duckdb.DuckDBPyConnection) -> None:
    make_table(con, "('Ann', 'Ann'), ('Bob', 'Bob'), ('Cyd', 'Cyd'), ('Dot', 'Dot')")
    names = [Rule(name, "expect_column_values_to_match_regex", {"regex": "^A"}, "error", name) for name in "ab"]
    longest = Rule("sets", "expect_column_distinct_values_to_be_in_set", {"value_set": ["Ann"]}, "error", "a")
    unreadable = Rule(
        "cast",
        "unexpected_rows_expectation",
        {"unexpected_rows_query": "select * from {batch} where a::int = 1"},
        "error",
    )

    hidden, shown, distinct, failed = judge(con, *names, longest, unreadable, shown=["b"])

    assert (hidden.observed, shown.observed) == (None, "Bob, Cyd, Dot")
    assert distinct.observed is None
    assert failed.error is not None
    assert "Ann" not in failed.error


def test_the_connection_is_left_as_it_was(con: duckdb.DuckDBPyConnection) -> None:
    make_table(con, "(1)")
    con.execute("begin")
    con.execute("insert into t values (2)")

    judge(con, Rule("r", "expect_column_values_to_not_be_null", {}, "error", "a"))
    con.execute("rollback")

    assert con.execute("select a from t").fetchall() == [(1,)]
    assert con.execute("select count(*) from duckdb_views() where not internal").fetchall() == [(0,)]


def test_threads_are_judged_each_by_its_own_table() -> None:
    def count_missing(missing_n: int) -> int | None:
        with duckdb.connect() as connection:
            make_table(connection, ", ".join(["(1)"] + ["(null)"] * missing_n))
            [outcome] = judge(connection, Rule("r", "expect_column_values_to_not_be_null", {}, "error", "a"))
            return outcome.unexpected_n

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(count_missing, range(8))) == list(range(8))


def test_a_database_opened_to_read_and_without_replacement_scans_can_be_judged(tmp_path: Path) -> None:
    path = str(tmp_path / "a.duckdb")
    with duckdb.connect(path) as connection:
        make_table(connection, "(1)")
    with duckdb.connect(path, read_only=True, config={"python_enable_replacements": "false"}) as connection:
        [outcome] = judge(connection, Rule("r", "expect_column_values_to_not_be_null", {}, "error", "a"))

    assert outcome.passed


@pytest.mark.parametrize("relation", ["t; drop table t", 't" union all select 1 --', "a.b.c", "'x.parquet'", ""])
def test_a_relation_is_a_plain_name(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    with pytest.raises(QualityError, match="not a plain relation name"):
        validate(con, relation, [], codes=CODES)


def test_a_relation_that_is_not_there_is_an_error(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.CatalogException, match="nowhere"):
        validate(con, "nowhere", [Rule("r", "expect_column_values_to_not_be_null", {}, "error", "a")], codes=CODES)


SCRIPT = """
import sys
import duckdb
from data_quality import checks, engine, suites
assert "great_expectations" not in sys.modules, "imported before it is needed"
con = duckdb.connect()
con.execute("create table t as select 1 as a")
rule = engine.Rule("r", "expect_column_values_to_not_be_null", {}, "error", "a")
assert engine.validate(con, "t", [rule], codes={})[0].passed
"""


def test_validation_writes_no_file_says_nothing_and_gives_no_warning(tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert list(tmp_path.rglob("*")) in ([home, work], [work, home])
