"""The figures behind the honest trade: every one with its reason and, where there is a public one, its source.

Belongs here: volumes, seasons, parties, prices, noise, exams.
Belongs elsewhere: the adversaries' own figures (each in its module), all of them together (setting.py).
"""

from dataclasses import dataclass, field
from typing import Any

OWN = "no public figure; our own choice"


def told(default: Any, reason: str, source: str = OWN) -> Any:
    """A field with this default, and why it is that; docs/world.md is made from what is said here."""
    return field(default=default, metadata={"reason": reason, "source": source})


@dataclass(frozen=True)
class Volumes:
    """How much arrives on a usual day at scale 1.0."""

    entries: int = told(
        4_000_000, "low-value entries a day", "CBP: 1.36 billion in FY2024, about 4 million a day in 2024"
    )
    bills: int = told(
        120_000,
        "manifest bills a day over all other feeds; with 0 there are entries only",
        "ocean alone is about 15 million bills a year, CBP",
    )
    ocean_share: float = told(0.36, "of the manifest bills, in AMS tables", "41 thousand ocean bills a day, CBP")
    x12_share: float = told(0.04, "of the manifest bills, in X12 309; a minority of filers use it for this")
    air_share: float = told(0.40, "of the manifest bills, house air waybills")
    truck_share: float = told(0.20, "of the manifest bills, truck shipments")
    piece_rows: int = told(200_000, "entries or bills made at a time, which bounds the memory")
    spread: float = told(0.03, "a day is that much above or below what its date says, at most")


@dataclass(frozen=True)
class Seasons:
    """How trade moves over the week and the year."""

    weekday: float = told(1.05, "Monday to Friday against the mean day")
    weekend: float = told(0.88, "Saturday and Sunday; sellers sell on, sorting slows")
    holiday: float = told(1.35, "from 15 November to 20 December", "Census, retail e-commerce: fourth quarter peak")
    new_year: float = told(0.62, "parcels from China and Hong Kong around the Chinese new year")
    group_swing: float = told(0.35, "amplitude of a seasonal group of goods around its peak month")


@dataclass(frozen=True)
class Parties:
    """How many there are, how unequal, and how they come and go. A number N is that of scale 1.0."""

    shippers: int = told(60_000, "shippers of parcels")
    sellers: int = told(150_000, "sellers on marketplaces and their own sites")
    direct: int = told(20_000, "shippers that sell on their own account, without a seller")
    sea_lanes: int = told(40_000, "pairs of an ocean shipper and an importer")
    consignees: int = told(60_000_000, "people who receive parcels, about half of all households of the United States")
    importers: int = told(60_000, "firms that import")
    filers: int = told(800, "filer codes in use; each has ten million numbers")
    growth: float = told(0.66, "parties grow with scale to this power: a smaller world has fewer and busier ones")
    consignee_growth: float = told(0.92, "the same for consignees, who stay mostly strangers")
    filer_growth: float = told(0.4, "the same for filers")
    zipf: float = told(0.9, "volume of the k-th source is as k to the minus this", "firm sizes: Axtell, Science 2001")
    shipper_zipf: float = told(0.6, "consolidation of sources at shippers")
    filer_zipf: float = told(0.35, "filers differ less: express houses file for themselves in several codes")
    lifetime_days: float = told(420.0, "mean life of a source; a closed one is followed by a new one")
    new_shipper_share: float = told(0.35, "new sources that come with a shipper nobody has seen")
    ramp_days: float = told(14.0, "a new source needs that long to reach its volume")
    moves_a_year: float = told(0.06, "shippers that move to another address a year")
    consignee_moves_a_year: float = told(0.087, "people who move a year", "Census, geographic mobility 2022: 8.7 %")
    shared_address_share: float = told(0.08, "shippers at an address of another one: warehouses and agents")
    marketplaces: float = told(0.9, "sellers that are on a marketplace; the others have a site of their own")
    hubs: int = told(3_000, "freight forwarders and drop-ship hubs at which many people receive")
    hub_share: float = told(0.012, "parcels that go to such a hub, honestly")
    regular_share: float = told(0.14, "parcels that go to somebody who buys from the source again and again")
    firm_share: float = told(0.06, "parcels that go to a firm")
    household_share: float = told(0.12, "people who live with somebody else who receives parcels")
    mail_share: float = told(0.12, "honest sources that ship by mail")
    jfk_share: float = told(0.26, "of the air stream enters at JFK", "CBP: about a quarter of low-value air")
    known_share: float = told(0.3, "old shippers who are verified known consignors")
    missing_account: float = told(0.12, "sources whose carrier does not say how old the account is")
    missing_known: float = told(0.14, "sources of which the carrier does not say whether it knows them")


@dataclass(frozen=True)
class Prices:
    """What goods cost, weigh and are said to be worth."""

    origin_sigma: float = told(0.22, "log-spread of a six-digit line's price over origins")
    source_sigma: float = told(0.28, "log-spread of a source's price level: brands and seconds")
    row_sigma: float = told(0.30, "log-spread of a single sale around its source's level")
    discounter_share: float = told(0.05, "sources that honestly sell far below the usual price: clearance, seconds")
    discounter_level: float = told(0.45, "their price level; it overlaps what undervaluers declare")
    round_share: float = told(0.10, "declared values rounded to whole dollars by honest filers")
    listed_share: float = told(0.7, "rows of marketplace goods that show the listed price")
    listed_markup: float = told(0.3, "a listed price is up to this above the value declared")
    weight_sigma: float = told(0.08, "log-spread of weighing and packing")
    packing_share: float = told(0.12, "packing adds up to this to the goods' weight")
    firm_pieces: float = told(5.0, "times a person's quantity that a firm buys, on average")
    second_line_share: float = told(0.03, "entries with a second line")


@dataclass(frozen=True)
class Noise:
    """What honest trade gets wrong or leaves out."""

    spelling_share: float = told(0.07, "rows that spell a shipper other than as registered")
    consignee_spelling_share: float = told(0.05, "rows that spell a person otherwise")
    vague_share: float = told(
        0.03, "honest descriptions that say nothing", "CBP, CSMS 60011750: a known, lasting fault"
    )
    gift_share: float = told(0.012, "parcels between people: no seller, vague text, round value")
    mistake_share: float = told(
        0.016,
        "honest shipments that an exam would still find wrong",
        "illicit 1.2 to 8.2 % in published country studies",
    )
    mistake_low: float = told(0.4, "an honest undervaluation declares at least this share")
    mistake_high: float = told(0.7, "and at most this share")
    amended_share: float = told(0.005, "entries amended later on the same day")
    cancelled_share: float = told(0.0012, "entries cancelled later on the same day")
    ams_amended_share: float = told(0.025, "ocean bills sent again within three days")
    missing_phone: float = told(0.3, "consignees without a telephone number")
    missing_email: float = told(0.4, "consignees without an e-mail address")
    missing_packing: float = told(0.1, "rows without the country of packing")
    wrong_container_share: float = told(0.01, "container numbers with a wrong check digit")
    spoilt_share: float = told(0.0, "rows that break the contract, planted for a sample; none in a proof")


@dataclass(frozen=True)
class Exams:
    """What an exam does with the truth, and when its result is known."""

    delay_days: tuple[int, int] = told((2, 21), "days from the night of selection to the result", "as the proof says")
    delay_mean: float = told(7.0, "mean delay: a gamma with shape 2, cut to the two ends above")
    false_clear: tuple[float, float] = told(
        (0.05, 0.15), "guilty shipments that an exam clears: the easiest kind, and documents"
    )
    easy: tuple[str, ...] = told(
        ("laboratory", "intensive"), "kinds of exam that miss least; a look at documents misses most"
    )
    never_arrived_share: float = told(0.006, "exams that come to nothing because the goods do not come")
