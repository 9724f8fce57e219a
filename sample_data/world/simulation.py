"""A world: honest trade and its adversaries, opened one day at a time, examined, and learning from it.

Belongs here: the order of a day, the pieces it is made in, truth, and who is told of a catch.
Belongs elsewhere: what each process does (honest.py and the adversaries), texts (entry.py and the modules beside it).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from sample_data.word import zipf_weights
from sample_data.world.account_borrower import AccountBorrower
from sample_data.world.adversary import CODE_FAMILY, CODES, Adversary, Scene, Scheme, Stream
from sample_data.world.cotton_screen import CottonScreen
from sample_data.world.day import TRUTH_SCHEMA, Day, Filed, join_days
from sample_data.world.entry import EntryDesk
from sample_data.world.exam import ExamDesk, check_exams
from sample_data.world.firm import Sellers, Shippers, list_filer_codes
from sample_data.world.ground import lay_ground
from sample_data.world.honest import HonestTrade
from sample_data.world.number import EntryNumbers
from sample_data.world.origin_launderer import OriginLaunderer
from sample_data.world.parcel_splitter import ParcelSplitter
from sample_data.world.port_hopper import PortHopper
from sample_data.world.price_shaver import PriceShaver
from sample_data.world.reopening_counterfeiter import ReopeningCounterfeiter
from sample_data.world.sea_ams import AmsDesk
from sample_data.world.sea_bill import SeaDesk
from sample_data.world.sea_x12 import X12Desk
from sample_data.world.season import weigh_day
from sample_data.world.setting import DEFAULT, Parameters
from sample_data.world.shipment import Rules, Shipments, join_shipments
from sample_data.world.sibling_slider import SiblingSlider
from sample_data.world.source import HONEST, Books
from sample_data.world.stream import Streams
from sample_data.world.truck import TruckDesk
from sample_data.world.waybill import WaybillDesk

# Process numbers count on from 1 in this order; 0 is honest trade.
ADVERSARIES: tuple[type[Adversary], ...] = (
    PriceShaver, ParcelSplitter, OriginLaunderer, ReopeningCounterfeiter, PortHopper, CottonScreen, SiblingSlider,
    AccountBorrower,
)  # fmt: skip
_SCHEMES = pl.Series(["honest", *(each.name for each in ADVERSARIES)])
_CODES, _FAMILIES = pl.Series(CODES), pl.Series(CODE_FAMILY, dtype=pl.String)
_REMEMBERED = (
    "shipment_id",
    "ref_kind",
    "shipment_ref",
    "port_code",
    "is_standing",
    "loss_usd",
    "code",
    "process",
    "front",
)


class World:
    """The world of a seed at a scale, from a first date on. Its days are opened in order, each once.

    Everything that arrives is byte for byte the same for the same (seed, scale, start, parameters) and the same exams.
    """

    def __init__(self, seed: int, scale: float, start: date, parameters: Parameters = DEFAULT) -> None:
        """A world before its first day.

        Args:
            scale: 1.0 is a national night; volumes are in proportion, parties grow more slowly.

        Raises:
            ValueError: the scale is not above zero and at most one.
        """
        if not 0.0 < scale <= 1.0:
            raise ValueError(f"scale {scale}: it must be above 0 and at most 1")
        self.seed, self.scale, self.start, self.parameters = seed, scale, start, parameters
        self.streams = Streams(seed)
        self.scene = _set_scene(self.streams, scale, parameters)
        self.honest = HonestTrade(self.scene, parameters.seasons, parameters.origin_launderer)
        self.adversaries = [
            kind(self.scene, _date_scheme(self.streams, kind, parameters), process)
            for process, kind in enumerate(ADVERSARIES, start=1)
        ]
        self.exams = ExamDesk(parameters.exams)
        codes = list_filer_codes(len(self.scene.books.filer_weights))
        serials = np.arange(len(codes)) * 37 + 1_000
        loads = 4 if scale < 0.05 else 64
        rules, sellers = self.scene.ground_rules, self.scene.books.sellers
        self.entries = EntryDesk(rules, sellers, EntryNumbers(codes, serials), seed % 1_000, loads)
        self.waybills, self.trucks = WaybillDesk(rules, seed % 1_000), TruckDesk(rules, seed % 1_000)
        sea = SeaDesk(rules, seed % 1_000, parameters.noise.wrong_container_share)
        self.ams, self.x12 = AmsDesk(sea, parameters.noise.ams_amended_share), X12Desk(sea)
        self.again: dict[int, list[pl.DataFrame]] = {}
        self.next_on = start
        self.today = pl.DataFrame()

    def open_day(self, on: date) -> Day:
        """All that arrives on the date. Days are opened in order, from the first date on, without gaps.

        Raises:
            ValueError: another date is due.
        """
        return join_days(list(self.open_pieces(on)))

    def open_pieces(self, on: date) -> Iterator[Day]:
        """The same in pieces of bounded size, in order; every piece has to be taken before the next day is opened."""
        if on != self.next_on:
            raise ValueError(f"{on} was asked for, but {self.next_on} is due: days are opened in order, without gaps")
        self.next_on = on + timedelta(days=1)
        day = (on - self.start).days
        self._live(on, day)
        remembered: list[pl.DataFrame] = []
        for part, (stream, piece, n) in enumerate(self._plan(on, day)):
            filed, truth = self._open_piece(stream, on, day, piece, n)
            if part == 0:
                filed.tables["raw.exam_finding"] = self.exams.land(on)
            remembered.append(truth.select(_REMEMBERED))
            yield Day(on, filed.tables, filed.documents, truth.select(*TRUTH_SCHEMA), part)
        self.today = pl.concat(remembered)

    def examine(self, on: date, exams: pl.DataFrame) -> None:
        """The shipments chosen in the night of the date are examined; their findings land in later days.

        Args:
            exams: one row an exam, with shipment_id or with shipment_ref and ref_kind; exam_kind and selected_by may be
                missing, and then are those usual for the kind of shipment, and `targeted`. A shipment counts once.

        Raises:
            ValueError: the date is not the one opened last, a shipment is not of that date, or a kind of exam or of
                selection is none that a finding can have.
        """
        if on + timedelta(days=1) != self.next_on:
            raise ValueError(f"{on} is not the day opened last, which is {self.next_on - timedelta(days=1)}")
        keys = ["shipment_id"] if "shipment_id" in exams.columns else ["ref_kind", "shipment_ref"]
        asked = exams.select(
            *keys,
            exam_kind=pl.col("exam_kind") if "exam_kind" in exams.columns else pl.lit(None, dtype=pl.String),
            selected_by=pl.col("selected_by") if "selected_by" in exams.columns else pl.lit("targeted"),
        ).unique(keys, keep="first", maintain_order=True)
        check_exams(asked)
        chosen = asked.join(self.today, on=keys, how="inner", maintain_order="left")
        if chosen.height < asked.height:
            first = asked.join(self.today, on=keys, how="anti").row(0)[0]
            raise ValueError(f"{asked.height - chosen.height} of the exams name no shipment of {on}, the first {first}")
        # In an order of their own, so that a queue in another order gives the same findings.
        self.exams.examine(self.streams.open("exams", (on - self.start).days), on, chosen.sort("shipment_id"))

    def _live(self, on: date, day: int) -> None:
        """Who was caught learns of it; then everybody lives a day."""
        told = self.exams.tell(on)
        self.honest.live(self.streams.open("honest/life", day), day)
        for adversary in self.adversaries:
            adversary.live(self.streams.open(f"{adversary.name}/life", day), day)
            if adversary.process in told:
                rng = self.streams.open(f"{adversary.name}/learning", day)
                adversary.learn(rng, told[adversary.process], day)

    def _plan(self, on: date, day: int) -> list[tuple[Stream, int, int]]:
        """The pieces of the day: stream, place in it, and how many shipments."""
        volumes = self.parameters.volumes
        spread = 1.0 + volumes.spread * (2 * self.streams.open("volume", day).random() - 1)
        factor = self.scale * weigh_day(on, self.parameters.seasons) * spread
        bills = volumes.bills
        shares: dict[Stream, float] = {
            "entry": volumes.entries, "air": bills * volumes.air_share, "truck": bills * volumes.truck_share,
            "sea": bills * volumes.ocean_share, "x12": bills * volumes.x12_share,
        }  # fmt: skip
        return [
            (stream, piece, min(volumes.piece_rows, total - piece * volumes.piece_rows))
            for stream, share in shares.items()
            for total in (max(1, round(share * factor)) if share else 0,)
            for piece in range(-(-total // volumes.piece_rows))
        ]

    def _draw(self, stream: Stream, on: date, day: int, piece: int, n: int) -> Shipments:
        """About `n` shipments of the stream, honest and not, in the order in which they are filed."""
        parts = []
        for adversary in self.adversaries:
            rng = self.streams.open(f"{adversary.name}/{stream}", day, piece)
            sent = adversary.draw(rng, stream, day, on, n)
            parts += [] if sent is None else [sent]
        # Honest trade is as much as it is whatever the adversaries do, or they would move it.
        rest = max(1, round(n * (1.0 - sum(adversary.share_of(stream) for adversary in self.adversaries))))
        parts.append(self.honest.draw(self.streams.open(f"honest/{stream}", day, piece), stream, day, on, rest))
        every = join_shipments(parts)
        shuffled = self.streams.open(f"order/{stream}", day, piece).permutation(every.n)
        return every.take(shuffled[np.argsort(every.second[shuffled], kind="stable")])

    def _open_piece(self, stream: Stream, on: date, day: int, piece: int, n: int) -> tuple[Filed, pl.DataFrame]:
        """What is filed, and the truth of its shipments and of those that come again."""
        sent = self._draw(stream, on, day, piece, n)
        rng = self.streams.open(f"filing/{stream}", day, piece)
        filed = self._file(rng, stream, sent, (on, day, piece))
        truth = self._tell_truth(sent, filed.keys)
        if stream == "sea":
            truth = self._add_again(truth, day, piece)
        return filed, truth

    def _file(self, rng: np.random.Generator, stream: Stream, sent: Shipments, when: tuple[date, int, int]) -> Filed:
        on, day, piece = when
        match stream:
            case "entry":
                return self.entries.file(rng, sent, on, day)
            case "air":
                return self.waybills.file(rng, sent, on, day)
            case "truck":
                return self.trucks.file(rng, sent, on, day)
            case "sea":
                return self.ams.file(rng, sent, on, day, piece)
            case "x12":
                return self.x12.file(rng, sent, on, day)

    def _add_again(self, truth: pl.DataFrame, day: int, piece: int) -> pl.DataFrame:
        """The truth with that of bills that come again today; what comes again later is remembered until then."""
        again = self.again.pop(day, []) if piece == 0 else []
        for later in range(day + 1, day + 4):
            comes = pl.col("shipment_id").is_in(self.ams.list_again(later))
            self.again.setdefault(later, []).append(truth.filter(comes))
        return pl.concat([truth, *again])

    def _tell_truth(self, sent: Shipments, keys: pl.DataFrame) -> pl.DataFrame:
        scheme, shippers = _SCHEMES.gather(sent.process), self.scene.books.shippers
        is_wrong, is_honest = pl.Series(sent.code > 0), pl.Series(sent.process == 0)
        ring = pl.select(pl.when(~is_honest).then(pl.concat_str(pl.lit(scheme), pl.lit("/"), pl.Series(sent.ring))))
        made = keys.with_columns(
            scheme=pl.when(is_honest & is_wrong).then(pl.lit("honest_mistake")).otherwise(pl.lit(scheme)),
            family=_FAMILIES.gather(sent.code),
            finding_code=_CODES.gather(sent.code),
            loss_usd=pl.Series(sent.loss_usd),
            is_violation=is_wrong,
            shipper_key=pl.Series(shippers.key[shippers.party[sent.identity]]),
            seller_key=pl.Series(np.where(sent.seller > 0, self.scene.books.sellers.key[sent.seller], -1)),
            consignee_key=pl.Series(sent.consignee),
            filer_key=pl.Series(sent.filer),
            ring_key=ring.to_series(),
        )
        return made.select(
            *(pl.col(name).cast(kind) for name, kind in TRUTH_SCHEMA.items()),
            code=pl.Series(sent.code), process=pl.Series(sent.process), front=pl.Series(sent.front),
        )  # fmt: skip


def _set_scene(streams: Streams, scale: float, parameters: Parameters) -> Scene:
    """The ground and the empty books of a world."""
    parties = parameters.parties
    growth = scale**parties.growth
    ground = lay_ground(streams, parameters.prices, parties.jfk_share)
    salt = int(streams.open("salt").integers(1, 1_000_000))
    shippers, sellers = Shippers(salt), Sellers(salt + 500)
    # Number 0 stands for no seller.
    sellers.add(HONEST, np.zeros(1, dtype=np.int64))
    filers = max(8, round(parties.filers * scale**parties.filer_growth))
    rules = Rules(
        ground=ground, shippers=shippers, parties=parties, prices=parameters.prices, noise=parameters.noise,
        consignees_n=max(2_000, round(parties.consignees * scale**parties.consignee_growth)),
        importers_n=max(60, round(parties.importers * growth)), hubs_n=max(6, round(parties.hubs * growth)),
    )  # fmt: skip
    return Scene(rules, Books(shippers, sellers, zipf_weights(filers, parties.filer_zipf)), streams, scale)


def _date_scheme(streams: Streams, kind: type[Adversary], parameters: Parameters) -> Scheme:
    """The figures of a scheme; one that begins in mid-year begins on a day that the seed chooses."""
    figures: Scheme = getattr(parameters, kind.name)
    spread = getattr(figures, "first_day_spread", 0)
    moved = int(streams.open(f"{kind.name}/beginning").integers(-spread, spread + 1))
    return replace(figures, first_day=figures.first_day + moved)
