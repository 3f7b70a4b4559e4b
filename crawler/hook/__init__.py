"""A source's own cleaning: `config/sources/ID.py` beside `ID.toml`, with `def clean(soup: bs4.BeautifulSoup) -> None`.

For what selectors in the TOML cannot say. The file is Python and runs with the rights of the process that reads pages:
it is code of whoever configures the sources, and is looked for beside the source's TOML file and nowhere else, never in
the data folder. Only where there is such a file is BeautifulSoup imported and built, which costs as much as one or two
readings of the page.

`apply` builds the soup from the page's repaired markup, calls `clean`, and gives the markup back with a record of every
text that was removed. A hook may remove and rearrange; it cannot add words, since nothing may stand in an article that
was not on the page. Whatever is wrong with it is a HookError, and the page is then read as if it were not there.
"""

from crawler.hook.apply import Hooked, apply
from crawler.hook.load import HookError, hook_beside, load_hook

__all__ = ["HookError", "Hooked", "apply", "hook_beside", "load_hook"]
