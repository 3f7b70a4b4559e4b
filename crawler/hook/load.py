"""A hook's file → its function. Once per process and file: a changed file is taken up by the next process."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import ConfigError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

Clean = Callable[["BeautifulSoup"], None]


class HookError(ConfigError):
    """A source's hook cannot be loaded or did not do its work; a sentence that names the file."""


def hook_beside(toml: Path) -> Path | None:
    """The hook of a source, given its TOML file: the Python file of the same name beside it; None without one."""
    beside = toml.with_suffix(".py")
    return beside if beside.is_file() else None


def load_hook(path: str) -> Clean:
    """The function `clean` of a hook's file. Raises HookError, the same one each time."""
    found = _loaded(path)
    if isinstance(found, str):
        raise HookError(found)
    return found


@cache
def _loaded(path: str) -> Clean | str:
    """The function, or what is wrong as a sentence."""
    name = f"jianbao_hook_{Path(path).stem.replace('-', '_')}"
    try:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code: whatever it raises is told as its own fault
        return f"{path} cannot be loaded: {type(error).__name__}: {error}"
    clean = getattr(module, "clean", None)
    if not callable(clean):
        return f"{path} defines no function clean(soup)."
    try:
        inspect.signature(clean).bind(None)
    except (TypeError, ValueError):
        return f"{path}: clean has to take one argument, the soup."
    return clean  # type: ignore[no-any-return]
