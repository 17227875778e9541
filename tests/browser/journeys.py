"""People of the examples who fill in the calculators: each screen is answered from what is true of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from openfisca_core.indexed_enums import Enum

from dept_rules.system import baseline
from dept_rules.web.calculator.answers import BUTTONS

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

EXAMPLES = Path(__file__).parents[2] / "examples"
Screen: TypeAlias = "Page | Frame"


@dataclass(frozen=True)
class Journey:
    """Somebody of an example, and the calculator they fill in.

    Attributes:
        example: the file.
        people: by identifier in the calculator, the identifier in the example.
        household: what the first page is told.
        benefit: which calculator.
        more: what the example does not say, by question.
    """

    example: str
    people: dict[str, str]
    household: dict[str, str] = field(default_factory=dict)
    benefit: str = "revenu_de_base"
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.benefit.replace("_", "-")

    @property
    def situation(self) -> dict[str, Any]:
        return json.loads((EXAMPLES / f"{self.example}.json").read_text())

    def truth(self, path: str) -> Any:
        """Return the true answer to a question; None where the example does not say."""
        if path in self.more:
            return self.more[path]
        plural, identifier, variable = path.split("/")
        data = self.situation
        if plural == "individus":
            item = data["individus"][self.people[identifier]]
        elif plural == "menages":
            item = next(iter(data["menages"].values()))
        else:
            first = self.people[identifier.rpartition("_")[2] if identifier.endswith("vous") else "vous"]
            item = next((one for one in data.get(plural, {}).values() if first in str(one)), {})
        value = item.get(variable)
        return next(reversed(value.values())) if isinstance(value, dict) else value


CAMILLE = Journey("jeune_salarie_seul", {"vous": "camille"})
HUGO = Journey("apprenti", {"vous": "hugo", "parents_1": "parent"}, {"parents": "1"})
LINA = Journey(
    "etudiante_boursiere_chez_ses_parents",
    {"vous": "lina", "parents_1": "parent_1", "parents_2": "parent_2"},
    {"parents": "2"},
)
INES = Journey(
    "couple_avec_bebe",
    {"vous": "ines", "conjoint": "noe", "enfants_1": "bebe"},
    {"conjoint": "1", "enfants": "1"},
)
MAYA = Journey("etudiante_benevole", {"vous": "maya"}, benefit="bonus_solidaire")
SAMI = Journey("jeune_sorti_de_l_ase", {"vous": "sami"}, benefit="contrat_jeune_majeur_allocation")
JEANNE = Journey("retraitee_maison_classe_g", {"vous": "jeanne"}, benefit="aide_renovation_energetique")
MERE = Journey(
    "famille_en_impayes",
    {"vous": "mere", "enfants_1": "fille", "enfants_2": "fils"},
    {"enfants": "2"},
    benefit="cheque_energie",
    more={"individus/vous/hebergement": "autonome"},
)
ALL = [CAMILLE, HUGO, LINA, INES, MAYA, SAMI, JEANNE, MERE]


def begin(screen: Screen, journey: Journey) -> None:
    """Answer the first page."""
    for name, value in journey.household.items():
        control = screen.locator(f"#{name}")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    go_on(screen)


def go_on(screen: Screen) -> None:
    """Send the page, and wait for the next one."""
    press(screen, "button.principal")


def press(screen: Screen, selector: str) -> None:
    """Press a button that leads to another page, and wait for that page."""
    with screen.expect_navigation(wait_until="domcontentloaded"):
        screen.locator(selector).click()


def asked(screen: Screen) -> list[str]:
    """Return what the screen asks."""
    return screen.locator("input[name=q]").evaluate_all("all => all.map(one => one.value)")


def is_result(screen: Screen) -> bool:
    return screen.locator("section.carte, #suite").count() > 0


def answer(screen: Screen, journey: Journey) -> None:
    """Fill in a screen, from what is true."""
    if screen.locator("input[name=revenu]").count():
        had = [path for path in asked(screen) if journey.truth(path)]
        for path in had:
            screen.locator(f"input[name=revenu][value='{path}']").check()
        if not had:
            screen.locator("#revenu-aucun").check()
        return
    for path in asked(screen):
        _fill(screen, path, journey.truth(path))


def _fill(screen: Screen, path: str, value: Any) -> None:
    variable = baseline().variables[path.split("/")[2]]
    base = path.replace("/", "-")
    if variable.value_type is bool:
        screen.locator(f"#{base}-{1 if value else 2}").check()
    elif value is None and (variable.value_type is Enum or variable.value_type not in (int, float)):
        _pass_over(screen, base)
    elif variable.value_type is Enum:
        name = f"d{value}" if variable.name.startswith("departement") else value
        if len(list(variable.possible_values)) > BUTTONS:
            screen.locator(f"#{base}").select_option(name)
        else:
            screen.locator(f"input[name='{path}'][value='{name}']").check()
    elif variable.value_type in (int, float):
        screen.locator(f"#{base}").fill(str(value or 0).replace(".", ","))
    else:
        for part, text in zip(("annee", "mois", "jour"), value.split("-"), strict=True):
            screen.locator(f"#{base}-{part}").fill(text)


def _pass_over(screen: Screen, base: str) -> None:
    screen.locator(f"#{base}-ignore").check()


def screens(
    screen: Screen, journey: Journey, seen: Callable[[Screen], None] = lambda _: None
) -> Iterator[int]:
    """Fill in a calculator from its first page to its result; yield the rank of each screen."""
    seen(screen)
    begin(screen, journey)
    for rank in range(60):
        seen(screen)
        if is_result(screen):
            return
        yield rank
        answer(screen, journey)
        go_on(screen)
    raise AssertionError("no end of questions")


def fill(screen: Screen, journey: Journey, seen: Callable[[Screen], None] = lambda _: None) -> int:
    """Fill in a whole calculator; return how many screens it took."""
    return len(list(screens(screen, journey, seen)))
