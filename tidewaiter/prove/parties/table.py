"""The rows of `tidewaiter prove parties`, in the order in which they are printed.

Belongs here: which rows there are.
Belongs elsewhere: measuring each (one module a row), printing (tidewaiter/command/prove_parties.py).
"""

from collections.abc import Callable

from tidewaiter.prove.parties.altered_name import measure_altered, measure_cost
from tidewaiter.prove.parties.company import measure_hard, measure_world
from tidewaiter.prove.parties.component import measure_graph
from tidewaiter.prove.parties.goods_text import measure_shop, measure_tariff
from tidewaiter.prove.parties.person import measure_households, measure_persons
from tidewaiter.prove.parties.row import Asked, Row
from tidewaiter.prove.parties.shift import measure_rise

ROWS: dict[str, Callable[[Asked], Row]] = {
    "altered": measure_altered,
    "cost": measure_cost,
    "company": measure_world,
    "hard": measure_hard,
    "persons": measure_persons,
    "households": measure_households,
    "rise": measure_rise,
    "graph": measure_graph,
    "tariff": measure_tariff,
    "goods": measure_shop,
}
