"""`python -m crawler.cli` is `jianbao`."""

from crawler.cli import main

main(prog_name="jianbao")
