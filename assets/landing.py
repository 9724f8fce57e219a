"""What the raw and held assets share: publishing what was read, and the checks on files.

Belongs here: the checks on files and rows, raw publication.
Belongs elsewhere: asset definitions (manifests.py, outcomes.py), reading and publishing (tidewaiter/night/landing.py).
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from assets.expectation import Judged, judge_landing, keep_findings, refuse_minima, report_expected
from assets.table import Event, Output, asset_key, preview, tabulate
from data_quality.contract import load_contract
from data_quality.newcomer import name_held, name_unlisted
from data_quality.outcome import CheckOutcome
from data_quality.suites import evaluate_table
from pipelines.resources import Work
from tidewaiter.engine.duckdb import count_rows
from tidewaiter.errors import add_fix
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.ledger import LEDGER
from tidewaiter.ingest.reading import FileRecord, usual_rows
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.ingest.stray import list_strays
from tidewaiter.ingest.version import VERSION
from tidewaiter.night.landing import publish_files, publish_rows, read_feed

MOST_FILES = 500
AGREE_CHECK = "filings_agree"
FILE_CHECKS = ("files_accepted", "columns_known", "rows_arrived")
HELD_CHECKS = ("held_share", "codes_known")
STRAY_CHECK = "nothing_astray"
MOST_STRAYS = 50


def publish_raw(work: Work, feed: Feed) -> Iterator[Event]:
    """Read the feed's files of the date, publish their rows as text and what became of each file.

    Raises:
        QualityError: far too little landed; what became of each file is published, the rows are not.
    """
    records = read_feed(work, feed)
    checks = tuple(_check_files(work, feed, records))
    judged = judge_landing(work, feed, records) + Judged(f"raw.{feed.noun}", checks=checks)
    results = [*checks, report_expected(work, judged, asset_key(judged.table))]
    keep_findings(work, [judged])
    publish_files(work, feed)
    if judged.stops:
        yield from results
        refuse_minima(work, judged)
    rows = publish_rows(work, feed)
    first = Output(feed.tables[0], f"raw_{load_contract(feed.tables[0]).noun}")
    yield dg.MaterializeResult(
        asset_key=asset_key(f"raw.{feed.noun}"),
        metadata={
            "dagster/row_count": sum(rows.values()),
            "files": len(records),
            "read": tabulate_files(("file", "status", "rows_n", "cause"), [_describe_record(each) for each in records]),
            "ledger": dg.MetadataValue.asset(asset_key(LEDGER)),
            "rows": dg.MetadataValue.json(rows),
            **preview(work, first),
        },
        check_results=results,
    )


def _describe_record(record: FileRecord) -> tuple[str | int | None, ...]:
    return (record.file, record.status, record.rows_n, record.cause)


def tabulate_files(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> dg.MarkdownMetadataValue:
    """Return what became of files as a Markdown table, of the first ones where there are many."""
    return tabulate(columns, [[None if each is None else str(each) for each in row] for row in rows[:MOST_FILES]])


def _check_files(work: Work, feed: Feed, records: Sequence[FileRecord]) -> Iterator[dg.AssetCheckResult]:
    refused = {
        record.file: add_fix(record.cause or "", record.fix or "") for record in records if record.status == "refused"
    }
    noted = {record.file: record.notes for record in records if record.notes}
    rows = sum(record.rows_n or 0 for record in records)
    usual = usual_rows(work.lake, feed, work.on)
    yield _check(feed, "files_accepted", not refused, dg.AssetCheckSeverity.ERROR, refused)
    yield _check(feed, "columns_known", not noted, dg.AssetCheckSeverity.WARN, noted)
    missing = {} if rows or not usual else {feed.folder: f"no rows for {work.on}; {usual:,} in the seven days before"}
    yield _check(feed, "rows_arrived", not missing, dg.AssetCheckSeverity.WARN, missing)


def _check(
    feed: Feed, name: str, passed: bool, severity: dg.AssetCheckSeverity, found: dict[str, str]
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset_key(f"raw.{feed.noun}"),
        check_name=name,
        passed=passed,
        severity=severity,
        metadata={file: dg.MetadataValue.text(text) for file, text in found.items()},
    )


def judge_files(work: Work, feed: Feed) -> tuple[dg.AssetCheckResult, ...]:
    """Return the check that no file was refused for holding too many rows, with the rules most often broken.

    Codes for which rows of the accepted files are held, because no list has them, are named with it.
    """
    refused = work.con.execute(
        f"select file, cause from judged_file_{feed.noun} where too_many order by file"
    ).fetchall()
    return (
        dg.AssetCheckResult(
            asset_key=asset_key(f"held.{feed.noun}"),
            check_name="held_share",
            passed=not refused,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={file: dg.MetadataValue.text(cause) for file, cause in refused},
        ),
    )


def judge_codes(work: Work, feed: Feed) -> dg.AssetCheckResult:
    """Return the check that names, with their rows, the codes that no list in force has."""
    found: dict[str, str] = {}
    for table in feed.tables:
        contract = load_contract(table)
        named = {
            **name_unlisted(work.con, contract, f"kept_{contract.noun}", work.codes),
            **name_held(work.con, contract, f"held_{feed.noun}", str(work.lake.existing(table, work.on))),
        }
        found |= {f"{contract.noun}.{column}": text for column, text in named.items()}
    return dg.AssetCheckResult(
        asset_key=asset_key(f"held.{feed.noun}"),
        check_name="codes_known",
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={column: dg.MetadataValue.text(text) for column, text in found.items()},
    )


def judge_filings(work: Work) -> dg.AssetCheckResult:
    """Return the check that no filing says something else than the one of the same moment that landed before it."""
    found = work.con.execute(
        """
        select source_file, count(*) as filings_n, any_value(shipment_id order by shipment_id) as first_id
        from core_shipment_version where is_conflict and landed_on = $on group by source_file order by source_file
        """,
        {"on": work.on},
    ).fetchall()
    return dg.AssetCheckResult(
        asset_key=asset_key(VERSION),
        check_name=AGREE_CHECK,
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={file: f"{filings_n} filings, the first for {first_id}" for file, filings_n, first_id in found},
    )


def judge_strays(work: Work) -> dg.AssetCheckResult:
    """Return the check that names what lies in the landing folder where no night of any date reads it."""
    strays = list_strays(work.settings.landing, FEEDS)
    found = {each.name: each.why for each in strays[:MOST_STRAYS]}
    more = {"more": f"{len(strays) - MOST_STRAYS:,} others"} if len(strays) > MOST_STRAYS else {}
    return dg.AssetCheckResult(
        asset_key=asset_key(LEDGER),
        check_name=STRAY_CHECK,
        passed=not strays,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={name: dg.MetadataValue.text(text) for name, text in {**found, **more}.items()},
    )


def judge_kept(work: Work, feed: Feed) -> tuple[CheckOutcome, ...]:
    """Return what Great Expectations says of the feed's kept rows by their contracts: none should break a rule.

    A rebuild takes the split's own word for it.
    """
    if work.is_rebuild:
        return ()
    beside = ("source_file", "source_line", "source_sha256", "landed_on")
    found: list[CheckOutcome] = []
    for table in feed.tables:
        contract = load_contract(table)
        relation = f"kept_{contract.noun}"
        if count_rows(work.con, relation):
            found += evaluate_table(work.con, relation, contract, work.codes, beside=beside)
    return tuple(found)
