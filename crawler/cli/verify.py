"""`jianbao verify`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from crawler.cli.options import Common, common, example
from crawler.cli.progress import Bar
from crawler.cli.stopping import stoppable
from crawler.cli.table import harmless

if TYPE_CHECKING:
    from archive.store.verify import Difference

DIFFERENCES = 4


@click.command(epilog=example("jianbao verify --sample 100", "jianbao verify --json"))
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Look at N captures and articles, by chance.")
@click.option("--reindex", is_flag=True, help="Afterwards make the index of search anew from the articles.")
@common
def command(common: Common, sample: int | None, reindex: bool) -> None:
    """Check every byte of the capture files, every row of the database, the index of search. Nothing is changed.

    Each record's checksums and digests, each row against its record, each text against its digest, the database's own
    check, and whether search knows the articles as they are. May run while a crawl or the daemon writes. Exit code 4
    says that something differs: what, and in which file at which offset. A capture that is damaged is put in order by
    the next crawl, which asks for it again.
    """
    found: list[Difference] = []
    with stoppable(common, "Interrupted. Nothing was changed."), common.archive() as archive, Bar(common) as bar:
        for difference in archive.verify(sample, lambda far: bar.show(far.of, far.done, far.total)):
            found.append(difference)
            if not common.as_json:
                bar.clear()
                click.echo(harmless(difference.sentence))
    indexed = None
    if reindex:
        said = "Interrupted. Give the command again."
        with stoppable(common, said), common.archive(write=True) as archive:
            indexed = archive.index(anew=True)
    if common.as_json:
        rows = [{"sentence": one.sentence, "file": one.file, "offset": one.offset} for one in found]
        told = {"differences": rows, "sample": sample, "reindexed": indexed}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        looked = f"{sample} captures and articles, by chance" if sample else "every file and row"
        common.say(f"{len(found)} differences in {looked}." if found else f"No difference in {looked}.")
        if indexed is not None:
            common.say(f"The index of search was made anew from {indexed} articles.")
    sys.exit(DIFFERENCES if found else 0)
