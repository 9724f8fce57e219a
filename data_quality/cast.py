"""Text as read to the values that a contract promises, as SQL.

Belongs here: cleaning, casting, and a row's text as it was filed.
Belongs elsewhere: the rules that say which values are good (hold.py).
"""

from collections.abc import Collection, Sequence

from data_quality.contract import Column, Contract

# Where a row came from, and its number among the raw rows.
PLACE = ("source_file", "source_line", "source_sha256", "raw_row")
FIRST_MOMENT, LAST_MOMENT = "1950-01-01", "2100-01-01"
BLANK_EDGE = "has_blank_edge_"


def as_filed(contract: Contract) -> str:
    """Return the SQL of a raw row's text: as the reader kept it, else its columns as a JSON object."""
    columns = ", ".join(f"{name} := {name}" for name in contract.column_names)
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
        is_judged: whether the text as read (`text_<name>`) of columns that a cast can lose stands beside them, and
            whether any value of a column may begin or end with a blank (`has_blank_edge_<name>`).
    """
    names = contract.column_names
    cut = names if trimmed is None else [name for name in names if name in trimmed]
    edges = [f"{BLANK_EDGE}{name}" for name in names] if is_judged else []
    texts = [f"text_{each.name}" for each in contract.columns if is_judged and not each.is_text]
    beside = ", ".join((*PLACE, *also))
    query = _replace(source, {each.name: each.transform for each in contract.columns if each.transform})
    looked = "".join(f", {_has_blank_edge(name)} as {BLANK_EDGE}{name}" for name in cut)
    query = f"select {', '.join(names)}, {beside}{looked} from ({query})"
    cleaned = [f"{_trim(name)} as {name}" if name in cut else name for name in names]
    query = f"select {', '.join((*cleaned, *edges))}, {beside} from ({query})"
    cast = [f"{_cast(each)} as {each.name}" for each in contract.columns]
    lost = [f"{text.removeprefix('text_')} as {text}" for text in texts]
    query = f"select {', '.join((*cast, *lost, *edges))}, {beside} from ({query})"
    bounded = [_bound(each) for each in contract.columns]
    return f"select {', '.join((*bounded, *texts, *edges))}, {beside} from ({query})"


def _replace(source: str, changed: dict[str, str]) -> str:
    parts = ", ".join(f"{expression} as {name}" for name, expression in changed.items())
    return f"select * replace ({parts}) from {source}" if parts else f"from {source}"


def _has_blank_edge(name: str) -> str:
    """Return the SQL of a quick test that no value fails which trimming would change: other texts are only ASCII."""
    return f"{name} < '!' or ends_with({name}, ' ') or strlen({name}) <> length({name})"


def _trim(name: str) -> str:
    """Trim where the quick test says so, which leaves most values alone; what is then empty is null."""
    return f"case when {BLANK_EDGE}{name} then nullif(trim({name}), '') else {name} end"


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
