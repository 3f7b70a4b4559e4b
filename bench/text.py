"""The true characters: everything that decode and repair are held to, beside their peers, in one run.

    python bench/text.py [CORPUS] [--sample N]

CORPUS is the folder of texts and pages ($JIANBAO_CORPUS, else `shared` beside the checkout).
Cases and real pages (bench/decode.py), then mojibake, clean texts, damage done by mirrors, the example pages and time
(bench/repair.py, where --sample is explained). Exits 1 if a target is missed. Times are processor time, as ratios
within this run. Fuzzing is `make fuzz-text`.
"""

from __future__ import annotations

import sys
from importlib.metadata import version

import decode as decoding
import repair as repairing

PEERS = ("charset-normalizer", "chardet", "faust-cchardet", "Scrapy", "beautifulsoup4", "ftfy", "lxml")


def main() -> int:
    """Print everything; 0 if all targets are met, else 1."""
    given = repairing.arguments(__doc__)
    if not given.corpus.is_dir():
        print(f"no corpus at {given.corpus}", file=sys.stderr)
        return 2
    decoding.quiet()
    print("peers:", ", ".join(f"{peer} {version(peer)}" for peer in PEERS))
    print("\ngenerated cases: passes of each group", flush=True)
    targets = decoding.compare(given.corpus)
    print("\nreal pages", flush=True)
    targets += decoding.real_pages(given.corpus)
    targets += repairing.measure(given.corpus, given.sample)
    return decoding.verdict(targets)


if __name__ == "__main__":
    sys.exit(main())
