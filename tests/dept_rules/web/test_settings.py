"""The configuration of a service: where it comes from, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dept_rules.errors import ReformError, UnknownNameError
from dept_rules.web.app import create_app
from dept_rules.web.settings import Limits, Settings, SettingsError, load

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "service.toml"
GUIDE = Path(__file__).resolve().parents[3] / "docs" / "service.md"


def faults(path: Path | None = None, environ: dict[str, str] | None = None, **given: Any) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(path, environ or {}, **given)
    return [fault.path for fault in caught.value.faults]


def test_without_anything_it_is_the_platform_closed_to_other_sites() -> None:
    settings = load(None, {})
    assert settings == Settings()
    assert settings.reform is None
    assert settings.api.allowed_origins == settings.calculators.frame_ancestors == ()


def test_the_last_one_who_speaks_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "service.toml"
    path.write_text('reform = "rsj_lyon"\n[limits]\npeople = 5\nseconds = 3\n[server]\nworkers = 3\n')
    environ = {
        "DEPT_RULES_WEB_LIMITS__PEOPLE": "7",
        "DEPT_RULES_WEB_SERVER__WORKERS": "4",
        "DEPT_RULES_WEB_API__ALLOWED_ORIGINS": '["https://www.example.fr"]',
        "DEPT_RULES_WEB_DEPARTEMENT__NAME": "Meurthe-et-Moselle",
        "PATH": "/bin",
    }
    settings = load(path, environ, server__workers=6, reform=None)
    assert (settings.reform, settings.limits.people, settings.limits.seconds) == ("rsj_lyon", 7, 3)
    assert settings.server.workers == 6
    assert settings.api.allowed_origins == ("https://www.example.fr",)
    assert settings.departement.name == "Meurthe-et-Moselle"


def test_the_example_is_a_configuration_that_serves() -> None:
    settings = load(EXAMPLE, {})
    assert settings.reform == "droit_en_vigueur"
    answer = create_app(settings).test_client().get("/health")
    assert answer.json["reform"] == "droit_en_vigueur"


def test_all_faults_are_told_together_without_what_was_given(tmp_path: Path) -> None:
    path = tmp_path / "service.toml"
    path.write_text(
        'refrom = "x"\n[limits]\npeople = "secret-1"\nperiods = 0\n[api]\n'
        'allowed_origins = ["https://secret-2.example/page", "*"]\nrate = "secret-3"\n'
        '[links]\nlegal = "javascript:secret-4"\n[contact]\nemail = "secret-5"\n'
    )
    with pytest.raises(SettingsError) as caught:
        load(path, {"DEPT_RULES_WEB_SERVER__WORKERS": "secret-6"})
    assert {fault.path for fault in caught.value.faults} == {
        "refrom",
        "limits/people",
        "limits/periods",
        "api/allowed_origins/0",
        "api/allowed_origins/1",
        "api/rate",
        "links/legal",
        "contact/email",
        "server/workers",
    }
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["limits = 3", "[limits", "\x00"], ids=["no table", "no TOML", "no text"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "service.toml"
    path.write_text(text)
    assert len(faults(path)) == 1
    assert len(faults(tmp_path / "nowhere.toml")) == 1
    assert faults(environ={"DEPT_RULES_WEB_REFORM": "x", "DEPT_RULES_WEB_REFORM__X": "1"})


@pytest.mark.parametrize(
    "origin",
    ["https://a.example/", "http://", "a.example", "https://*.example", "https://a.example:99999999", "null"],
)
def test_an_origin_is_a_scheme_a_host_and_a_port(origin: str) -> None:
    assert faults(api={"allowed_origins": (origin,)}) == ["api/allowed_origins/0"]
    assert faults(calculators={"frame_ancestors": (origin,)}) == ["calculators/frame_ancestors/0"]


@pytest.mark.parametrize(
    "theme",
    [{"ombre": "1"}, {"principal": "rouge"}, {"police": "Comic"}, {"principal": "eeeeee"}],
    ids=["unknown token", "no colour", "unknown font", "contrast"],
)
def test_a_theme_that_cannot_be_read_is_refused_when_the_service_starts(theme: dict[str, str]) -> None:
    assert faults(calculators={"theme": theme}) == ["calculators/theme"]
    with pytest.raises(SettingsError) as caught:
        load(None, {}, calculators={"theme": theme}, limits={"people": 0})
    assert len(caught.value.faults) == 2
    assert f"theme/{next(iter(theme))}" in str(caught.value)
    for value in theme.values():
        assert value == "1" or value not in str(caught.value)


def test_reforms_that_do_not_exist_are_refused_when_the_service_starts(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="rsj_lyon"):
        create_app(load(None, {}, reform="rsj_lion"))
    with pytest.raises(UnknownNameError):
        create_app(load(None, {}, api={"reforms": ("rien",)}))
    faulty = tmp_path / "mine.yaml"
    faulty.write_text("label: La nôtre\n")
    with pytest.raises(ReformError):
        create_app(load(None, {}, reform=str(faulty)))


def test_a_reform_of_a_file_is_served_under_its_name(tmp_path: Path) -> None:
    mine = tmp_path / "la_notre.yaml"
    mine.write_text(
        "label: La nôtre\nstatus: proposition\nreference: {title: Essai}\n"
        "parameters:\n  revenu_de_base.degressivite.revenus_activite:\n    2018-01-01: {value: 0.5}\n"
    )
    client = create_app(load(None, {}, reform=str(mine))).test_client()
    assert client.get("/health").json["reform"] == "la_notre"
    assert (
        client.get("/v1/parameters?name=revenu_de_base.degressivite.revenus_activite").json[0]["value"] == 0.5
    )


@pytest.mark.parametrize(
    ("code", "sound"), [("54", 1), ("2A", 1), ("974", 1), ("20", 0), ("96", 0), ("d54", 0)]
)
def test_a_departement_is_one_that_the_law_knows(code: str, sound: int) -> None:
    if sound:
        assert load(None, {}, departement={"code": code}).departement.code == code
    else:
        assert faults(departement={"code": code}) == ["departement/code"]


def test_the_guide_tells_every_limit() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for name, one in Limits.model_fields.items():
        assert f"`{name}`" in text
        assert f"{one.default:g}" in text or str(one.default) in text
