"""Whatever is in a file, each feed's way in says what became of it and loses no row."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sample_data.make import write_landing
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.registry import FEEDS, find_feed
from tidewaiter.lake import Lake
from tidewaiter.prove.cell_mutation import CELL_SPOILERS
from tidewaiter.prove.corpus import GoodFile, gather_corpus
from tidewaiter.prove.endurance import ON, Batch, Trial, write_batch
from tidewaiter.prove.judge import Job, Verdict, judge_folder
from tidewaiter.prove.mutation import SPOILERS, spoil

NOUNS = [feed.noun for feed in FEEDS]
FILES = 6


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    landing = tmp_path_factory.mktemp("hostile") / "landing"
    write_landing(landing, days=2)
    return landing


@pytest.fixture(scope="module")
def corpus(sample: Path) -> dict[str, tuple[GoodFile, ...]]:
    return gather_corpus(sample, FEEDS)


def judge(landing: Path, feed: Feed, share: float = 1.0) -> tuple[Verdict, ...]:
    job = Job(str(landing), feed.noun, ON.isoformat(), share)
    return judge_folder(job, Lake(landing.parent / "lake"))


def land(folder: Path, feed: Feed, name: str, content: bytes) -> Path:
    target = folder / "landing" / feed.folder / ON.isoformat() / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return folder / "landing"


@pytest.mark.parametrize("noun", NOUNS)
def test_the_good_files_are_accepted_before_they_are_spoilt(
    noun: str, corpus: dict[str, tuple[GoodFile, ...]], tmp_path: Path
) -> None:
    feed = find_feed(noun)
    for turn, good in enumerate(corpus[noun]):
        land(tmp_path, feed, f"{turn}/{good.name}", good.content)
    verdicts = judge(tmp_path / "landing", feed)
    assert [verdict for verdict in verdicts if verdict.status != "accepted" or verdict.problem] == []
    assert sum(verdict.rows_n for verdict in verdicts) > 0


@pytest.mark.parametrize("noun", NOUNS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_spoilt_files_are_kept_held_or_refused_with_a_cause(
    noun: str, seed: int, sample: Path, corpus: dict[str, tuple[GoodFile, ...]]
) -> None:
    with TemporaryDirectory() as name:
        trial = Trial(FILES, seed, sample, Path(name), Path(name) / "defects")
        batch = Batch(find_feed(noun), seed, FILES)
        landing, told = write_batch(trial, batch, corpus[noun])
        verdicts = judge(landing, batch.feed, batch.max_held_share)
        assert {verdict.file for verdict in verdicts} == set(told)
        assert [verdict for verdict in verdicts if verdict.problem] == []


@pytest.mark.parametrize("noun", NOUNS)
@settings(max_examples=8, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_get_an_answer(noun: str, content: bytes, corpus: dict[str, tuple[GoodFile, ...]]) -> None:
    feed = find_feed(noun)
    with TemporaryDirectory() as name:
        verdicts = judge(land(Path(name), feed, corpus[noun][0].name, content), feed)
    assert [(verdict.status in ("accepted", "refused"), verdict.problem) for verdict in verdicts] == [(True, None)]


@pytest.mark.parametrize("way", SPOILERS)
def test_a_way_of_spoiling_repeats_itself_and_changes_the_file(way: str) -> None:
    good = b"a,b,c\n" + b'1,"two",3\n' * 40
    spoilt = [SPOILERS[way](Random(seed), good) for seed in range(20)]
    assert spoilt == [SPOILERS[way](Random(seed), good) for seed in range(20)]
    assert any(each != good for each in spoilt)


@pytest.mark.parametrize("ending", CELL_SPOILERS)
def test_cells_are_spoilt_and_the_form_stays(ending: str, corpus: dict[str, tuple[GoodFile, ...]]) -> None:
    good = next((each for files in corpus.values() for each in files if each.name.lower().endswith("." + ending)), None)
    content = good.content if good else b'{"a": [{"b": 1, "c": "x"}]}'
    spoilt = [CELL_SPOILERS[ending](Random(seed), content) for seed in range(30)]
    assert any(each != content for each in spoilt)


def test_a_trial_writes_the_same_files_again(
    sample: Path, corpus: dict[str, tuple[GoodFile, ...]], tmp_path: Path
) -> None:
    written = []
    for turn in ("one", "two"):
        trial = Trial(FILES, 5, sample, tmp_path / turn, tmp_path / "defects")
        landing, told = write_batch(trial, Batch(FEEDS[0], 3, FILES), corpus[FEEDS[0].noun])
        written.append({name: ((landing / name).read_bytes(), way) for name, way in told.items()})
    assert written[0] == written[1]
    assert spoil(Random(1), b"abc") == spoil(Random(1), b"abc")
