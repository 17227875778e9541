"""What is handed to the person with a decision: the mention it carries, the communication of its rules.

Both are made from a decision record (see `dept_rules.explanation.record`), in French.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dept_rules import provenance
from dept_rules.explanation.explain import Explanations, explain_case
from dept_rules.explanation.record import SOURCES, case_of
from dept_rules.system import baseline
from dept_rules.system import variable as find_variable
from dept_rules.texts import day_text, month_text


def mention(record: Mapping[str, Any], *, service: str, contact: str) -> str:
    """Return the mention that a decision made with this record must carry (CRPA, art. R311-3-1-1)."""
    return (
        f"Cette décision a été préparée avec un traitement algorithmique mis en œuvre par {service}. Il a "
        f"pour finalité d'estimer vos droits aux aides demandées pour {month_text(record['period'])}. Vous "
        "pouvez demander communication des règles qui définissent ce traitement et des principales "
        f"caractéristiques de sa mise en œuvre dans votre cas, en vous adressant à {contact}. En l'absence "
        "de réponse dans le délai d'un mois, ou en cas de refus, vous pouvez saisir la Commission d'accès "
        "aux documents administratifs."
    )


def communication(record: Mapping[str, Any]) -> str:
    """Return the communication of a record to the person, in its four parts (CRPA, art. R311-3-1-2).

    Raises:
        RecordError: it is not a record, or was altered.
    """
    explained = explain_case(case_of(record))
    parts = [
        ("1. Degré et mode de contribution du traitement à la décision", _contribution(record)),
        ("2. Données traitées et leurs sources", _data(record)),
        ("3. Paramètres du traitement et leur pondération, appliqués à la situation", _applied(record)),
        ("4. Opérations effectuées", _operations(explained)),
    ]
    return "\n\n".join("\n".join([title, *lines]) for title, lines in parts)


def _contribution(record: Mapping[str, Any]) -> list[str]:
    return [
        "Le traitement estime des droits d'après des règles écrites et les réponses données. Il ne décide "
        "pas : les conditions « à apprécier » et la décision reviennent à l'organisme compétent.",
        f"Règles, version {record['result']['rules']['version']}, "
        f"empreinte {record['result']['rules']['hash'][:12]} ; "
        f"calcul du {day_text(record['on'])} pour {month_text(record['period'])}.",
    ]


def _data(record: Mapping[str, Any]) -> list[str]:
    lines = []
    for one in record["inputs"]:
        asked = find_variable(baseline(), one["variable"])
        when = f" ({', '.join(one['periods'])})" if one["periods"] else ""
        lines.append(
            f"- {one['entity']}, {asked.label}{when} : {_said(one['value'])} ; {SOURCES[one['source']]}"
        )
    return lines


def _applied(record: Mapping[str, Any]) -> list[str]:
    return [
        f"- {one['label']} : {_said(one['value'])}, depuis le {day_text(one['since'])} "
        f"({provenance.LABELS[one['standing']].lower()}{'; ' + one['reference'] if one['reference'] else ''})"
        for one in record["figures"]
    ]


def _operations(explained: Explanations) -> list[str]:
    wanted = {"title", "condition", "operation"}
    return [
        sentence if kind == "title" else f"  {sentence}"
        for one in explained
        for kind, sentence in one.lines()
        if kind in wanted
    ]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)
