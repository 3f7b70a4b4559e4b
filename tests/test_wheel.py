"""The built wheel works outside the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel was unpacked, as an installer does."""
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = out.glob("*.whl")
    folder = out / "site"
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def run(installed: Path, cwd: Path, *call: str) -> str:
    """stdout of a call with the unpacked wheel before everything else on the path."""
    code = "import crawler.cli, sys; sys.argv[0] = 'jianbao'; crawler.cli.main()"
    env = {key: value for key, value in os.environ.items() if not key.startswith("JIANBAO_")}
    env["PYTHONPATH"] = str(installed)
    done = subprocess.run(
        [sys.executable, "-c", code, *call], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_carries_its_configuration(installed: Path, tmp_path: Path) -> None:
    """`source list` outside the checkout lists every source of config/sources."""
    listed = json.loads(run(installed, tmp_path, "source", "list", "--json"))
    assert {each["id"] for each in listed} == {path.stem for path in (ROOT / "config" / "sources").glob("*.toml")}
    assert len(listed) >= 15


def test_the_wheel_runs_its_demo(installed: Path, tmp_path: Path) -> None:
    """The bundled web is in the wheel and is crawled into the given folder."""
    told = json.loads(run(installed, tmp_path, "demo", "--json", "--data", str(tmp_path / "data")))
    assert told["crawls"][0]["new"] > 20
    assert (tmp_path / "data" / "archive.db").exists()
