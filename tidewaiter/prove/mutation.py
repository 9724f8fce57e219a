"""Spoils a good file: what senders, disks, networks and attackers do to one, as seeded functions of its bytes.

Belongs here: the ways of spoiling bytes and names.
Belongs elsewhere: which good files there are (corpus.py), what must hold of the spoilt ones (judge.py).
"""

import gzip
from collections.abc import Callable, Mapping
from random import Random

import zstandard

Spoil = Callable[[Random, bytes], bytes]

LONGEST_CHUNK = 400
TEN_MEGABYTES = 10_000_000
CELL_ENDS = (b",", b"\n", b"\t", b"|", b"*", b"~", b":", b'"')
# Values that readers have stumbled over, in any format that has text in it.
HARD_VALUES = (
    b"", b" ", b"0", b"-0", b"-1", b"1e999", b"NaN", b"Infinity", b"99999999999999999999999999", b"0.1e-400", b"0x10",
    b"1,000.50", b"2026-02-30", b"9999-12-31T23:59:60Z", b"0000-00-00", b"infinity", b"epoch", b"null", b"None",
    b"{}", b"[]", b"true", b"=1+1", b"@SUM(A1)", b"'; drop table raw_low_value_entry; --", b"%s%s%n", b"{0}{name}",
    b"$1", b"$path", b"../../etc/passwd", b"\x00", b"\x1a", b"\x1b[31m", b"\xff\xfe", b"\xe2\x80\xae", b"\xe2\x81\xa6",
    b"\xef\xbb\xbf", b"\xc0\x80", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"e\xcc\x81" * 40, b"\xef\xb7\xba" * 20, b'"',
    b'""', b'"\n"', b"\\", b"\\u0000", b"\r", b"<script>alert(1)</script>",
)  # fmt: skip
NOTHINGS = (b"", b"\n", b" ", b"\r\n\r\n", b"\xef\xbb\xbf", b"\x00" * 64, b",,,,\n", b"null", b"{}", b"[]", b'""')
MAGICS = (b"", b"PAR1", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"ISA*00*", b'{"', b"%PDF-1.7")
# What a name may have in it.
ODD_PARTS = (
    " ", "'", '"', "*", "?", "[a]", "{b}", "$x", "%s", "#", "é", "日本", "\u202e", "..", "-", "=1", "\n", ";drop",
    "x" * 120,
)  # fmt: skip
ENDINGS = (".csv", ".jsonl", ".json", ".parquet", ".gz", ".csv.gz", ".csv.zst", ".edi", ".TXT", "")


def flip_bits(random: Random, good: bytes) -> bytes:
    """Turn over a few bits anywhere."""
    spoilt = bytearray(good)
    for _ in range(random.randint(1, 12) if spoilt else 0):
        spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
    return bytes(spoilt)


def cut_short(random: Random, good: bytes) -> bytes:
    """Lose the end."""
    return good[: random.randint(0, len(good))]


def lose_start(random: Random, good: bytes) -> bytes:
    """Lose the beginning, as a transfer that resumed at the wrong place."""
    return good[random.randint(0, len(good)) :]


def lose_chunk(random: Random, good: bytes) -> bytes:
    """Lose some bytes in the middle."""
    at = random.randint(0, len(good))
    return good[:at] + good[at + random.randint(1, LONGEST_CHUNK) :]


def repeat_chunk(random: Random, good: bytes) -> bytes:
    """Have some bytes twice."""
    at = random.randint(0, len(good))
    size = random.randint(1, LONGEST_CHUNK)
    return good[: at + size] + good[at:]


def insert_noise(random: Random, good: bytes) -> bytes:
    """Put random bytes in."""
    at = random.randint(0, len(good))
    return good[:at] + random.randbytes(random.randint(1, 60)) + good[at:]


def insert_hard_value(random: Random, good: bytes) -> bytes:
    """Put a value in that is hard to read, a few times."""
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(good))
        good = good[:at] + random.choice(HARD_VALUES) + good[at:]
    return good


def replace_cell(random: Random, good: bytes) -> bytes:
    """Replace what stands between two separators by a value that is hard to read."""
    for _ in range(random.randint(1, 6)):
        start = _find_end(random, good, random.randint(0, len(good)))
        end = _find_end(random, good, start)
        good = good[:start] + random.choice(HARD_VALUES) + good[end:]
    return good


def _find_end(random: Random, text: bytes, start: int) -> int:
    """Return the place after the next separator of one kind."""
    found = text.find(random.choice(CELL_ENDS), start)
    return len(text) if found < 0 else found + 1


def shuffle_lines(random: Random, good: bytes) -> bytes:
    """Have the lines in another order, the header among them."""
    lines = good.splitlines(keepends=True)
    random.shuffle(lines)
    return b"".join(lines)


def lose_lines(random: Random, good: bytes) -> bytes:
    """Lose some lines, the header as likely as any."""
    return b"".join(line for line in good.splitlines(keepends=True) if random.random() > 0.2)


def repeat_file(_: Random, good: bytes) -> bytes:
    """Have the whole file twice, header and trailer too."""
    return good + good


def swap_delimiter(random: Random, good: bytes) -> bytes:
    """Separate by another sign."""
    return good.replace(b",", random.choice((b";", b"\t", b"|", b":", b" ")))


def change_line_ends(random: Random, good: bytes) -> bytes:
    """End lines in another way, or in several."""
    return good.replace(b"\r\n", b"\n").replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\r", b"\n\n", b"", b"\x0b")))


def change_encoding(random: Random, good: bytes) -> bytes:
    """Write the text in another encoding, or with a byte order mark."""
    text = good.decode("utf-8", errors="replace")
    name = random.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-8-sig", "utf-7", "cp037"))
    return text.encode(name, errors="replace")


def unbalance_quotes(random: Random, good: bytes) -> bytes:
    """Open a quotation that nothing closes."""
    at = _find_end(random, good, random.randint(0, len(good)))
    return good[:at] + b'"' + good[at:]


def insert_long_field(random: Random, good: bytes) -> bytes:
    """Put ten megabytes of one letter into a cell."""
    at = _find_end(random, good, random.randint(0, len(good)))
    return good[:at] + random.choice((b"A", b" ", b"0", b"\xc3\xa9"))[:2] * TEN_MEGABYTES + good[at:]


def nest_deeply(random: Random, good: bytes) -> bytes:
    """Put very deep brackets in."""
    sign, depth = random.choice(((b"[", b"]"), (b'{"a":', b"}"))), random.choice((50, 2_000, 100_000))
    at = _find_end(random, good, random.randint(0, len(good)))
    return good[:at] + sign[0] * depth + sign[1] * depth + good[at:]


def widen_rows(random: Random, good: bytes) -> bytes:
    """Have more cells in some lines than there are columns."""
    extra = b"," * random.choice((1, 3, 5_000))
    return b"\n".join(line + extra if random.random() < 0.2 else line for line in good.split(b"\n"))


def be_empty(random: Random, _: bytes) -> bytes:
    """Have nothing in it, or nothing to see."""
    return random.choice(NOTHINGS)


def be_noise(random: Random, _: bytes) -> bytes:
    """Be random bytes, with the first bytes of a known format at times."""
    return random.choice(MAGICS) + random.randbytes(random.randint(0, 4_000))


def pack_and_damage(random: Random, good: bytes) -> bytes:
    """Compress the file and damage the result."""
    packed = gzip.compress(good, mtime=0) if random.random() < 0.5 else zstandard.compress(good)
    return random.choice((flip_bits, cut_short, lose_chunk, repeat_chunk, insert_noise))(random, packed)


SPOILERS: Mapping[str, Spoil] = {
    each.__name__: each
    for each in (
        flip_bits, cut_short, lose_start, lose_chunk, repeat_chunk, insert_noise, insert_hard_value, replace_cell,
        shuffle_lines, lose_lines, repeat_file, swap_delimiter, change_line_ends, change_encoding, unbalance_quotes,
        insert_long_field, nest_deeply, widen_rows, be_empty, be_noise, pack_and_damage,
    )
}  # fmt: skip
# Ten megabytes each: a few are enough.
RARE = frozenset({"insert_long_field", "nest_deeply"})


def spoil(random: Random, good: bytes) -> tuple[str, bytes]:
    """Return how the file was spoilt, and its bytes: in one way mostly, in several at times."""
    ways = [_choose(random) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    for way in ways:
        good = SPOILERS[way](random, good)
    return "+".join(ways), good


def _choose(random: Random) -> str:
    way = random.choice(tuple(SPOILERS))
    return way if way not in RARE or random.random() < 0.05 else "replace_cell"


def spoil_name(random: Random, name: str) -> str:
    """Return the name, or an odd one that keeps its ending, or now and then one with another ending."""
    luck = random.random()
    stem, dot, ending = name.partition(".")
    if luck < 0.75:
        return name
    if luck < 0.93:
        at = random.randint(0, len(stem))
        return stem[:at] + random.choice(ODD_PARTS) + stem[at:] + dot + ending
    return stem + random.choice(ENDINGS)
