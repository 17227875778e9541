"""What a service is configured with: a TOML file, then the environment, then what the command line says.

All faults of a configuration are told together, and none repeats the value given.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from dept_rules import enums
from dept_rules.errors import Fault, FaultyInputError
from dept_rules.web.faults import faults_of
from dept_rules.web.theme import ThemeError, read_theme

#: ``DEPT_RULES_WEB_LIMITS__PEOPLE=30`` sets ``people`` of the table ``limits``.
PREFIX = "DEPT_RULES_WEB_"
#: Where the application keeps them, in ``app.config``.
SETTINGS = "DEPT_RULES"
ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")
RATE = re.compile(r"[1-9][0-9]{0,6}/(second|minute|hour|day)")


class SettingsError(FaultyInputError):
    """A configuration of the service that cannot be accepted."""

    what = "configuration"


def _origin(text: str) -> str:
    if not ORIGIN.fullmatch(text):
        raise ValueError('an origin such as "https://www.example.fr", without a path')
    return text


def _rate(text: str) -> str:
    if not RATE.fullmatch(text):
        raise ValueError('a rate such as "60/minute"')
    return text


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s\"'<>\\]+", text):
        raise ValueError("the address of a page, http:// or https://")
    return text


def _code(text: str) -> str:
    if f"d{text}" not in enums.Departement.__members__:
        raise ValueError('the Insee code of a département, such as "54"')
    return text


def _theme(tokens: Mapping[str, str]) -> Mapping[str, str]:
    try:
        read_theme("", tokens)
    except ThemeError as error:
        told = (f"{one.path}: {one.problem}, expected {one.expected}" for one in error.faults)
        raise ValueError("a theme that people can read: " + "; ".join(told)) from None
    return tokens


Origin = Annotated[str, AfterValidator(_origin)]
Rate = Annotated[str, AfterValidator(_rate)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Tokens = Annotated[Mapping[str, Text], AfterValidator(_theme)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Departement(_Part):
    """Whose service it is.

    Attributes:
        name: "Meurthe-et-Moselle".
        code: its Insee code, "54", which the calculators take for the département of who answers, and do
            not ask; None where the service is nobody's in particular.
    """

    name: Text = "Votre département"
    code: Annotated[str, AfterValidator(_code)] | None = None


class Contact(_Part):
    """Whom people may ask."""

    service: Text | None = None
    address: Text | None = None
    phone: Text | None = None
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    url: WebAddress | None = None


class Links(_Part):
    """Pages of the département that every screen links to; None where there is none."""

    legal: WebAddress | None = None
    privacy: WebAddress | None = None
    accessibility: WebAddress | None = None
    source: WebAddress | None = None


class Calculators(_Part):
    """The pages for the public.

    Attributes:
        notices: French sentences said on every screen, beside those that the law file itself gives.
        proposal_notices: the same, said only where an aid that is a proposal is shown.
        frame_ancestors: origins of the sites that may embed the calculators; none by default.
        preview: short names of the shipped reforms that a calculator may compare with; "plateforme" is
            the platform of June 2021 itself.
        theme: tokens of colours and fonts, which `dept_rules.web.theme` reads.
    """

    notices: tuple[Text, ...] = ()
    proposal_notices: tuple[Text, ...] = ()
    frame_ancestors: tuple[Origin, ...] = ()
    preview: tuple[Text, ...] = ()
    theme: Tokens = {}


class Api(_Part):
    """The service for programs.

    Attributes:
        allowed_origins: origins of the pages whose scripts may call it (CORS); none by default.
        reforms: short names of the reforms that a request may ask; None for all that are shipped.
        figures: whether a request may bring a reform of its own, as figures by name and date.
        rate: how many requests one address may make, "60/minute"; None for no limit.
        rate_storage: where counts are kept, as the library `limits` names it.
    """

    allowed_origins: tuple[Origin, ...] = ()
    reforms: tuple[Text, ...] | None = None
    figures: bool = True
    rate: Rate | None = None
    rate_storage: Text = "memory://"


class Limits(_Part):
    """What one request may ask.

    Attributes:
        body_bytes: size of a body; in a batch, of a line.
        depth: levels of JSON.
        people: people of a situation.
        periods: distinct months or years that one body names.
        months: how far ahead `what-if` looks.
        batch_lines, batch_bytes: lines and size of a batch, which is kept in memory.
        batches: how many a process answers at once.
        seconds: time of a computation; past it the answer is an error.
        read_seconds: time in which a request must have come in whole.
        batch_seconds: the same for a batch, from its first line to its last.
        computations: how many are run at once in a process; others wait their turn.
    """

    body_bytes: Annotated[int, Field(ge=1_000, le=10_000_000)] = 262_144
    depth: Annotated[int, Field(ge=6, le=32)] = 12
    people: Annotated[int, Field(ge=1, le=1_000)] = 30
    periods: Annotated[int, Field(ge=1, le=1_000)] = 120
    months: Annotated[int, Field(ge=1, le=600)] = 60
    batch_lines: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    batch_bytes: Annotated[int, Field(ge=1_000, le=1_000_000_000)] = 20_000_000
    batches: Annotated[int, Field(ge=1, le=64)] = 4
    seconds: Annotated[float, Field(gt=0, le=300)] = 10.0
    read_seconds: Annotated[float, Field(gt=0, le=300)] = 15.0
    batch_seconds: Annotated[float, Field(gt=0, le=86_400)] = 600.0
    computations: Annotated[int, Field(ge=1, le=64)] = 2


class Server(_Part):
    """How it is served.

    Attributes:
        workers: processes.
        threads: connections that one process serves at once.
        proxies: how many proxies of yours stand before it, whose ``X-Forwarded-For`` and
            ``X-Forwarded-Proto`` are believed; none other is.
    """

    workers: Annotated[int, Field(ge=1, le=256)] = 2
    threads: Annotated[int, Field(ge=1, le=1_000)] = 64
    proxies: Annotated[int, Field(ge=0, le=5)] = 0


class Settings(_Part):
    """A configuration, checked. ``Settings()`` is a service of the platform, closed to other sites.

    Attributes:
        reform: short name of a shipped reform, or the path of a YAML file, applied to all that the
            service says; None for the platform.
        departement, contact, links, calculators, api, limits, server: see their classes.
    """

    reform: Text | None = None
    departement: Departement = Departement()
    contact: Contact = Contact()
    links: Links = Links()
    calculators: Calculators = Calculators()
    api: Api = Api()
    limits: Limits = Limits()
    server: Server = Server()


def load(
    path: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
    **given: Any,
) -> Settings:
    """Return the settings of a file, of the environment and of `given`, the last winning.

    Args:
        path: a TOML file; None for none.
        environ: variables such as ``DEPT_RULES_WEB_LIMITS__PEOPLE``; those of the process by default.
            A value is read as one of TOML where it is one, else as text.
        given: values by name, "server__workers" for one of a table; None where not given.

    Raises:
        SettingsError: with every fault found.
    """
    data = _file(Path(path)) if path is not None else {}
    faults: list[Fault] = []
    variables = os.environ if environ is None else environ
    for name in sorted(variables):
        if name.startswith(PREFIX):
            _put(data, name.removeprefix(PREFIX).lower(), _value(variables[name]), name, faults)
    for name, value in given.items():
        if value is not None:
            _put(data, name, value, name, faults)
    try:
        settings = Settings.model_validate(_tuples(data))
    except ValidationError as error:
        faults += faults_of(error, data)
    if faults:
        raise SettingsError(faults)
    return settings


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError([Fault(str(path), "there is no such file", "a TOML file")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([Fault(str(path), f"cannot be read ({type(error).__name__})")]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([Fault(str(path), f"this is not TOML ({error})")]) from None


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, KeyError):
        return text


def _put(data: dict[str, Any], name: str, value: Any, said: str, faults: list[Fault]) -> None:
    *tables, key = name.split("__")
    here: Any = data
    for table in tables:
        here = here.setdefault(table, {})
        if not isinstance(here, dict):
            faults.append(Fault(said, f"{table} is not a table", "a table of settings"))
            return
    here[key] = value


def _tuples(value: Any) -> Any:
    """Return data with tuples for lists, as a strict model wants them."""
    if isinstance(value, dict):
        return {key: _tuples(one) for key, one in value.items()}
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
