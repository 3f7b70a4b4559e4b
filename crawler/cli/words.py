"""Words that come in from a shell and go out to a terminal, whatever encoding the locale names.

An archive of Chinese news is asked and read in Chinese under LC_ALL=C, in a cron job and on a GBK terminal too.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import sys


def speak_any_language() -> None:
    """Set stdout and stderr so that no character stops a command.

    What the terminal's encoding lacks is written as in JSON (\\u0f40), so that --json and exports stay true. Where the
    locale names none but ASCII (LC_ALL=C), UTF-8 is written, as click does.
    """
    codecs.register_error(AS_ESCAPE, as_escape)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            ascii_alone = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if ascii_alone else None, errors=AS_ESCAPE)


AS_ESCAPE = "jianbao.escape"


def as_escape(error: UnicodeError) -> tuple[str, int]:
    """The characters that an encoding lacks as escapes of JSON, where `backslashreplace` writes \\U0002a6d6."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def heard(word: str) -> str:
    """A word of the command line as it was typed: Python hands UTF-8 on in surrogates where the locale is no UTF-8.

    >>> heard(b"\\xe5\\xb7\\xa5".decode("ascii", "surrogateescape"))
    '工'
    """
    if word.isascii() or not any("\udc80" <= char <= "\udcff" for char in word):
        return word
    try:
        return word.encode(sys.getfilesystemencoding(), "surrogateescape").decode("utf-8")
    except UnicodeError:  # a name in another encoding: as it came, so that it still names its file
        return word


def file_name(word: str) -> str:
    """The file's name that a word means to the system; the reverse of `heard` where the system takes no such word."""
    try:
        os.fsencode(word)
    except UnicodeEncodeError:
        return os.fsdecode(word.encode("utf-8", "surrogateescape"))
    return word
