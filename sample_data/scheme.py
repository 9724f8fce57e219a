"""The few dishonest parties of the sample: what each scheme does, and what an examination of it would establish.

Belongs here: kinds of dishonesty, their shares, and the honest mistakes of everybody else.
Belongs elsewhere: how a scheme's rows are drawn (source.py, entry.py), which of them are examined (finding.py).
The true state never leaves memory.
"""

from typing import NamedTuple

import numpy as np

from sample_data.word import Flags, Floats, pick

HONEST = "honest"


class Scheme(NamedTuple):
    """One kind of dishonesty: its share of all entries, its goods, and the findings behind its guilty rows."""

    share: float
    guilty_share: float
    groups: tuple[str, ...]
    word: str
    price_level: float
    findings: tuple[tuple[str, float], ...]


SCHEMES: dict[str, Scheme] = {
    "undervalue": Scheme(0.011, 0.85, ("phone", "bag", "computer", "appliance"), "", 1.0, (("UNDERVALUED", 1.0),)),
    "counterfeit": Scheme(
        0.006, 0.85, ("footwear", "watch", "eyewear", "bag", "jewellery"), "", 0.5, (("IPR_COUNTERFEIT", 1.0),)
    ),
    "contraband": Scheme(
        0.004, 0.6, ("machine", "chemical", "auto"), "", 0.6,
        (("NARCOTICS", 0.2), ("PRECURSOR", 0.35), ("PILL_PRESS", 0.3), ("MISMANIFESTED", 0.15)),
    ),
    "forced_labour": Scheme(0.004, 0.7, ("apparel", "home"), "cotton", 0.85, (("UFLPA_DETAINED", 1.0),)),
    "split": Scheme(0.003, 0.85, ("phone", "computer"), "", 1.0, (("STRUCTURED", 1.0),)),
    "false_origin": Scheme(0.005, 0.75, ("tool", "kitchen", "furniture", "home"), "", 0.9, (("FALSE_ORIGIN", 1.0),)),
    "unsafe": Scheme(
        0.005, 0.5, ("phone", "toy", "health", "beauty"), "", 0.65,
        (("UNSAFE_PRODUCT", 0.6), ("FDA_REFUSED", 0.3), ("PROHIBITED", 0.1)),
    ),
}  # fmt: skip

HONEST_MISTAKE_SHARE = 0.021
_MISTAKES = (
    ("MISCLASSIFIED", 0.52),
    ("UNDERVALUED", 0.33),
    ("PROHIBITED", 0.06),
    ("MISMANIFESTED", 0.05),
    ("WEAPON", 0.04),
)
# A mistake in these goods is a product fault instead.
_MISTAKE_BY_GROUP: dict[str, str] = {
    "toy": "UNSAFE_PRODUCT", "light": "UNSAFE_PRODUCT", "appliance": "UNSAFE_PRODUCT", "food": "FDA_REFUSED",
    "health": "FDA_REFUSED", "beauty": "FDA_REFUSED", "watch": "IPR_COUNTERFEIT", "footwear": "IPR_COUNTERFEIT",
}  # fmt: skip
CONTRABAND_CODES = ("NARCOTICS", "PRECURSOR", "PILL_PRESS", "WEAPON", "MISMANIFESTED")


class Cell(NamedTuple):
    """One front of a scheme: its country, the days on which it works, and the gang whose address it shares."""

    scheme: str
    gang: int
    country: str
    born: int
    died: int


def list_cells(days: int) -> list[Cell]:
    """Every front in a fixed order. The counterfeit gangs close and re-open under new names every eight days."""
    cells = [
        Cell(
            "undervalue", gang, ("CN", "CN", "HK", "CN", "IN", "CN")[gang], days * (0, 0, 0, 0, 3, 5)[gang] // 10, days
        )
        for gang in range(6)
    ]
    for gang, offset in ((0, 0), (1, -4)):
        cells += [Cell("counterfeit", gang, "CN", born, born + 8) for born in range(offset, days, 8)]
    cells += [
        Cell("contraband", gang, ("CN", "HK", "MX")[gang], days * (0, 2, 5)[gang] // 10, days) for gang in range(3)
    ]
    cells += [Cell("forced_labour", gang, "CN", 0, days) for gang in range(3)]
    cells += [Cell("split", gang, ("CN", "HK")[gang], days * 4 * gang // 10, days) for gang in range(2)]
    cells += [Cell("false_origin", gang, ("VN", "MY", "TH")[gang], days * 2 // 10, days) for gang in range(3)]
    return cells + [Cell("unsafe", gang, "CN", 0, days) for gang in range(4)]


def draw_truth(rng: np.random.Generator, scheme: list[str], group: list[str]) -> list[str]:
    """What each shipment would be found to be: a finding code, or NO_DISCREPANCY."""
    n = len(scheme)
    chance = rng.random(n)
    mistakes = pick(rng, [code for code, _ in _MISTAKES], n, [share for _, share in _MISTAKES])
    guilty = {
        name: pick(rng, [code for code, _ in kind.findings], n, [share for _, share in kind.findings])
        for name, kind in SCHEMES.items()
    }
    return [
        _judge(chance[i], name, guilty[name][i] if name in guilty else _MISTAKE_BY_GROUP.get(group[i], mistakes[i]))
        for i, name in enumerate(scheme)
    ]


def _judge(chance: float, scheme: str, code: str) -> str:
    limit = HONEST_MISTAKE_SHARE if scheme == HONEST else SCHEMES[scheme].guilty_share
    return code if chance < limit else "NO_DISCREPANCY"


def draw_value_factor(rng: np.random.Generator, scheme: list[str], truth: list[str]) -> Floats:
    """Declared value as a share of the true value: one, unless the finding would be an undervaluation."""
    bold, careless = rng.uniform(0.12, 0.4, len(truth)), rng.uniform(0.4, 0.7, len(truth))
    is_low = np.array([code == "UNDERVALUED" for code in truth])
    is_honest = np.array([name == HONEST for name in scheme])
    factor: Floats = np.where(is_low, np.where(is_honest, careless, bold), 1.0)
    return factor


def draw_losses(rng: np.random.Generator, truth: list[str], value_usd: Floats, factor: Floats) -> Floats:
    """Duty and fees lost, in USD: a share of the value or of what was hidden; zero where money is not the harm."""
    shares = {
        "MISCLASSIFIED": (0.03, 0.15),
        "FALSE_ORIGIN": (0.2, 0.5),
        "STRUCTURED": (0.15, 0.35),
        "ADCVD_EVASION": (0.5, 2.0),
    }
    draw = rng.random(len(truth))
    low = np.array([shares.get(code, (0.0, 0.0))[0] for code in truth])
    high = np.array([shares.get(code, (0.0, 0.0))[1] for code in truth])
    hidden = np.where(
        [code == "UNDERVALUED" for code in truth], (value_usd / factor - value_usd) * (0.2 + 0.3 * draw), 0.0
    )
    loss: Floats = np.round(value_usd * (low + (high - low) * draw) + hidden, 2)
    return loss


def mark(scheme: list[str], name: str) -> Flags:
    """Which rows belong to the scheme of that name."""
    if name not in SCHEMES:
        raise ValueError(f"no scheme {name}: know {', '.join(SCHEMES)}")
    return np.array([each == name for each in scheme])
