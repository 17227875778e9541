"""Decision records: what a service may keep, or hand to the person, and check again later.

A record holds the answers and their sources, the figures and rules as applied, every value
computed and the result. It holds no name: identifiers are replaced by pseudonyms. Altered
afterwards, it says so.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openfisca_core.indexed_enums import EnumArray

from dept_rules import provenance, situations
from dept_rules.calculation import Case, evaluate_case, open_case
from dept_rules.entities import GROUPS, Individu
from dept_rules.errors import DeptRulesError, Fault, FaultyInputError, UnknownNameError
from dept_rules.execution import Execution
from dept_rules.system import rules_version
from dept_rules.system import variable as find_variable

FORMAT = "dept-rules/record/1"
#: Where an answer comes from, and how it is said in French.
SOURCES = {
    "declared": "déclaré par la personne",
    "administrative": "fichier administratif",
    "agent": "saisi par un agent",
    "default": "non répondu, valeur par défaut",
}


class RecordError(FaultyInputError):
    """A record that cannot be read."""

    what = "record"


@dataclass(frozen=True)
class Verification:
    """Whether a record still holds.

    Attributes:
        altered: whether it was changed since it was made; nothing is recomputed then.
        holds: whether the rules of today give the same result.
        same_rules: whether the law's files are those of the record.
        differences: entitlements that would differ, (benefit, beneficiary, recorded, now).
    """

    altered: bool
    holds: bool
    same_rules: bool
    differences: tuple[tuple[str, str, str | None, str | None], ...] = ()


@dataclass(frozen=True)
class Changes:
    """What changed since a record was made, and what it does.

    Attributes:
        figures: figures that changed: (name, recorded value, value now).
        rules: variables whose formula or definition changed, or that are gone.
        differences: as in ``Verification``.
    """

    figures: tuple[tuple[str, Any, Any], ...]
    rules: tuple[str, ...]
    differences: tuple[tuple[str, str, str | None, str | None], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return asdict(self)


def make_record(
    situation: Mapping[str, Any] | str | Path,
    period: str,
    reform: Any = None,
    *,
    benefits: Iterable[str] | None = None,
    sources: Mapping[str, str] | None = None,
    on: date | None = None,
) -> dict[str, Any]:
    """Return the record of an evaluation, as plain data, ready for JSON.

    Args:
        situation, period, reform, benefits: as for `dept_rules.evaluate`; a reform is a name or
            a dictionary of figures, so that it can be applied again.
        sources: where answers come from, by path in the situation ("individus/camille/salaire_net"),
            or by its beginning ("individus/camille"); one of ``SOURCES``; "declared" by default.
        on: the day of the record; today by default.

    Raises:
        RecordError: a source is unknown, or the reform cannot be kept in a record.
    """
    for path, source in (sources or {}).items():
        if source not in SOURCES:
            raise UnknownNameError(f"source of {path}", source, SOURCES)
    if not (reform is None or isinstance(reform, str | Mapping)):
        raise RecordError(
            [Fault("reform", "cannot be kept in a record", "a name, or a dictionary of figures")]
        )
    data = situations.load(situation) if isinstance(situation, str | Path) else situation
    open_case(data, period, reform, benefits)
    anonymous, names = _pseudonyms(data)
    case = open_case(anonymous, period, reform, benefits)
    told = {_renamed(path, names): source for path, source in (sources or {}).items()}
    record = {
        "format": FORMAT,
        "on": (on or date.today()).isoformat(),
        "period": str(case.month),
        "reform": dict(reform) if isinstance(reform, Mapping) else reform,
        "benefits": list(case.benefits),
        "situation": anonymous,
        **_trace(case, told),
        "result": evaluate_case(case).to_dict(),
    }
    return {**record, "digest": _digest(record)}


def write(record: Mapping[str, Any]) -> str:
    """Return the canonical JSON of a record: sorted keys, no spaces, UTF-8."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def load(path: str | Path) -> dict[str, Any]:
    """Return the record held by a JSON file.

    Raises:
        RecordError: no such file, not JSON, or not a record.
    """
    try:
        data = situations.load(path)
    except DeptRulesError as error:
        raise RecordError([Fault("", str(error), "a record in JSON")]) from None
    _check_shape(data)
    return data


def verify(record: Mapping[str, Any]) -> Verification:
    """Recompute a record with the rules of today, and say whether it still holds.

    Raises:
        RecordError: it is not a record, or the rules of today cannot read it any more.
    """
    _check_shape(record)
    if _digest(record) != record["digest"]:
        return Verification(altered=True, holds=False, same_rules=False)
    differences = tuple(_differences(record, _now(record)))
    same_rules = record["result"]["rules"]["hash"] == rules_version()["hash"]
    return Verification(False, not differences, same_rules, differences)


def diff(record: Mapping[str, Any]) -> Changes:
    """Return which figures and rules changed since a record was made, and what it does to its result.

    Raises:
        RecordError: it is not a record, was altered, or cannot be read any more.
    """
    case = case_of(record)
    figures = []
    for known in record["figures"]:
        try:
            figure = provenance.figure_or_none(case.system, known["name"], known["at"])
        except UnknownNameError:
            figure = None
        now = None if figure is None else _plain(figure.value)
        if now != known["value"]:
            figures.append((known["name"], known["value"], now))
    rules = tuple(name for name, print_ in record["rules"].items() if _fingerprint(case, name) != print_)
    return Changes(tuple(figures), rules, tuple(_differences(record, case)))


def case_of(record: Mapping[str, Any]) -> Case:
    """Return the situation of a record and what was asked of it, for the rules of today to read.

    Raises:
        RecordError: it is not a record, was altered, or cannot be read any more.
    """
    _check_shape(record)
    if _digest(record) != record["digest"]:
        raise RecordError([Fault("digest", "the record was altered", "the record as it was made")])
    return _now(record)


# --- making a record -----------------------------------------------------------------------------


def _pseudonyms(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Return the situation with its identifiers replaced, and by what, for each entity."""
    names = {
        entity.plural: {
            identifier: f"{entity.key if entity is not Individu else 'personne'}_{rank}"
            for rank, identifier in enumerate(data.get(entity.plural, {}), 1)
        }
        for entity in (Individu, *GROUPS)
    }
    people = names["individus"]
    roles = {role.plural or role.key for group in GROUPS for role in group.roles}
    anonymous: dict[str, Any] = {}
    for plural, renamed in names.items():
        if not renamed:
            continue
        anonymous[plural] = {}
        for identifier, item in data[plural].items():
            kept = copy.deepcopy(dict(item))
            for role in roles & kept.keys() if plural != "individus" else ():
                members = [kept[role]] if isinstance(kept[role], str) else kept[role] or []
                kept[role] = [people[member] for member in members]
            anonymous[plural][renamed[identifier]] = kept
    return anonymous, names


def _renamed(path: str, names: Mapping[str, Mapping[str, str]]) -> str:
    plural, _, rest = path.partition("/")
    identifier, slash, after = rest.partition("/")
    return f"{plural}/{names.get(plural, {}).get(identifier, identifier)}{slash}{after}"


def _trace(case: Case, sources: Mapping[str, str]) -> dict[str, Any]:
    run = Execution(case.system, case.situation.population, record=True)
    for benefit in case.benefits.values():
        month = case.month
        run.value(benefit.name, month if str(benefit.definition_period) == "month" else month.this_year)
    read = {
        (name, str(at.start if hasattr(at, "start") else at)): None
        for figures in run.figures.values()
        for name, at in figures.items()
    }
    figures = [(provenance.figure(case.system, name, at), at) for name, at in read]
    computed = {name for name, _ in run.computed()}
    return {
        "inputs": list(_inputs(case, run, sources)),
        "figures": [
            {
                "name": one.name,
                "at": at,
                "label": one.short_label,
                "value": _plain(one.value),
                "since": one.since,
                "standing": one.standing,
                "reference": one.reference_title,
            }
            for one, at in figures
        ],
        "rules": {name: _fingerprint(case, name) for name in sorted(computed)},
        "trace": [
            {"variable": name, "period": str(period), "values": _values(run.value(name, period))}
            for name, period in run.computed()
        ],
    }


def _inputs(case: Case, run: Execution, sources: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    grouped: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for name, period in run.inputs_read():
        asked = find_variable(case.system, name)
        values = _values(run.value(name, period))
        missing = run.unanswered.get((name, period))
        ids = case.situation.population.ids_of(asked.entity.key)
        for rank, (identifier, value) in enumerate(zip(ids, values, strict=True)):
            default = missing is not None and bool(missing[rank])
            path = f"{asked.entity.plural}/{identifier}/{name}"
            source = "default" if default else _source(path, sources)
            one = grouped.setdefault(
                (name, str(identifier), json.dumps(value), source),
                {
                    "variable": name,
                    "entity": str(identifier),
                    "value": value,
                    "periods": [],
                    "source": source,
                    "sensitive": asked.sensitive,
                },
            )
            one["periods"] += [] if period.size < 0 else [str(period)]
    yield from grouped.values()


def _source(path: str, sources: Mapping[str, str]) -> str:
    """Return the source told for the longest beginning of `path`."""
    told = [known for known in sources if path == known or path.startswith(f"{known}/")]
    return sources[max(told, key=len)] if told else "declared"


def _values(array: Any) -> list[Any]:
    if isinstance(array, EnumArray):
        return [str(name) for name in array.decode_to_str()]
    if array.dtype.kind == "M":
        return [str(value) for value in array]
    return [_plain(value) for value in array.tolist()]


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold."""
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, float) and abs(value) == float("inf") else value


def _fingerprint(case: Case, name: str) -> str | None:
    variable = case.system.variables.get(name)
    if variable is None:
        return None
    source = (variable.introspection_data or ("", ""))[1]
    return hashlib.sha256(source.encode()).hexdigest()


def _digest(record: Mapping[str, Any]) -> str:
    content = {key: value for key, value in record.items() if key != "digest"}
    return hashlib.sha256(write(content).encode()).hexdigest()


# --- reading a record ----------------------------------------------------------------------------


def _check_shape(record: Any) -> None:
    if not isinstance(record, Mapping) or record.get("format") != FORMAT:
        raise RecordError([Fault("format", "this is not a record", FORMAT)])
    wanted = ("period", "benefits", "situation", "inputs", "figures", "rules", "result", "digest")
    lacking = [Fault(key, "is missing", "a record as it was made") for key in wanted if key not in record]
    if lacking:
        raise RecordError(lacking)


def _now(record: Mapping[str, Any]) -> Case:
    try:
        return open_case(record["situation"], record["period"], record["reform"], record["benefits"])
    except DeptRulesError as error:
        raise RecordError([Fault("", f"the rules of today cannot read it: {error}", "")]) from None


def _differences(record: Mapping[str, Any], case: Case) -> Iterator[tuple[str, str, str | None, str | None]]:
    now = {(one["benefit"], one["beneficiary"]): one for one in evaluate_case(case).to_dict()["entitlements"]}
    for one in record["result"]["entitlements"]:
        other = now.get((one["benefit"], one["beneficiary"]))
        before, after = (None if each is None else each["amount"] or each["verdict"] for each in (one, other))
        if before != after or (other is not None and other["verdict"] != one["verdict"]):
            yield one["benefit"], one["beneficiary"], before, after
