"""How well records of persons are told to be one: FEBRL's third data set, or one made in its layout.

The project has no column for a date of birth. A social security number takes the place of an importer's number, which
for a person is that number; the suburb and the state are left out.

Belongs here: the rows about FEBRL3 and about two persons of one home.
Belongs elsewhere: resolving (tidewaiter/parties).
"""

from pathlib import Path

import numpy as np
import polars as pl

from tidewaiter.prove.parties.made_party import make_households, make_persons
from tidewaiter.prove.parties.resolved import compare_parties, resolve_made
from tidewaiter.prove.parties.row import Asked, Row, count_cpu

LEAST_F1 = 0.98
PERSONS, HOMES, SPELLINGS, SEED = 2_000, 2_000, 3, 98


def measure_persons(asked: Asked) -> Row:
    """Return the row: pairwise F1 over the records."""
    made = read_febrl(asked.febrl) if asked.febrl else make_persons(np.random.default_rng(SEED), PERSONS, SPELLINGS)
    with count_cpu() as spent:
        found = resolve_made(made, asked.policy)
    agreement = compare_parties(made["party"], found)
    told = "FEBRL3" if asked.febrl else "invented persons (the data set is not there)"
    return Row(
        name="records of persons, FEBRL3",
        asked=f"F1 {LEAST_F1:.2f}",
        found=f"F1 {agreement.f1:.4f} (precision {agreement.precision:.4f}, recall {agreement.recall:.4f})",
        is_met=agreement.f1 >= LEAST_F1 if asked.febrl else None,
        cpu_s=spent.cpu_s,
        remark=f"{told}: {made.height:,} records, {agreement.pairs_n:,} pairs. Records that share no address, house, "
        "number or name with ZIP are never compared, there is no date of birth to compare, and many duplicates have "
        "another name altogether",
        figures={"f1": agreement.f1, "precision": agreement.precision, "recall": agreement.recall},
    )


def measure_households(asked: Asked) -> Row:
    """Return a row that is not asked for: two persons of one home, half of them much alike by given name."""
    names = asked.policy.parties.given_names
    made = make_households(np.random.default_rng(SEED), asked.size(HOMES), SPELLINGS, names)
    with count_cpu() as spent:
        found = resolve_made(made, asked.policy)
    agreement = compare_parties(made["party"], found)
    told = f"{made.height:,} spellings of {made['party'].n_unique():,} invented persons, with given names of the policy"
    return Row(
        name="two persons of one home and surname",
        asked="beside it",
        found=f"precision {agreement.precision:.4f}, recall {agreement.recall:.4f}",
        is_met=None,
        cpu_s=spent.cpu_s,
        remark=f"{told}. A name that is mistyped into another one of the list becomes a person of its own",
        figures={"precision": agreement.precision, "recall": agreement.recall},
    )


def read_febrl(file: Path) -> pl.DataFrame:
    """Return the records in the columns of spellings, with `party`, the original that each is a duplicate of."""
    read = pl.read_csv(file, infer_schema=False)
    read = read.rename({name: name.strip() for name in read.columns}).with_columns(pl.all().str.strip_chars())
    read = read.with_columns(pl.when(pl.all() != "").then(pl.all()).name.keep())
    return read.select(
        pl.col("rec_id").str.extract(r"rec-(\d+)-").cast(pl.Int64).alias("party"),
        pl.lit("receiver").alias("party_kind"),
        pl.concat_str("given_name", "surname", separator=" ", ignore_nulls=True).alias("name"),
        pl.concat_str("street_number", "address_1", separator=" ", ignore_nulls=True).alias("address"),
        pl.col("postcode").alias("postal_code"),
        pl.lit("US").alias("country"),
        pl.col("soc_sec_id").alias("importer_number"),
    )
