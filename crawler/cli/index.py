"""The lines of an index that `read --batch` takes, looked at before a page is read for them."""

from __future__ import annotations

import json
from dataclasses import dataclass

JSON_NAMES = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}


class Unfit(ValueError):  # noqa: N818 - a line that cannot be used
    """What is wrong with a line, to be put behind its number; and the line's id, if it has one."""

    def __init__(self, wrong: str, identifier: object = None) -> None:
        super().__init__(wrong)
        self.id = identifier


@dataclass(frozen=True, slots=True)
class Fields:
    """A line: whatever names the page to the asker, its file, its address and header ("" where they are not known)."""

    id: object
    path: str
    url: str
    content_type: str


def fields_of(line: str) -> Fields:
    """The fields of a line. Raises Unfit."""
    try:
        row = json.loads(line)
    except RecursionError as error:
        raise Unfit("is no JSON that can be read: it is nested too deeply") from error
    except ValueError as error:
        raise Unfit(f"is no JSON: {error}") from error
    if not isinstance(row, dict):
        raise Unfit(f"is {_named(row)}, not an object {{id, url, content_type, path}}")
    if "id" not in row:
        raise Unfit("names no id")
    identifier = row["id"]
    if "path" not in row:
        raise Unfit("names no path", identifier)
    for name in ("path", "url", "content_type"):
        value = row.get(name)
        if not (isinstance(value, str) or (value is None and name != "path")):
            raise Unfit(f"has {_named(value)} for its {name}, not a string", identifier)
        if value and not _is_text(value):
            raise Unfit(f"has a {name} that is no text: half a character, or a NUL", identifier)
    url = row.get("url") or ""
    if url and not url.startswith(("http://", "https://")):
        raise Unfit(f"has the url {url[:100]!r}, which starts with neither http:// nor https://", identifier)
    return Fields(identifier, row["path"], url, row.get("content_type") or "")


def _named(value: object) -> str:
    return JSON_NAMES.get(type(value), "null")


def _is_text(value: str) -> bool:
    return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
