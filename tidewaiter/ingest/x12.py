"""X12 interchanges: segments with their place in the file, and the envelope checked around them.

Belongs here: separators, segments, ISA/GS/ST nesting, counts and control numbers.
Belongs elsewhere: what a segment means (the module of each transaction set), rows (raw_table.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.feed import LandedFile, Note

ISA_WIDTHS = (3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
ISA_LENGTH = 106
LONGEST_SEGMENT = 20_000
BLOCK = 1 << 16
TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}")
TRAILERS = {"SE": "ST", "GE": "GS", "IEA": "ISA"}
PARENTS = {"ISA": None, "GS": "ISA", "ST": "GS"}
# Where a header and its trailer carry the control number, and what the trailer's first element counts.
CONTROL = {"ST": (2, "segments"), "GS": (6, "transaction sets"), "ISA": (13, "functional groups")}
ASK_AGAIN = "ask the sender for the whole interchange again"


@dataclass(frozen=True)
class Segment:
    """One segment, its elements without padding; `number` counts segments of the file, `line` is where it begins."""

    number: int
    line: int
    elements: tuple[str, ...]

    @property
    def tag(self) -> str:
        return self.elements[0]

    def get(self, position: int) -> str | None:
        """Return the element at a position (1 is the first after the tag), None where it is absent or blank."""
        return (self.elements[position] if position < len(self.elements) else "") or None


@dataclass
class Envelope:
    """Which interchange, group and transaction set are open, and what was noticed so far."""

    file: str
    open: dict[str, Segment] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def admit(self, segment: Segment) -> None:
        """Take the next segment into account.

        Raises:
            FileRefusedError: the segment cannot stand where it does.
        """
        if segment.tag in PARENTS:
            self._open(segment)
        elif segment.tag in TRAILERS:
            self._close(segment, TRAILERS[segment.tag])
        elif "ST" in self.open:
            self.counts["ST"] += 1
        elif segment.tag != "TA1":
            raise self._misplaced(segment, f"{segment.tag} stands outside a transaction set")

    def finish(self) -> None:
        """Refuse the file when an interchange is still open at its end."""
        if self.open:
            last = self.open[list(self.open)[-1]]
            missing = ", ".join(trailer for trailer, header in TRAILERS.items() if header in self.open)
            raise FileRefusedError(
                self.file, f"the interchange is cut short: {missing} missing", line=last.line, fix=ASK_AGAIN
            )

    def _open(self, segment: Segment) -> None:
        parent = PARENTS[segment.tag]
        if segment.tag in self.open:
            raise self._misplaced(segment, f"{segment.tag} begins before the last one has ended")
        if list(self.open) != {"ISA": [], "GS": ["ISA"], "ST": ["ISA", "GS"]}[segment.tag]:
            raise self._misplaced(segment, f"{segment.tag} stands outside its {parent}")
        if parent:
            self.counts[parent] += 1
        self.open[segment.tag] = segment
        self.counts[segment.tag] = 1 if segment.tag == "ST" else 0

    def _close(self, segment: Segment, header: str) -> None:
        if not self.open or list(self.open)[-1] != header:
            raise self._misplaced(segment, f"{segment.tag} has no {header} before it, or closes it too early")
        begun = self.open.pop(header)
        counted = self.counts.pop(header) + (1 if header == "ST" else 0)
        position, things = CONTROL[header]
        if segment.get(1) != str(counted) and (segment.get(1) or "").lstrip("0") != str(counted):
            self._note(segment, f"{segment.tag}01 counts {segment.get(1)} {things}, the file has {counted}")
        if segment.get(2) != begun.get(position):
            self._note(segment, f"{segment.tag}02 is {segment.get(2)}, its {header} has number {begun.get(position)}")

    def _note(self, segment: Segment, text: str) -> None:
        self.notes.append(f"line {segment.line}: {text}")

    def _misplaced(self, segment: Segment, cause: str) -> FileRefusedError:
        return FileRefusedError(self.file, f"segment {segment.number}: {cause}", line=segment.line, fix=ASK_AGAIN)


def walk_segments(file: LandedFile, envelope: Envelope) -> Iterator[Segment]:
    """Yield the file's segments in order, each admitted to the envelope; a blank file has none.

    Raises:
        FileRefusedError: not UTF-8, no ISA, other separators than the ISA declares, cut short, wrongly nested.
    """
    try:
        with file.path.open(encoding="utf-8-sig") as text:
            for segment in _Splitter(file.name, text).split():
                envelope.admit(segment)
                yield segment
    except UnicodeDecodeError as problem:
        raise FileRefusedError(file.name, f"not UTF-8 text ({problem.reason})", fix=ASK_AGAIN) from problem
    envelope.finish()


class _Splitter:
    """Cuts text into segments by the separators that each interchange declares."""

    def __init__(self, name: str, text: TextIO) -> None:
        self.name = name
        self.text = text
        self.buffer = ""
        self.start = 0
        self.line = 1
        self.number = 0

    def split(self) -> Iterator[Segment]:
        separator, terminator = "", ""
        while self._skip_blank():
            if not terminator:
                separator, terminator = self._read_separators()
            segment = self._cut(separator, terminator)
            if segment is None:
                continue
            yield segment
            if segment.tag == "IEA":
                separator, terminator = "", ""

    def _skip_blank(self) -> bool:
        """Move to the next character that is no blank; False at the end of the file."""
        while True:
            while self.start < len(self.buffer) and self.buffer[self.start].isspace():
                self.line += self.buffer[self.start] == "\n"
                self.start += 1
            if self.start < len(self.buffer):
                return True
            if not self._fill():
                return False

    def _fill(self) -> bool:
        block = self.text.read(BLOCK)
        self.buffer = self.buffer[self.start :] + block
        self.start = 0
        return bool(block)

    def _read_separators(self) -> tuple[str, str]:
        while len(self.buffer) - self.start < ISA_LENGTH and self._fill():
            pass
        isa = self.buffer[self.start : self.start + ISA_LENGTH]
        if not isa.startswith("ISA"):
            raise self._refuse("an interchange must begin with an ISA segment here", "send an X12 interchange")
        separator, terminator = isa[3:4], isa[105:106]
        widths = tuple(len(part) for part in isa[:104].split(separator)) if separator else ()
        if len(isa) < ISA_LENGTH or widths[:-1] != ISA_WIDTHS or len({separator, isa[104], terminator}) != 3:
            raise self._refuse(
                "the ISA segment is not 106 characters in its fixed widths, so the separators cannot be told",
                "write the ISA segment with padded elements",
            )
        return separator, terminator

    def _cut(self, separator: str, terminator: str) -> Segment | None:
        end = self.buffer.find(terminator, self.start)
        while end < 0 and len(self.buffer) - self.start <= LONGEST_SEGMENT:
            if not self._fill():
                raise self._refuse(f"the file is cut short: no {terminator!r} after its last segment", ASK_AGAIN)
            end = self.buffer.find(terminator, self.start)
        if end < 0 or end - self.start > LONGEST_SEGMENT:
            raise self._refuse(f"a segment is longer than {LONGEST_SEGMENT:,} characters", ASK_AGAIN)
        text = self.buffer[self.start : end]
        begun = self.line
        self.line += text.count("\n") + (terminator == "\n")
        self.start = end + 1
        if not text:
            return None
        self.number += 1
        elements = tuple(element.strip() for element in text.replace("\n", "").split(separator))
        if not TAG.fullmatch(elements[0]):
            self.line = begun
            raise self._refuse(
                f"segment {self.number} begins with {elements[0][:10]!r}, which is no segment tag:"
                f" the separators are not {separator!r} and {terminator!r} as the ISA segment declares",
                "write every segment with the separators of the ISA segment",
            )
        return Segment(self.number, begun, elements)

    def _refuse(self, cause: str, fix: str) -> FileRefusedError:
        return FileRefusedError(self.name, cause, line=self.line, fix=fix)
