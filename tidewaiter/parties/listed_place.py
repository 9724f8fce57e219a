"""Where listed entities are: the countries and addresses that lists state, beside those that are filed.

Belongs here: countries of lists as codes, filed addresses that a listed entity has.
Belongs elsewhere: names (screen_model.py), hits (screen.py).
"""

import duckdb
import polars as pl

from data_quality.codes import load_codes
from tidewaiter.parties.normalise import plain_country, plain_text
from tidewaiter.policy import Policy

CODED = {"name": pl.String, "code": pl.String}
BEGUN = dict.fromkeys(("list_code", "entity_id", "countries", "street_words", "rest"), pl.String)
MATCHED = ("address", "city", "country", "list_code", "entity_id")


def read_countries(con: duckdb.DuckDBPyConnection, policy: Policy) -> pl.DataFrame:
    """Return each statement of countries on the lists with the codes of those that are known: countries, codes."""
    stated = con.sql("""
        select distinct countries, unnest(string_split(countries, '; ')) as part
        from reference_watchlist_entry where countries is not null order by all
    """).pl()
    names = {**{name: code for code, name in load_codes()["country"].items()}, **policy.screening.country_names}
    known = pl.DataFrame({"name": list(names), "code": list(names.values())}, CODED)
    known = known.select(plain_country(pl.col("name")).alias("plain"), "code").unique("plain", keep="first")
    coded = stated.with_columns(plain_country(pl.col("part")).alias("plain")).join(known, on="plain")
    return coded.group_by("countries").agg(pl.col("code").unique().sort().alias("codes")).sort("countries")


def match_addresses(con: duckdb.DuckDBPyConnection, policy: Policy) -> pl.DataFrame:
    """Return the filed addresses that a listed entity has: MATCHED and matched_words.

    A listed address is street, town and country, and its street may have commas. The filed one has to be what it begins
    with up to a comma, with a number and a word that says where. The filed town has to stand in what follows; where no
    town is filed the entity has to be in the filed country.
    """
    filed = con.sql("select distinct address from core_shipment_party where address is not null order by all").pl()
    filed = filed.with_columns(plain_text(pl.col("address")).alias("street_words"))
    met = filed.join(_begin_addresses(con, policy), on="street_words")
    con.register("met_address", met.select("address").unique().to_arrow())
    placed = con.sql("""
        select distinct address, city, country
        from core_shipment_party semi join met_address using (address) order by all
    """).pl()
    con.unregister("met_address")
    met = met.join(placed.with_columns(plain_text(pl.col("city")).alias("town")), on="address")
    met = met.join(read_countries(con, policy), on="countries", how="left")
    is_town = pl.concat_str(pl.lit(" "), "rest", pl.lit(" ")).str.contains(
        pl.concat_str(pl.lit(" "), "town", pl.lit(" ")), literal=True
    )
    has_town = pl.col("town").str.len_chars().fill_null(0) > 0
    is_there = pl.when(has_town).then(is_town).otherwise(pl.col("codes").list.contains(pl.col("country")))
    told = met.filter(is_there.fill_null(value=False))
    return told.select(*MATCHED, pl.col("street_words").alias("matched_words")).unique(MATCHED).sort(MATCHED)


def _begin_addresses(con: duckdb.DuckDBPyConnection, policy: Policy) -> pl.DataFrame:
    """Return what each listed address begins with up to each comma, where that says where, and the rest of it."""
    listed = con.sql("""
        select distinct list_code, entity_id, countries, address from (
            select list_code, entity_id, countries, unnest(string_split(addresses, '; ')) as address
            from reference_watchlist_entry where addresses is not null)
        order by all
    """).pl()
    parts = listed.with_columns(pl.col("address").str.split(",").list.eval(plain_text(pl.element())).alias("parts"))
    rows = [
        (code, entity, countries, " ".join(filter(None, words[:cut])), " ".join(filter(None, words[cut:])))
        for code, entity, countries, words in parts.select("list_code", "entity_id", "countries", "parts").iter_rows()
        for cut in range(1, len(words))
    ]
    begun = pl.DataFrame(rows, BEGUN, orient="row")
    words = pl.col("street_words").str.split(" ")
    vague = pl.element().is_in(list(policy.screening.address_words))
    says_where = words.list.eval(pl.element().str.contains(r"^[a-z]{3,}$") & ~vague).list.any()
    return begun.filter(pl.col("street_words").str.contains(r"\d") & says_where).unique().sort(list(BEGUN))
