"""Which party each unseen spelling belongs to: by keys, then by likeness.

A pure function of the crosswalk before the date, tonight's unseen spellings and the policy.

Belongs here: from exact links and scored pairs to parties, with the evidence of each.
Belongs elsewhere: finding links and pairs (candidate.py), scoring them (pair.py), the crosswalk (crosswalk.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tidewaiter.parties.crosswalk import MERGED
from tidewaiter.parties.given_name import GivenNames
from tidewaiter.parties.policy import Parties

FIRST, SIMILAR = "first", "similar"
# In order of strength: the first that holds is told as the evidence.
EXACT = ("account", "name_address", "name_email", "name_phone", "name_country")
Ints = npt.NDArray[np.int64]
EVIDENCE = {"evidence": pl.String, "other_spelling_id": pl.String, "pair_score": pl.Float64}


@dataclass(frozen=True)
class Found:
    """What may make tonight's unseen spellings parties.

    Attributes:
        unseen: spelling_id, name_key, natural_id (what its party is called should it be the first).
        exact: spelling_id, evidence, other_spelling_id, party_id (of the other, null when it is unseen too) and
            linked_on (when the crosswalk had the other).
        scored: the same with pair_score in place of evidence, most likely first, and has_one_number, whether both
            give one importer's number.
        known_names: party_id, name_key of the known parties among them, no more of each than show that it has too many;
            empty where nothing is scored.
    """

    unseen: pl.DataFrame
    exact: pl.DataFrame
    scored: pl.DataFrame
    known_names: pl.DataFrame


@dataclass(frozen=True)
class Linked:
    """What became of the unseen spellings.

    Attributes:
        links: spelling_id, party_id, evidence, other_spelling_id, pair_score.
        merges: rows of party.party: known parties that an unseen spelling has shown to be one.
    """

    links: pl.DataFrame
    merges: pl.DataFrame


def link_spellings(found: Found, policy: Parties) -> Linked:
    """Return the party of each unseen spelling, with its evidence, and the known parties that became one."""
    nodes = _number_nodes(found)
    exact, scored = _number_links(found.exact, nodes), _number_links(found.scored, nodes)
    groups = _join_exact(exact, nodes.height)
    members = nodes.with_columns(group=pl.Series(groups))
    groups, joined = _join_similar(scored, members, found.known_names, policy)
    members = nodes.with_columns(group=pl.Series(groups))
    named = _name_groups(members, pl.concat([exact, scored], how="diagonal"))
    evidence = _tell_evidence(exact, scored.filter(pl.Series(joined, dtype=pl.Boolean)))
    unseen = members.filter(~pl.col("is_party")).join(named, on="group", how="left", maintain_order="left")
    links = unseen.join(evidence, on="id", how="left", maintain_order="left")
    is_first = (pl.col("id") == pl.col("founder")).fill_null(False)
    told = [pl.when(~is_first).then(pl.col(name)).alias(name) for name in ("other_spelling_id", "pair_score")]
    links = links.with_columns(pl.when(is_first).then(pl.lit(FIRST)).otherwise("evidence").alias("evidence"), *told)
    links = links.select(pl.col("id").alias("spelling_id"), "party_id", *EVIDENCE)
    return Linked(links.sort("spelling_id"), _list_merges(members, named, exact))


def _number_nodes(found: Found) -> pl.DataFrame:
    """Return the spellings and the known parties that they may join, each with a number; spellings first."""
    spellings = found.unseen.sort("spelling_id").select(
        pl.col("spelling_id").alias("id"), "name_key", "natural_id", is_party=pl.lit(False)
    )
    parties = pl.concat([found.exact.select("party_id"), found.scored.select("party_id")]).drop_nulls().unique()
    known = parties.sort("party_id").select(pl.col("party_id").alias("id"), is_party=pl.lit(True))
    return pl.concat([spellings, known], how="diagonal").with_row_index("number")


def _number_links(links: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """Return the links with `left` and `right`, the numbers of the two that they connect."""
    numbers = nodes.select("number", "id")
    far = pl.coalesce("party_id", "other_spelling_id").alias("far")
    return (
        links.with_columns(far)
        .join(numbers.rename({"number": "left"}), left_on="spelling_id", right_on="id", maintain_order="left")
        .join(numbers.rename({"number": "right"}), left_on="far", right_on="id", maintain_order="left")
    )


def _join_exact(exact: pl.DataFrame, count: int) -> Ints:
    """Return for each number the least of those that exact keys connect with it."""
    if exact.is_empty():
        return np.arange(count)
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ends = (exact["left"].to_numpy(), exact["right"].to_numpy())
    graph = coo_matrix((np.ones(exact.height, dtype=np.int8), ends), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    _, first = np.unique(labels, return_index=True)
    return np.asarray(first[labels], dtype=np.int64)


def _list_names(members: pl.DataFrame, known: pl.DataFrame) -> dict[int, set[str]]:
    """Return the names of each group: of its unseen spellings, and of its known parties on any night before."""
    parties = members.filter("is_party").select("group", party_id="id")
    every = pl.concat([
        members.select("group", "name_key").drop_nulls(),
        parties.join(known, on="party_id").select("group", "name_key"),
    ])  # fmt: skip
    return {group: set(names) for group, names in every.group_by("group").agg("name_key").rows()}


def _join_similar(
    scored: pl.DataFrame, members: pl.DataFrame, known_names: pl.DataFrame, policy: Parties
) -> tuple[Ints, Sequence[bool]]:
    """Join groups by likeness, the most likely pair first, and return the groups and which pairs joined two.

    Two are not joined where the party would have more than `max_party_names` names, those of earlier nights counted;
    where their names are of two persons, whatever third name is like both, but for one importer's number; or where both
    have a known party: what was told apart on earlier nights is not made one by likeness alone.
    """
    groups = members["group"].to_numpy()
    left, right = (groups[scored[side].to_numpy()].tolist() for side in ("left", "right"))
    parent = {group: group for group in sorted({*left, *right})}
    involved = members.filter(pl.col("group").is_in(list(parent)))
    names, known = _list_names(involved, known_names), set(involved.filter("is_party")["group"])
    given, joined = GivenNames(policy), []
    for one, two, is_one in zip(left, right, scored["has_one_number"], strict=True):
        low, high = sorted((_find_root(parent, one), _find_root(parent, two)))
        joins = low != high and not {low, high} <= known and len(names[low] | names[high]) <= policy.max_party_names
        joins = joins and (is_one or not given.part(names[low], names[high]))
        if joins:
            parent[high], names[low] = low, names[low] | names[high]
            known |= {low} if high in known else set()
        joined.append(joins)
    roots = {group: _find_root(parent, group) for group in parent}
    return np.array([roots.get(group, group) for group in groups.tolist()], dtype=np.int64), joined


def _find_root(parent: dict[int, int], group: int) -> int:
    while parent[group] != group:
        parent[group] = parent[parent[group]]
        group = parent[group]
    return group


def _name_groups(members: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Return group, party_id and founder: the oldest known party, else a new one, called by the first natural id."""
    since = links.drop_nulls("party_id").group_by("party_id").agg(pl.col("linked_on").min())
    known = (
        members.filter("is_party")
        .join(since, left_on="id", right_on="party_id", how="left")
        .sort("linked_on", "id")
        .group_by("group", maintain_order=True)
        .agg(pl.col("id").first().alias("known_id"))
    )
    founded = (
        members.filter(~pl.col("is_party"))
        .sort("natural_id", "id")
        .group_by("group", maintain_order=True)
        .agg(pl.col("natural_id").first().alias("new_id"), pl.col("id").first().alias("founder"))
    )
    named = founded.join(known, on="group", how="left")
    is_new = pl.col("known_id").is_null()
    founder = pl.when(is_new).then("founder").alias("founder")
    return named.select("group", pl.coalesce("known_id", "new_id").alias("party_id"), founder)


def _tell_evidence(exact: pl.DataFrame, similar: pl.DataFrame) -> pl.DataFrame:
    """Return the strongest evidence of each spelling that has any: id and EVIDENCE."""
    links = pl.concat([exact, similar.with_columns(evidence=pl.lit(SIMILAR))], how="diagonal")
    links = links.with_columns(pair_score=pl.col("pair_score").cast(pl.Float64))
    strength = pl.col("evidence").replace_strict({kind: at for at, kind in enumerate((*EXACT, SIMILAR))})
    forth = links.select(pl.col("spelling_id").alias("id"), *EVIDENCE)
    back = links.filter(pl.col("party_id").is_null()).select(
        pl.col("other_spelling_id").alias("id"),
        "evidence",
        pl.col("spelling_id").alias("other_spelling_id"),
        "pair_score",
    )
    every = pl.concat([forth, back]).with_columns(strength=strength)
    every = every.sort("id", "strength", "pair_score", "other_spelling_id", descending=[False, False, True, False])
    return every.unique("id", keep="first", maintain_order=True).drop("strength")


def _list_merges(members: pl.DataFrame, named: pl.DataFrame, exact: pl.DataFrame) -> pl.DataFrame:
    """Return the known parties that are another from now on, each with the first link that shows it."""
    gone = (
        members.filter("is_party")
        .join(named, on="group")
        .filter(pl.col("id") != pl.col("party_id"))
        .select(pl.col("id").alias("gone_id"), pl.col("party_id").alias("other_id"))
    )
    by = exact.sort("party_id", "spelling_id", "evidence").unique("party_id", keep="first", maintain_order=True)
    told = gone.join(by, left_on="gone_id", right_on="party_id").sort("gone_id")
    score = pl.lit(None, dtype=pl.Float64).alias("pair_score")
    gone_id, change = pl.col("gone_id").alias("party_id"), pl.lit(MERGED).alias("change")
    return told.select(gone_id, change, "other_id", "spelling_id", "evidence", score)
