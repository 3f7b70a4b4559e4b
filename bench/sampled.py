"""Where the processor's time of a command goes: looked at every few milliseconds, told by function.

    python bench/sampled.py FILE COMMAND…      e.g. FILE crawl SOURCE --data DIR; writes the table to FILE

A sample counts for the function that runs, a call into C for whoever makes it, and for every function around it. Unlike
cProfile this costs nothing to speak of and bends nothing towards small functions. The processes that read are not
looked at, nor are further threads: read the captures of the archive with `bench/stages.py` for the former.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

EVERY = 0.004
"""Seconds of the processor between two samples; Linux counts in such ticks."""

TOLD = 60
"""Functions in each table."""

AROUND = ("__main__.", "click.", "crawler.cli.", "asyncio.", "importlib.")
"""What is around everything and tells nothing."""


class Sampler:
    """Counts what runs, from `begin` to `end`."""

    def __init__(self) -> None:
        self.samples = 0
        self.own: Counter[str] = Counter()
        self.whole: Counter[str] = Counter()

    def begin(self) -> None:
        """Look from now on."""
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)

    def end(self) -> None:
        """Look no more."""
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _look(self, number: int, frame: FrameType | None) -> None:
        self.samples += 1
        around: set[str] = set()
        while frame is not None:
            name = _name(frame)
            if not around:
                self.own[name] += 1
            around.add(name)
            frame = frame.f_back
        self.whole.update(around)

    def told(self) -> str:
        """Both tables, in per cent of all samples."""
        lines = [f"{self.samples} samples, one each {EVERY * 1000:g} ms of the processor"]
        inner = Counter({name: count for name, count in self.whole.items() if not name.startswith(AROUND)})
        for title, counts in (("with all that it calls", inner), ("by itself", self.own)):
            lines += ["", f"{'%':>6}  {title}"]
            lines += [f"{count / max(1, self.samples):6.1%}  {name}" for name, count in counts.most_common(TOLD)]
        return "\n".join(lines)


def _name(frame: FrameType) -> str:
    """Module and function."""
    module = frame.f_globals.get("__name__", frame.f_code.co_filename)
    return f"{module}.{frame.f_code.co_qualname}"


def main(file: Path, command: list[str]) -> None:
    """Run the command as `jianbao` does, and write where its time went, however it ends."""
    sys.argv = ["jianbao", *command]
    sampler = Sampler()
    sampler.begin()
    try:
        from crawler.cli import main as jianbao

        jianbao()
    finally:
        sampler.end()
        file.write_text(sampler.told() + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
