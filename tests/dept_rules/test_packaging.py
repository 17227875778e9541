"""The package works as OpenFisca's tools use it, from the wheel and from a checkout."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest

from dept_rules.system import baseline

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
SITE_PACKAGES = sysconfig.get_path("purelib")
LAW = (Path("parameters"), Path("variables"), Path("reforms"), Path("margins"))
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "dept_rules", *LAW)
OPENFISCA = "from openfisca_core.scripts.openfisca_command import main; main()"
ADDRESS = "127.0.0.1"


def _run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def from_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that has the wheel, and the dependencies of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:  # a copy, for the build leaves files behind
        source, target = ROOT / name, folder / "source" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(exist_ok=True)
            shutil.copy(source, target)
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", folder / "source", cwd=folder)
    (wheel,) = (folder / "source" / "dist").glob("*.whl")

    _run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps")
    _run(*pip, wheel, cwd=folder)
    # After the install, so that pip does not find this environment's own dept-rules. A path named by
    # a .pth file has its own .pth files left alone: those of an editable install among them.
    (own,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (own / "dependencies.pth").write_text(SITE_PACKAGES)
    return python


@pytest.fixture(params=["wheel", "checkout"])
def python(request: pytest.FixtureRequest) -> Path:
    """Return a Python that has the package: from the wheel, or as it is here."""
    return request.getfixturevalue("from_wheel") if request.param == "wheel" else Path(sys.executable)


@pytest.fixture
def address(python: Path, tmp_path: Path) -> Iterator[str]:
    """Return the address of OpenFisca's web API, running for the time of a test."""
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        port = free.getsockname()[1]
    serve = [python, "-c", OPENFISCA, "serve", "--country-package", "dept_rules", "--workers", "1"]
    with (tmp_path / "log").open("w+") as log:
        server = subprocess.Popen(
            [*serve, "--bind", f"{ADDRESS}:{port}"],
            cwd=tmp_path,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_for(f"http://{ADDRESS}:{port}/variables", server, tmp_path / "log")
            yield f"http://{ADDRESS}:{port}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=seconds).close()
        except URLError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"no answer from openfisca serve:\n{log.read_text()}")


def _ask(url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_the_wheel_holds_the_library_and_the_whole_law(from_wheel: Path, tmp_path: Path) -> None:
    source = "import dept_rules; print(dept_rules.__path__[0])"
    package = Path(_run(from_wheel, "-c", source, cwd=tmp_path).strip())
    assert package.is_relative_to(from_wheel.parents[1])
    held = _files(package)
    assert held == _files(ROOT / "dept_rules").union(
        *({name / file for file in _files(ROOT / name)} for name in LAW)
    )


def _files(folder: Path) -> set[Path]:
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path for path in files if "__pycache__" not in path.parts}


def test_both_read_the_same_law(from_wheel: Path, tmp_path: Path) -> None:
    source = "from dept_rules.system import law_hash; print(law_hash())"
    assert _run(from_wheel, "-c", source, cwd=tmp_path) == _run(sys.executable, "-c", source, cwd=tmp_path)


def test_the_command_line_says_the_same_from_both(from_wheel: Path, tmp_path: Path) -> None:
    example = ROOT / "examples" / "jeune_salarie_seul.json"
    calculate = ("calculate", example, "--period", "2026-11", "--json")
    installed = _run(from_wheel.parent / "dept-rules", *calculate, cwd=tmp_path)
    assert installed == _run(Path(sys.executable).parent / "dept-rules", *calculate, cwd=tmp_path)
    assert json.loads(installed)["entitlements"]


def test_openfisca_test(python: Path, tmp_path: Path) -> None:
    test = shutil.copy(ROOT / "tests" / "variables" / "revenu_de_base.yaml", tmp_path)
    said = _run(python, "-c", OPENFISCA, "test", "--country-package", "dept_rules", test, cwd=tmp_path)
    assert " passed" in said


def test_openfisca_test_among_the_tests_of_the_project_runs_each_once(tmp_path: Path) -> None:
    test = ROOT / "tests" / "variables" / "revenu_de_base.yaml"
    command = (sys.executable, "-c", OPENFISCA, "test", "--country-package", "dept_rules")
    alone = _run(*command, shutil.copy(test, tmp_path), cwd=tmp_path)
    assert _count(_run(*command, test, cwd=tmp_path)) == _count(alone) > 0


def _count(said: str) -> int:
    return int(said.split(" passed")[0].split()[-1])


def test_openfisca_serve(address: str) -> None:
    assert "revenu_de_base" in _ask(f"{address}/variables")
    assert "rsa.montant_forfaitaire" in _ask(f"{address}/parameters")
    assert "/variables/revenu_de_base.py" in _ask(f"{address}/variable/revenu_de_base")["source"]
    situation = {
        "individus": {
            "camille": {
                "date_naissance": {"ETERNITY": "1999-01-15"},
                "salaire_net": {"2021-07": 400},
                "revenu_de_base": {"2021-07": None},
            }
        },
        "familles": {"famille": {"parents": ["camille"]}},
        "foyers_fiscaux": {"foyer": {"declarants": ["camille"]}},
        "menages": {"menage": {"personne_de_reference": ["camille"]}},
    }
    answer = _ask(f"{address}/calculate", situation)
    assert answer["individus"]["camille"]["revenu_de_base"]["2021-07"] == pytest.approx(445.34)


def test_the_example_of_the_web_api_can_be_calculated(address: str) -> None:
    answer = _ask(f"{address}/calculate", baseline().open_api_config["simulation_example"])
    assert answer["individus"]["camille"]["revenu_de_base"]["2026-11"] > 0
