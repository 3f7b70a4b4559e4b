"""jianbao (剪报): from a URL to a clean article. `archive` keeps what this package reads."""

__version__ = "0.1.0"
