"""Ports, countries and cities of the sample: real codes and real town names, no addresses.

Belongs here: Schedule D and K codes, the spellings of the public AMS release, countries, and each one's share.
Belongs elsewhere: who ships there (sample_data/world).
"""

from typing import NamedTuple


class Country(NamedTuple):
    """A country of shipment: its name, towns (town, province, postal code), legal form and shares of the trade."""

    name: str
    towns: tuple[tuple[str, str, str], ...]
    legal_form: str
    parcel_share: float
    ocean_share: float
    price_level: float


COUNTRIES: dict[str, Country] = {
    "CN": Country(
        "China",
        (
            ("Shenzhen", "Guangdong", "518000"), ("Guangzhou", "Guangdong", "510000"), ("Yiwu", "Zhejiang", "322000"),
            ("Hangzhou", "Zhejiang", "310000"), ("Dongguan", "Guangdong", "523000"), ("Ningbo", "Zhejiang", "315000"),
            ("Shanghai", "Shanghai", "200000"), ("Xiamen", "Fujian", "361000"), ("Qingdao", "Shandong", "266000"),
        ),
        "Co., Ltd.", 0.55, 0.44, 1.0,
    ),
    "HK": Country("Hong Kong", (("Kwun Tong", "", ""), ("Tsuen Wan", "", "")), "Limited", 0.11, 0.04, 1.05),
    "VN": Country("Viet Nam", (("Ho Chi Minh City", "", "700000"), ("Hai Phong", "", "180000")), "JSC", 0.05, 0.1, 1.0),
    "KR": Country("South Korea", (("Seoul", "", "04524"), ("Busan", "", "48058")), "Co., Ltd.", 0.05, 0.05, 1.4),
    "JP": Country("Japan", (("Osaka", "Osaka", "530-0001"), ("Tokyo", "Tokyo", "100-0001")), "K.K.", 0.04, 0.02, 1.6),
    "IN": Country(
        "India", (("Mumbai", "Maharashtra", "400001"), ("Surat", "Gujarat", "395003")), "Pvt. Ltd.", 0.05, 0.08, 0.9
    ),
    "GB": Country("United Kingdom", (("Leeds", "", "LS1 4AP"), ("London", "", "E1 6AN")), "Ltd.", 0.03, 0.01, 1.7),
    "DE": Country("Germany", (("Hamburg", "", "20095"), ("Koeln", "", "50667")), "GmbH", 0.02, 0.05, 1.6),
    "IT": Country("Italy", (("Milano", "MI", "20121"), ("Prato", "PO", "59100")), "S.r.l.", 0.02, 0.04, 1.8),
    "TR": Country("Turkey", (("Istanbul", "", "34000"), ("Bursa", "", "16000")), "A.S.", 0.02, 0.03, 1.0),
    "TH": Country("Thailand", (("Bangkok", "", "10110"), ("Chon Buri", "", "20000")), "Co., Ltd.", 0.02, 0.04, 1.0),
    "MY": Country("Malaysia", (("Klang", "Selangor", "41000"), ("Penang", "", "10050")), "Sdn. Bhd.", 0.01, 0.04, 1.0),
    "TW": Country("Taiwan", (("Taichung", "", "400"), ("Kaohsiung", "", "800")), "Co., Ltd.", 0.01, 0.03, 1.3),
    "MX": Country(
        "Mexico", (("Monterrey", "NL", "64000"), ("Nuevo Laredo", "TAMPS", "88000")), "S.A. de C.V.", 0.06, 0.01, 1.0
    ),
    "BR": Country("Brazil", (("Santos", "SP", "11013-000"), ("Sao Paulo", "SP", "01000-000")), "Ltda.", 0.02, 0.02, 1),
    "CO": Country("Colombia", (("Medellin", "ANT", "050001"), ("Bogota", "DC", "110111")), "S.A.S.", 0.02, 0.0, 1.0),
}  # fmt: skip


class Port(NamedTuple):
    """A port of entry for parcels: its name, share of the air stream, modes in use and carriers."""

    name: str
    share: float
    modes: tuple[str, ...]
    carriers: tuple[str, ...]


# The truck carriers are invented; the others are IATA designators of carriers that fly there.
PORTS: dict[str, Port] = {
    "4701": Port("John F Kennedy Airport, NY", 0.26, ("40", "40", "41"), ("CX", "KE", "CA", "LH", "BA")),
    "2720": Port("Los Angeles International Airport", 0.21, ("40", "41"), ("CX", "CI", "CA", "NH")),
    "5206": Port("Miami International Airport", 0.08, ("40",), ("LA", "AV", "CX")),
    "2095": Port("Federal Express, Memphis, TN", 0.13, ("41",), ("FX",)),
    "4115": Port("Louisville, KY", 0.11, ("41",), ("5X",)),
    "3126": Port("Anchorage, AK", 0.08, ("40", "41"), ("FX", "5X", "CI")),
    "3901": Port("Chicago, IL", 0.13, ("40", "40", "41"), ("CX", "KE", "LH", "CA")),
    "2304": Port("Laredo, TX", 0.0, ("30", "30", "30", "31"), ("ZQTR", "ZXLD")),
}
MAIL_PORTS = ("4701", "3901")
# The airport of each port of entry, and airports from which each country's air cargo leaves: IATA codes.
AIRPORTS = {
    "4701": "JFK", "2720": "LAX", "5206": "MIA", "2095": "MEM", "4115": "SDF", "3126": "ANC", "3901": "ORD",
}  # fmt: skip
DEPARTURES: dict[str, tuple[str, ...]] = {
    "CN": ("PVG", "CAN", "SZX", "CGO", "HKG"), "HK": ("HKG",), "VN": ("SGN", "HAN"), "KR": ("ICN",),
    "JP": ("NRT", "KIX"), "IN": ("BOM", "DEL"), "GB": ("LHR",), "DE": ("FRA",), "IT": ("MXP",), "TR": ("IST",),
    "TH": ("BKK",), "MY": ("KUL",), "TW": ("TPE",), "BR": ("GRU",), "CO": ("BOG", "MDE"),
}  # fmt: skip
# Crossings of trucks from Mexico: Schedule D code, state across the border (ISO 3166-2).
CROSSINGS = (("2304", "NLE"), ("2304", "TAM"), ("2402", "CHH"), ("2506", "BCN"))
# Countries whose parcels come by one port: by truck over Laredo, by air over Miami.
PORT_BY_COUNTRY = {"MX": "2304", "BR": "5206", "CO": "5206"}


class SeaPort(NamedTuple):
    """A port as the AMS release spells it, with its Schedule code, UN/LOCODE and share within its country or coast."""

    spelling: str
    code: str
    locode: str
    share: float


# Schedule K.
LADINGS: dict[str, tuple[SeaPort, ...]] = {
    "CN": (
        SeaPort("Shanghai ,China (Mainland)", "57035", "CNSHA", 0.3),
        SeaPort("Yantian,China (Mainland)", "57078", "CNYTN", 0.28),
        SeaPort("Ningpo ,China (Mainland)", "57020", "CNNGB", 0.2),
        SeaPort("Tsingtao,China (Mainland)", "57047", "CNTAO", 0.12),
        SeaPort("Xiamen,China (Mainland)", "57069", "CNXMN", 0.1),
    ),
    "HK": (SeaPort("Hong Kong,Hong Kong", "58201", "HKHKG", 1.0),),
    "VN": (SeaPort("Haiphong,Vietnam", "55201", "VNHPH", 0.5), SeaPort("Vung Tau,Vietnam", "55206", "VNVUT", 0.5)),
    "KR": (SeaPort("Pusan,South Korea", "58023", "KRPUS", 1.0),),
    "JP": (SeaPort("Kobe,Japan", "58840", "JPUKB", 1.0),),
    "IN": (SeaPort("Nhava Sheva,India", "53313", "INNSA", 0.6), SeaPort("Mundra,India", "53306", "INMUN", 0.4)),
    "GB": (SeaPort("Liverpool,United Kingdom", "41251", "GBLIV", 1.0),),
    "DE": (SeaPort("Bremerhaven,Federal Republic of Germany", "42870", "DEBRV", 1.0),),
    "IT": (SeaPort("Genova,Italy", "47527", "ITGOA", 1.0),),
    "TR": (SeaPort("Istanbul,Turkey", "48945", "TRIST", 1.0),),
    "TH": (SeaPort("Laem Chabang,Thailand", "54930", "THLCH", 1.0),),
    "MY": (SeaPort("Port Swettenham,Malaysia", "55751", "MYPKG", 1.0),),
    "TW": (SeaPort("Kaohsiung,China (Taiwan)", "58309", "TWKHH", 1.0),),
    "MX": (SeaPort("Veracruz,Mexico", "20199", "MXVER", 1.0),),
    "BR": (SeaPort("Santos,Brazil", "35177", "BRSSZ", 1.0),),
}
# Schedule D.
UNLADINGS: tuple[SeaPort, ...] = (
    SeaPort("Los Angeles, California", "2704", "USLAX", 0.25),
    SeaPort("New York/Newark Area, Newark, New Jersey", "4601", "USNYC", 0.22),
    SeaPort("Long Beach, California", "2709", "USLGB", 0.19),
    SeaPort("Savannah, Georgia", "1703", "USSAV", 0.11),
    SeaPort("Houston, Texas", "5301", "USHOU", 0.1),
    SeaPort("Seattle, Washington", "3001", "USSEA", 0.07),
    SeaPort("Miami, Florida", "5201", "USMIA", 0.06),
)

# Town, state, first three digits of its ZIP codes.
US_TOWNS: tuple[tuple[str, str, str], ...] = (
    ("Brooklyn", "NY", "112"), ("Buffalo", "NY", "142"), ("Newark", "NJ", "071"), ("Edison", "NJ", "088"),
    ("Boston", "MA", "021"), ("Hartford", "CT", "061"), ("Philadelphia", "PA", "191"), ("Pittsburgh", "PA", "152"),
    ("Baltimore", "MD", "212"), ("Richmond", "VA", "232"), ("Charlotte", "NC", "282"), ("Raleigh", "NC", "276"),
    ("Atlanta", "GA", "303"), ("Savannah", "GA", "314"), ("Miami", "FL", "331"), ("Orlando", "FL", "328"),
    ("Tampa", "FL", "336"), ("Nashville", "TN", "372"), ("Memphis", "TN", "381"), ("Louisville", "KY", "402"),
    ("Columbus", "OH", "432"), ("Cleveland", "OH", "441"), ("Detroit", "MI", "482"), ("Chicago", "IL", "606"),
    ("Naperville", "IL", "605"), ("Milwaukee", "WI", "532"), ("Minneapolis", "MN", "554"), ("St. Louis", "MO", "631"),
    ("Kansas City", "MO", "641"), ("Omaha", "NE", "681"), ("Dallas", "TX", "752"), ("Houston", "TX", "770"),
    ("San Antonio", "TX", "782"), ("Austin", "TX", "787"), ("Laredo", "TX", "780"), ("Denver", "CO", "802"),
    ("Phoenix", "AZ", "850"), ("Las Vegas", "NV", "891"), ("Los Angeles", "CA", "900"), ("Long Beach", "CA", "908"),
    ("San Diego", "CA", "921"), ("San Jose", "CA", "951"), ("Sacramento", "CA", "958"), ("Portland", "OR", "972"),
    ("Seattle", "WA", "981"), ("Anchorage", "AK", "995"), ("Salt Lake City", "UT", "841"), ("Wilmington", "DE", "198"),
)  # fmt: skip
