"""Text as read to the values that a contract promises, as SQL.

Belongs here: cleaning, casting, and a row's text as it was filed.
Belongs elsewhere: the rules that say which values are good (hold.py).
"""

from collections.abc import Collection, Sequence

from data_quality.contract import Column, Contract

# Where a row came from, and its number among the raw rows.
PLACE = ("source_file", "source_line", "source_sha256", "raw_row")
FIRST_MOMENT, LAST_MOMENT = "1950-01-01", "2100-01-01"
EDGE = "has_edge_"
# Columns of a raw row that no contract promises.
OTHER = "other_columns"
# Control characters except tab and line breaks, and the bidirectional overrides that disguise text.
UNPRINTABLE = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{200E}\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}]"
# What trim takes away.
BLANK = r"[ \x{A0}\x{1680}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]"
# A row's texts, each on its own line, of which one does not print, has a blank at its edge or is empty.
LINE = "chr(10)"
ODD = rf"{UNPRINTABLE}|\n{BLANK}|{BLANK}\n|\n\n"


def as_filed(contract: Contract) -> str:
    """Return the SQL of a raw row's text: as the reader kept it, else every column as read as a JSON object.

    What no contract promises is one member of it, `other_columns`, itself the text of a JSON object.
    """
    columns = ", ".join(f"{name} := {name}" for name in (*contract.column_names, OTHER))
    return f"coalesce(raw_text, to_json(struct_pack({columns}))::varchar)"


def typed_select(
    contract: Contract,
    source: str,
    *,
    also: Sequence[str] = (),
    trimmed: Collection[str] | None = None,
    is_judged: bool = False,
) -> str:
    """Select each column of raw rows cleaned and cast, with the row's number and where it came from.

    Each step is a query of its own, so that nothing is worked out twice.

    Args:
        also: further columns of the source.
        trimmed: columns that have anything to trim; all of them when not given.
        is_judged: whether beside them stand the text as read of columns that a cast can lose (`text_<name>`), whether
            trimming changes a value (`has_edge_<name>`), and whether any text of the row is worth a look (`is_odd`).
    """
    names = contract.column_names
    texts = [f"text_{each.name}" for each in contract.columns if is_judged and not each.is_text]
    signs = ["is_odd", *(f"{EDGE}{name}" for name in names)] if is_judged else []
    beside = ", ".join((*PLACE, *also))
    query = _replace(source, {each.name: each.transform for each in contract.columns if each.transform})
    if trimmed is None:
        # One look at a whole row costs less than one at each of its texts.
        row = f"concat({LINE}, concat_ws({LINE}, {', '.join(names)}), {LINE})"
        query = f"select *, regexp_matches({row}, '{ODD}') as is_odd from ({query})"
    cleaned = [f"{_clean(name, trimmed)} as {name}" for name in names]
    edges = [f"case when is_odd then {_trim(name)} is distinct from {name} end as {EDGE}{name}" for name in names]
    query = f"select {', '.join((*cleaned, *(['is_odd', *edges] if is_judged else ())))}, {beside} from ({query})"
    cast = [f"{_cast(each)} as {each.name}" for each in contract.columns]
    lost = [f"{text.removeprefix('text_')} as {text}" for text in texts]
    query = f"select {', '.join((*cast, *lost, *signs))}, {beside} from ({query})"
    bounded = [_bound(each) for each in contract.columns]
    return f"select {', '.join((*bounded, *texts, *signs))}, {beside} from ({query})"


def _replace(source: str, changed: dict[str, str]) -> str:
    parts = ", ".join(f"{expression} as {name}" for name, expression in changed.items())
    return f"select * replace ({parts}) from {source}" if parts else f"from {source}"


def _trim(name: str) -> str:
    return f"nullif(trim({name}), '')"


def _clean(name: str, trimmed: Collection[str] | None) -> str:
    """Trim, which takes its time, only where there may be something to trim: null where nothing is left."""
    if trimmed is None:
        return f"case when is_odd then {_trim(name)} else {name} end"
    if name not in trimmed:
        return name
    # Only texts that are not all ASCII can end in another blank.
    may_change = f"{name} < '!' or ends_with({name}, ' ') or strlen({name}) <> length({name})"
    return f"case when {may_change} then {_trim(name)} else {name} end"


def _cast(column: Column) -> str:
    if column.is_text:
        return column.name
    if column.sql_type == "timestamp":
        # What ends in Z and is no time of another zone reads the same without the zones' calendar, in less time.
        zoned = f"try_cast({column.name} as timestamptz) at time zone 'UTC'"
        plain = f"try_cast({column.name} as timestamp)"
        return f"case when ends_with({column.name}, 'Z') then coalesce({plain}, {zoned}) else {zoned} end"
    return f"try_cast({column.name} as {column.sql_type})"


def _bound(column: Column) -> str:
    """Take infinity and years that no feed can mean for unreadable."""
    if column.sql_type not in ("timestamp", "date"):
        return column.name
    return (
        f"case when {column.name} between '{FIRST_MOMENT}' and '{LAST_MOMENT}' then {column.name} end as {column.name}"
    )
