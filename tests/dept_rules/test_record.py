"""Decision records: no name, no silent recomputation, and what changed is told."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path

import pytest

import dept_rules as dr
from dept_rules.explanation import record as records

EXAMPLES = Path(__file__).parents[2] / "examples"
COUPLE = EXAMPLES / "couple_avec_bebe.json"


@pytest.fixture(scope="module")
def made() -> dict:
    return dr.make_record(COUPLE, "2026-11", sources={"individus/ines": "agent"}, on=date(2026, 11, 23))


def resealed(record: dict) -> dict:
    return {**record, "digest": records._digest(record)}


def test_a_record_holds_no_name(made):
    text = records.write(made)
    assert not any(name in text for name in ("ines", "noe", "bebe"))
    assert "personne_1" in text


def test_a_record_is_canonical(made):
    again = dr.make_record(COUPLE, "2026-11", sources={"individus/ines": "agent"}, on=date(2026, 11, 23))
    assert records.write(made) == records.write(again)
    assert records.write(json.loads(records.write(made))) == records.write(made)


def test_inputs_tell_their_source_and_whether_they_are_sensitive(made):
    inputs = {(one["variable"], one["entity"]): one for one in made["inputs"]}
    assert inputs["statut_activite", "personne_1"]["source"] == "agent"
    assert inputs["statut_activite", "personne_2"]["source"] == "declared"
    assert inputs["aah", "personne_1"]["source"] == "default"
    assert inputs["aah", "personne_1"]["sensitive"] == "handicap"


def test_a_record_that_was_not_touched_holds(made):
    found = dr.verify(made)
    assert (found.altered, found.holds, found.same_rules) == (False, True, True)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("situation", "individus", "personne_2", "salaire_net"), 1),
        (("result", "entitlements", 0, "amount"), "999.99"),
        (("figures", 0, "value"), 0),
        (("on",), "2020-01-01"),
    ],
)
def test_an_altered_record_is_reported_not_recomputed(made, path, value):
    altered = copy.deepcopy(made)
    target = altered
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    found = dr.verify(altered)
    assert found.altered
    assert not found.holds
    assert found.differences == ()
    with pytest.raises(dr.RecordError):
        dr.diff(altered)


def test_a_result_that_the_rules_no_longer_give_is_told(made):
    old = copy.deepcopy(made)
    one = next(e for e in old["result"]["entitlements"] if e["benefit"] == "revenu_de_base")
    one["amount"] = "1.00"
    found = dr.verify(resealed(old))
    assert not found.holds
    assert found.differences[0][:3] == ("revenu_de_base", one["beneficiary"], "1.00")


def test_diff_tells_which_figure_and_which_rule_changed(made):
    old = copy.deepcopy(made)
    figure = next(one for one in old["figures"] if one["name"] == "rsa.montant_forfaitaire")
    figure["value"] = 600.0
    old["rules"]["revenu_de_base_deduction"] = "0" * 64
    changes = dr.diff(resealed(old))
    assert ("rsa.montant_forfaitaire", 600.0, 651.69) in changes.figures
    assert changes.rules == ("revenu_de_base_deduction",)
    assert dr.diff(made) == records.Changes((), (), ())


def test_a_record_under_a_reform_keeps_it():
    reform = {"revenu_de_base.degressivite.revenus_activite": {"2026-01-01": 0.5}}
    record = dr.make_record(EXAMPLES / "jeune_salarie_seul.json", "2026-11", reform)
    assert dr.verify(json.loads(records.write(record))).holds
    entry = next(one for one in record["result"]["entitlements"] if one["benefit"] == "revenu_de_base")
    assert entry["amount"] == "451.69"


def test_the_communication_has_its_four_parts(made):
    text = dr.communication(made)
    for number in range(1, 5):
        assert f"\n{number}. " in f"\n{text}"
    assert "saisi par un agent" in text
    assert "651,69" in text
    assert "Commission d'accès" in dr.mention(made, service="le département", contact="une adresse")


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": "other"}', '{"format": "dept-rules/record/1"}']
)
def test_what_is_not_a_record_is_refused(tmp_path, content):
    path = tmp_path / "record.json"
    path.write_text(content)
    with pytest.raises(dr.RecordError):
        records.load(path)


def test_an_unknown_source_is_met_with_the_known_ones():
    with pytest.raises(dr.UnknownNameError, match="declared"):
        dr.make_record(COUPLE, "2026-11", sources={"individus/ines": "declare"})
