"""How well goods texts are judged against tariff headings: official wording, shop wording, planted headings.

Wording of six-digit lines comes from another source than the tariff that is learned from. Shop wording is made: its
phrases are those of the sample, styled as filers would. A planted heading is another one of the same group of goods.

Belongs here: the rows about goods texts.
Belongs elsewhere: judging texts (tidewaiter/wording, tidewaiter/features/text.py), the made texts (sample_data).
"""

from pathlib import Path

import numpy as np
import polars as pl

from tidewaiter.features.text import compute
from tidewaiter.policy import Policy
from tidewaiter.prove.parties.row import Asked, Row, count_cpu
from tidewaiter.wording.learn import COUNTS, count_tariff, count_words, join_tariff

# What nearest texts by TF-IDF reach on official and on shop wording, measured once beside this.
TF_IDF_OFFICIAL, TF_IDF_SHOP = 0.91, 0.41
# Senders who use each phrase of a line that is learned from.
SENDERS, HONEST_ALERTED, SEED = 3, 0.01, 97
NO_PAST = pl.DataFrame(schema=COUNTS)


def measure_tariff(asked: Asked) -> Row:
    """Return a row that is not asked for: headings of official wording by the tariff alone."""
    found, cpu_s, told = "-", 0.0, "the tariff and the texts of six-digit lines are not there"
    figures: dict[str, float] = {}
    tariff, lines = read_tariff(asked.lists), _find(asked.lists, ("hscode", "description", "level"))
    if tariff is not None and lines is not None:
        official = lines.filter(pl.col("level") == "6").select(
            pl.col("description").alias("text"), pl.col("hscode").str.slice(0, 4).alias("heading")
        )
        with count_cpu() as spent:
            known = join_tariff(NO_PAST, count_tariff(tariff, asked.policy.words.vague_terms))
            share = _share_right(official, known, asked.policy)
            shop = _share_right(asked.goods().unique(["wording", "heading", "group"]), known, asked.policy)
        cpu_s, figures = spent.cpu_s, {"official": share, "shop": shop}
        found = f"official wording {share:.3f}, shop wording {shop:.3f}"
        told = f"{tariff.height:,} texts of the tariff, {official.height:,} official wordings"
    return Row(
        name="heading by the tariff alone",
        asked=f"beside it: TF-IDF {TF_IDF_OFFICIAL:.2f} and {TF_IDF_SHOP:.2f}",
        found=found,
        is_met=None,
        cpu_s=cpu_s,
        remark=f"{told}; share of all texts whose likeliest heading is theirs",
        figures=figures,
    )


def measure_shop(asked: Asked) -> Row:
    """Return a row that is not asked for: planted headings among shop wordings, after a past with most phrases."""
    goods, tariff = asked.goods(), read_tariff(asked.lists)
    past = goods.filter(pl.col("wording") > 0).select(
        pl.col("text").alias("description"), "heading", pl.lit(SENDERS).alias("senders_n")
    )
    with count_cpu() as spent:
        taught = count_words(past, asked.policy.words.vague_terms)
        said = count_tariff(tariff, asked.policy.words.vague_terms) if tariff is not None else None
        known = join_tariff(taught, said if said is not None else _no_tariff())
        shares = {
            name: _find_planted(goods.filter(is_met), known, asked.policy)
            for name, is_met in (("seen", pl.col("wording") > 0), ("new", pl.col("wording") == 0))
        }
        judged = _judge(pl.DataFrame({"text": asked.policy.words.vague_terms}), known, asked.policy)
    vague = judged["text_heading_log_ratio"].null_count() / judged.height
    return Row(
        name="planted headings, shop wording",
        asked="beside it",
        found=f"found {shares['seen'][0]:.3f} of seen phrases, {shares['new'][0]:.3f} of new ones",
        is_met=None,
        cpu_s=spent.cpu_s,
        remark=f"at {HONEST_ALERTED:.0%} of honest texts; {goods.height:,} texts; not judged: {shares['seen'][1]:.1%} "
        f"of seen, {shares['new'][1]:.1%} of new phrases, {vague:.0%} of vague terms; "
        f"{'with' if tariff is not None else 'without'} the tariff's wording",
        figures={"seen": shares["seen"][0], "new": shares["new"][0]},
    )


def read_tariff(folder: Path | None) -> pl.DataFrame | None:
    """Return hts_code and description of the tariff's lines and statistical numbers; None where they are not there."""
    brief = _find(folder, ("hts8", "brief_description"))
    full = _find(folder, ("hs10", "description"))
    if brief is None or full is None:
        return None
    parts = [
        brief.select(pl.col("hts8").alias("hts_code"), pl.col("brief_description").alias("description")),
        full.select(pl.col("hs10").alias("hts_code"), "description"),
    ]
    return pl.concat(parts).drop_nulls()


def _find(folder: Path | None, columns: tuple[str, ...]) -> pl.DataFrame | None:
    """Return the first CSV of a folder, by name, that has the columns, all text."""
    for file in sorted(folder.glob("*.csv")) if folder is not None else []:
        with file.open(encoding="utf-8", errors="replace") as handle:
            header = handle.readline().strip().lstrip("\ufeff").split(",")
        if set(columns) <= set(header):
            return pl.read_csv(file, infer_schema=False, encoding="utf8-lossy")
    return None


def _no_tariff() -> pl.DataFrame:
    return pl.DataFrame(schema={"word": pl.String, "heading": pl.String, "tariff_share": pl.Float64})


def _judge(texts: pl.DataFrame, known: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    heading = pl.col("heading") if "heading" in texts.columns else pl.lit("6109")
    shipments = texts.select(
        pl.int_range(pl.len()).alias("shipment_id"), pl.col("text").alias("description"), heading.alias("hts10")
    )
    return compute(shipments, known, policy)


def _share_right(texts: pl.DataFrame, known: pl.DataFrame, policy: Policy) -> float:
    """Return how many of the texts point to their own heading; a text that is not judged does not."""
    likely = _judge(texts, known, policy)["text_likely_heading"]
    return int((likely == texts["heading"].cast(pl.Float64)).sum()) / texts.height


def _find_planted(goods: pl.DataFrame, known: pl.DataFrame, policy: Policy) -> tuple[float, float]:
    """Return the share of planted headings found at so many honest alerts, and the share of texts not judged."""
    rng = np.random.default_rng(SEED)
    planted = goods.group_by("group", maintain_order=True).map_groups(lambda part: _swap(part, rng))
    planted = planted.filter(pl.col("heading") != pl.col("own"))
    honest = _judge(goods, known, policy)["text_heading_log_ratio"]
    limit = honest.drop_nulls().quantile(HONEST_ALERTED * len(honest) / max(len(honest.drop_nulls()), 1))
    told = _judge(planted, known, policy)["text_heading_log_ratio"]
    return int((told < limit).sum()) / planted.height, honest.null_count() / honest.len()


def _swap(part: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    shuffled = part["heading"].gather(pl.Series(rng.permutation(part.height)))
    return part.with_columns(pl.col("heading").alias("own"), shuffled.alias("heading"))
