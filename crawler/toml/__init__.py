"""TOML files, checked against msgspec structs, with errors that name file, line and the right key."""

from crawler.toml.check import Problem, TomlError, TomlFile, check, convert, read_toml, suggest
from crawler.toml.locate import lines_of

__all__ = ["Problem", "TomlError", "TomlFile", "check", "convert", "lines_of", "read_toml", "suggest"]
