"""The errors of jianbao that are meant for a person: each message is a sentence that says what to do."""

from __future__ import annotations


class ConfigError(ValueError):
    """The configuration cannot be used; the message says what, where, and what to do, one sentence a line."""
