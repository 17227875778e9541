"""What may be asked and answered, as data: benefits, inputs, and a JSON Schema of situations."""

from __future__ import annotations

from datetime import date
from typing import Any

from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import DateUnit, Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import provenance
from dept_rules.entities import GROUPS, FoyerFiscal, Individu, Menage
from dept_rules.system import benefits, inputs
from dept_rules.variable import Variable

TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", date: "date", Enum: "choice"}
PATTERNS = {
    DateUnit.MONTH: r"^\d{4}(-(0[1-9]|1[0-2]))?$",
    DateUnit.YEAR: r"^\d{4}$",
    DateUnit.ETERNITY: "^ETERNITY$",
}


def describe(variable: Variable) -> dict[str, Any]:
    """Return what a questionnaire or a data file must know of an input."""
    choices = variable.possible_values if variable.value_type is Enum else ()
    return {
        "name": variable.name,
        "entity": variable.entity.key,
        "type": TYPES[variable.value_type],
        "period": str(variable.definition_period),
        "unit": variable.unit,
        "label": variable.label,
        "question": variable.question,
        "values": {member.name: member.value for member in choices},
        "default": None if variable.required else _default(variable),
        "minimum": variable.minimum,
        "maximum": variable.maximum,
        "sensitive": variable.sensitive,
        "burden": variable.burden,
    }


def list_inputs(system: TaxBenefitSystem) -> list[dict[str, Any]]:
    """Return every input of `system`, by entity, then name."""
    order = [entity.key for entity in system.entities]
    found = [describe(one) for one in inputs(system).values()]
    return sorted(found, key=lambda one: (order.index(one["entity"]), one["name"]))


def list_benefits(system: TaxBenefitSystem, month: Period) -> list[dict[str, Any]]:
    """Return every benefit of `system` as it stands in a month, by name.

    Raises:
        PeriodError: the month is outside what is modelled.
    """
    provenance.check_period(system, month)
    rows = []
    for name, one in benefits(system).items():
        assert one.benefit is not None
        switch = provenance.figure(system, one.benefit.applies, month)
        rows.append(
            {
                "name": name,
                "label": one.label,
                "entity": one.entity.key,
                "unit": one.unit,
                "period": str(one.definition_period),
                "payer": one.benefit.payer,
                "applies": bool(switch.value),
                "since": switch.since,
                "in_force": switch.standing in provenance.IN_FORCE,
                "notice": provenance.notice(switch),
                "cliffs": list(one.benefit.cliffs),
            }
        )
    return rows


def situation_schema(system: TaxBenefitSystem) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a situation.

    It says the shape and the type of every answer. That people are placed once, that dates
    exist and the like is checked by `dept_rules.situations`.
    """
    entities = {
        Individu.plural: _items(_answers(system, Individu), minimum=1),
        **{
            group.plural: _items(
                {**_roles(group), **_answers(system, group)},
                minimum=1 if group is Menage else 0,
                required=["personne_de_reference"] if group is Menage else [],
            )
            for group in GROUPS
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Situation",
        "description": "Des personnes, qui vit avec qui, et leurs réponses.",
        "type": "object",
        "properties": entities,
        "required": [Individu.plural, Menage.plural],
        "additionalProperties": False,
    }


def _items(properties: dict[str, Any], minimum: int, required: list[str] | None = None) -> dict[str, Any]:
    item = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        item["required"] = required
    return {"type": "object", "minProperties": minimum, "additionalProperties": item}


def _roles(group: Any) -> dict[str, Any]:
    people = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    found = {}
    for role in group.roles:
        most = len(role.subroles) if role.subroles else role.max
        several = people | ({"maxItems": most} if most else {})
        found[role.plural or role.key] = {"anyOf": [{"type": "string"}, several], "description": role.label}
    if group is not FoyerFiscal:
        first = group.roles[0]
        found[first.plural or first.key]["anyOf"][1]["minItems"] = 1
    return found


def _answers(system: TaxBenefitSystem, entity: Any) -> dict[str, Any]:
    return {
        name: _dated(one) if not one.formulas else _asked(one)
        for name, one in system.variables.items()
        if one.entity.key == entity.key
    }


def _dated(variable: Variable) -> dict[str, Any]:
    value = _value(variable)
    patterns = {PATTERNS[DateUnit.ETERNITY]: value, PATTERNS[variable.definition_period]: value}
    by_period = {"type": "object", "patternProperties": patterns, "additionalProperties": False}
    return {"description": variable.question or variable.label, "anyOf": [value, by_period]}


def _asked(variable: Variable) -> dict[str, Any]:
    nothing = {"type": "object", "additionalProperties": {"type": "null"}}
    return {"description": f"{variable.label} (calculé)", "anyOf": [{"type": "null"}, nothing]}


def _value(variable: Variable) -> dict[str, Any]:
    kind = TYPES[variable.value_type]
    schema: dict[str, Any] = {"type": ["string" if kind in ("date", "choice") else kind, "null"]}
    if kind == "date":
        schema["format"] = "date"
    if kind == "choice":
        names = [member.name for member in variable.possible_values]
        codes = [
            name[1:]
            for name in names
            if variable.possible_values.__name__ == "Departement" and name != names[0]
        ]
        schema = {"enum": [*names, *codes, None]}
    if variable.minimum is not None:
        schema["minimum"] = variable.minimum
    if variable.maximum is not None:
        schema["maximum"] = variable.maximum
    return schema


def _default(variable: Variable) -> Any:
    value = variable.default_value
    return value.name if isinstance(value, Enum) else value.isoformat() if isinstance(value, date) else value
