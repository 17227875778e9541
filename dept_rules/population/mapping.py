"""How the columns of an analyst's tables are told in the words of the law: a small YAML file.

```yaml
columns:
  ident: individu_id                                # a column, and what it is
  logement: menage_id
  sal_an: {to: salaire_net, unit: year}             # an amount of the year, for an input of the month
  act: {to: statut_activite, values: {"1": actif, "2": etudiant}}
  pond: poids
keep: [diplome, region]                             # not read by the law, kept beside it
drop: [commentaire]                                 # neither
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dept_rules import strict_yaml
from dept_rules.entities import ENTITIES
from dept_rules.errors import Fault, MappingError, did_you_mean, nearest
from dept_rules.system import baseline, inputs
from dept_rules.tables.faults import Faults

if TYPE_CHECKING:
    import pandas as pd

SECTIONS = ("columns", "keep", "drop")
PARTS = ("to", "values", "unit")
#: By what an amount told for one unit of time is multiplied, for an input of another.
FACTORS = {("year", "EUR/month"): Fraction(1, 12), ("month", "EUR/year"): Fraction(12)}
TIMES = {"EUR/month": "month", "EUR/year": "year"}
STRUCTURE = frozenset(f"{entity.key}_{what}" for entity in ENTITIES for what in ("id", "role")) | {"poids"}


@dataclass(frozen=True)
class Rule:
    """What a column is told as.

    Attributes:
        to: name of the input (or identifier, role, weight), perhaps with a period after @.
        values: what each value of the column stands for; none where it stands for itself.
        factor: what amounts are multiplied by.
    """

    to: str
    values: Mapping[str, Any] = field(default_factory=dict)
    factor: Fraction = Fraction(1)


@dataclass(frozen=True)
class Mapped:
    """How the columns of tables are told.

    Attributes:
        rules: by column of the analyst.
        keep: columns kept beside what the law reads.
        drop: columns left aside.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()

    def name(self, column: str) -> str:
        """Return what a column is told as: its own name, where nothing else is said."""
        return self.rules[column].to if column in self.rules else column

    def apply(self, plural: str, table: pd.DataFrame, faults: Faults) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the columns of a table that the law reads, and those kept beside them."""
        import pandas as pd

        read: dict[str, Any] = {}
        for column in map(str, table.columns):
            if column in self.keep or column in self.drop:
                continue
            rule = self.rules.get(column, Rule(column))
            if rule.to in read:
                faults.add(f"{plural}.{column}", f"is told as {rule.to}, as another column is", "one column")
                continue
            read[rule.to] = _told(f"{plural}.{column}", table[column], rule, faults)
        kept = [column for column in table.columns if str(column) in self.keep]
        return pd.DataFrame(read, index=table.index), table[kept]


def read(path: str | Path | Mapping[str, Any]) -> Mapped:
    """Read a mapping of columns: the path of a YAML file, or the same as a mapping.

    Raises:
        MappingError: with every fault found.
    """
    where = "" if isinstance(path, Mapping) else Path(path).name
    data, faults = (path, []) if isinstance(path, Mapping) else _from_file(Path(path))
    faults = [Fault(f"{where} {fault.path}".strip(), fault.problem, fault.expected) for fault in faults]
    if faults:
        raise MappingError(faults)
    if not isinstance(data, Mapping):
        raise MappingError([Fault(where, "is not a mapping", f"the sections {', '.join(SECTIONS)}")])
    for key in data:
        if key not in SECTIONS:
            hint = did_you_mean(nearest(str(key), SECTIONS))
            faults.append(Fault(str(key), f"is unknown{hint}", f"one of {', '.join(SECTIONS)}"))
    columns = data.get("columns") or {}
    rules = {}
    if isinstance(columns, Mapping):
        rules = {str(column): _rule(str(column), told, faults) for column, told in columns.items()}
    else:
        faults.append(Fault("columns", "is not a mapping", "columns, and what each is"))
    lists = {}
    for section in SECTIONS[1:]:
        names = data.get(section) or []
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            faults.append(Fault(section, "is not a list of columns"))
            names = []
        lists[section] = frozenset(names)
    for name in (rules.keys() & (lists["keep"] | lists["drop"])) | (lists["keep"] & lists["drop"]):
        faults.append(Fault(name, "is told twice", "in one section"))
    if faults:
        raise MappingError(faults)
    return Mapped(rules, lists["keep"], lists["drop"])


def _from_file(path: Path) -> tuple[Any, list[Fault]]:
    try:
        return strict_yaml.load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return None, [Fault("", "the text is not in UTF-8")]
    except OSError as error:
        return None, [
            Fault("", f"the file cannot be read ({type(error).__name__})", "the path of a YAML file")
        ]


def _rule(column: str, told: Any, faults: list[Fault]) -> Rule:
    data = {"to": told} if isinstance(told, str) else told
    path = f"columns.{column}"
    if not isinstance(data, Mapping) or not isinstance(data.get("to"), str):
        faults.append(Fault(path, "does not say what the column is", "the name of an input"))
        return Rule(column)
    for key in data:
        if key not in PARTS:
            faults.append(Fault(f"{path}.{key}", "is unknown", f"one of {', '.join(PARTS)}"))
    to = data["to"]
    name = to.partition("@")[0]
    known = inputs(baseline())
    if name not in known and name not in STRUCTURE:
        hint = did_you_mean(nearest(name, [*known, *STRUCTURE]))
        faults.append(Fault(path, f"{name} is no input{hint}", "an input that `dept-rules inputs` lists"))
        return Rule(column)
    values = data.get("values") or {}
    if not isinstance(values, Mapping):
        faults.append(Fault(f"{path}.values", "is not a mapping", "a value for each value of the column"))
        values = {}
    factor = Fraction(1)
    if "unit" in data:
        unit = known[name].unit if name in known else None
        if data["unit"] not in ("month", "year") or unit not in TIMES:
            faults.append(
                Fault(f"{path}.unit", "does not suit", "month or year, for an amount of one or the other")
            )
        else:
            factor = FACTORS.get((data["unit"], str(unit)), factor)
    return Rule(to, {_text(key): value for key, value in values.items()}, factor)


def _told(path: str, column: pd.Series[Any], rule: Rule, faults: Faults) -> Any:
    """Return a column in the words of the law; values of no counterpart are faults, missing ones stay so."""
    import pandas as pd

    if rule.values:
        texts = column.astype(object).map(_text, na_action="ignore")
        unknown = (texts.notna() & ~texts.isin(list(rule.values))).to_numpy(bool)
        faults.add_where(path, "has no counterpart in the mapping", unknown, "a value that `values` tells")
        return texts.map(dict(rule.values)).astype(object).where(texts.notna(), None)
    if rule.factor != 1:
        if not pd.api.types.is_numeric_dtype(column):
            faults.add(path, "is not a number", "amounts, as they have a unit")
            return column
        return column * rule.factor.numerator / rule.factor.denominator
    return column


def _text(value: Any) -> str:
    """Return a value as a mapping writes it: 1 for 1.0, true for True."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
