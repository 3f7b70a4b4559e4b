"""Where the configuration lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigError
from crawler.paths import config_dir, config_files, packaged_config


def folder(path: Path, *files: str) -> Path:
    """A folder with these empty files."""
    path.mkdir(parents=True, exist_ok=True)
    for file in files:
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).touch()
    return path


def test_the_flag_comes_first_then_the_environment_then_here_then_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is asked only where those before it say nothing."""
    monkeypatch.chdir(tmp_path)
    by_flag, by_environment = folder(tmp_path / "flag"), folder(tmp_path / "environment")
    environ = {"JIANBAO_CONFIG": str(by_environment)}
    assert config_dir(None, {}) == packaged_config()
    here = folder(tmp_path / "config", "jianbao.toml")
    assert config_dir(None, {}).resolve() == here
    assert config_dir(None, {"JIANBAO_CONFIG": ""}).resolve() == here
    assert config_dir(None, environ) == by_environment
    assert config_dir(by_flag, environ) == by_flag


@pytest.mark.parametrize("mark", ["jianbao.toml", "sources/x.toml", "families/x.toml", "phrases/x.toml"])
def test_a_folder_here_is_ours_if_it_holds_anything_of_ours(
    mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many projects have a ./config; another's is left alone."""
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "config", "webpack.js")
    assert config_dir(None, {}) == packaged_config()
    folder(tmp_path / "config", mark)
    assert config_dir(None, {}) == Path("config")


def test_a_folder_that_is_named_and_is_none_is_an_error(tmp_path: Path) -> None:
    """Nothing else is taken in its place."""
    with pytest.raises(ConfigError, match=r"--config: .*missing is not a folder"):
        config_dir(tmp_path / "missing", {})
    with pytest.raises(ConfigError, match=r"environment JIANBAO_CONFIG: .*missing is not a folder"):
        config_dir(None, {"JIANBAO_CONFIG": str(tmp_path / "missing")})


def test_the_home_directory_may_be_written_as_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """~ is expanded, as no shell does it in an environment file."""
    monkeypatch.setenv("HOME", str(folder(tmp_path, "mine/jianbao.toml")))
    assert config_dir(None, {"JIANBAO_CONFIG": "~/mine"}) == tmp_path / "mine"


def test_the_package_has_a_configuration() -> None:
    """Settings, sources and families come with jianbao."""
    packaged = packaged_config()
    assert (packaged / "jianbao.toml").is_file()
    assert list((packaged / "sources").glob("*.toml"))
    assert list((packaged / "families").glob("*.toml"))


def test_a_file_of_one_s_own_stands_in_for_the_packaged_one_of_its_name(tmp_path: Path) -> None:
    """All other packaged files stay in force, and new ones are added."""
    own = folder(tmp_path, "families/trs.toml", "families/zzz.toml")
    files = {file.name: file.parent.parent for file in config_files(own, "families")}
    assert files["trs.toml"] == files["zzz.toml"] == own
    assert files["people.toml"] == packaged_config()
    assert {file.parent.parent for file in config_files(None, "families")} == {packaged_config()}
