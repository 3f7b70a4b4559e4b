"""Which sources are watched is told from their files as it is from the sources that are loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.health.configured import configured, is_enabled, judges
from crawler.paths import packaged_config
from crawler.source import load_sources


def test_the_short_way_says_what_the_long_one_says() -> None:
    """Of every source that comes with jianbao."""
    config = packaged_config()
    assert configured(config) == {name: each.enabled for name, each in load_sources(config).items()}
    assert not all(configured(config).values())


@pytest.mark.parametrize(
    ("text", "enabled"),
    [
        ('name = "x"\n', True),
        ('enabled = false\nname = "x"\n', False),
        ('unknown = [\n["a"],\n]\nenabled = false\n[[lists]]\nenabled = true\n', False),
        ("[[lists]]\nenabled = false\n", True),
        ("  [politeness]\n  enabled = false\n", True),
        ("# enabled = false\n", True),
        ("enabled = \n", True),
        ("\xff enabled", True),
    ],
)
def test_what_a_file_says_is_what_counts(tmp_path: Path, text: str, enabled: bool) -> None:
    """The source's own key, not a list's; a file that cannot be read changes nothing."""
    file = tmp_path / "x.toml"
    file.write_bytes(text.encode("latin-1"))
    assert is_enabled(file) is enabled


def test_a_configuration_that_nobody_named_does_not_say_that_sources_are_gone(tmp_path: Path) -> None:
    """The packaged one is what a command falls back to in any folder."""
    packaged = packaged_config()
    assert not judges(packaged, configured(packaged), frozenset({"mine"}))
    assert judges(packaged, configured(packaged), frozenset({"mine", "tibet-cn"}))
    assert judges(tmp_path, configured(tmp_path), frozenset({"mine"}))
