"""All figures of a world in one place, as they are by default.

Belongs here: putting the figures of honest trade, of exams and of every scheme together.
Belongs elsewhere: the figures themselves, with their reasons (parameter.py and the adversaries).
"""

from dataclasses import dataclass, field

from sample_data.world.account_borrower import AccountBorrowing
from sample_data.world.cotton_screen import CottonScreening
from sample_data.world.origin_launderer import OriginLaundering
from sample_data.world.parameter import Exams, Noise, Parties, Prices, Seasons, Volumes
from sample_data.world.parcel_splitter import ParcelSplitting
from sample_data.world.port_hopper import PortHopping
from sample_data.world.price_shaver import PriceShaving
from sample_data.world.reopening_counterfeiter import Counterfeiting
from sample_data.world.sibling_slider import SiblingSliding


@dataclass(frozen=True)
class Parameters:
    """Every figure of a world."""

    volumes: Volumes = field(default_factory=Volumes)
    seasons: Seasons = field(default_factory=Seasons)
    parties: Parties = field(default_factory=Parties)
    prices: Prices = field(default_factory=Prices)
    noise: Noise = field(default_factory=Noise)
    exams: Exams = field(default_factory=Exams)
    price_shaver: PriceShaving = field(default_factory=PriceShaving)
    parcel_splitter: ParcelSplitting = field(default_factory=ParcelSplitting)
    origin_launderer: OriginLaundering = field(default_factory=OriginLaundering)
    reopening_counterfeiter: Counterfeiting = field(default_factory=Counterfeiting)
    port_hopper: PortHopping = field(default_factory=PortHopping)
    cotton_screen: CottonScreening = field(default_factory=CottonScreening)
    sibling_slider: SiblingSliding = field(default_factory=SiblingSliding)
    account_borrower: AccountBorrowing = field(default_factory=AccountBorrowing)


DEFAULT = Parameters()
