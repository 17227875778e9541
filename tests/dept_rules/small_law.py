"""A law of a few figures, for tests that need to know all of them."""

from __future__ import annotations

from typing import Any

from openfisca_core.parameters import ParameterNode
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.entities import ENTITIES
from dept_rules.legislation import Legislation

LOI = {"title": "Loi de 2018", "href": "https://loi.fr/2018"}
DECRET = {"title": "Décret de 2021"}
TREE: dict[str, Any] = {
    "couverture": {
        "debut": {
            "metadata": {"unit": "text", "status": "hypothese"},
            "values": {"2018-01-01": {"value": "2018-01-01"}},
        },
        "report_maximal": {
            "metadata": {"unit": "years", "status": "hypothese"},
            "values": {"2018-01-01": {"value": 5}},
        },
    },
    "aide": {
        "applique": {
            "description": "L'aide s'applique",
            "metadata": {
                "short_label": "En application",
                "unit": "boolean",
                "status": "proposition",
                "mention": "Proposition de juin 2021",
            },
            "values": {"2018-01-01": {"value": False}, "2021-04-01": {"value": True}},
        },
        "age": {
            "description": "Âge minimal (inclus)",
            "metadata": {"short_label": "Âge", "unit": "years", "status": "droit_positif"},
            "values": {"2018-01-01": {"value": 18}},
        },
        "plafond": {
            "description": "Plafond de ressources",
            "metadata": {"short_label": "Plafond", "unit": "EUR/month", "status": "droit_positif"},
            "values": {"2018-01-01": {"value": 1000}},
        },
        "taux": {
            "description": "Part des revenus déduite",
            "metadata": {"short_label": "Taux", "unit": "rate", "status": "droit_positif"},
            "values": {"2018-01-01": {"value": 0.3}},
        },
        "majoration": {
            "description": "Coefficient de majoration",
            "metadata": {"short_label": "Majoration", "unit": "rate", "status": "droit_positif"},
            "values": {"2018-01-01": {"value": 1.2}},
        },
        "unite": {
            "description": "Unité dont les revenus comptent",
            "metadata": {
                "short_label": "Unité",
                "unit": "text",
                "status": "droit_positif",
                "choices": ["individu", "famille"],
            },
            "values": {"2018-01-01": {"value": "individu"}},
        },
        "montant": {
            "description": "Montant de l'aide",
            "metadata": {
                "short_label": "Montant",
                "unit": "EUR/month",
                "status": "droit_positif",
                "revaluation": "yearly",
                "notes": "Lu au journal officiel.",
            },
            "values": {
                "2018-04-01": {"value": 100, "reference": LOI},
                "2020-04-01": {"value": 110, "reference": LOI},
                "2021-04-15": {
                    "value": 120.5,
                    "reference": DECRET,
                    "metadata": {"status": "hypothese", "notes": "Extrapolé."},
                },
            },
        },
        "bareme": {
            "description": "Barème de l'aide",
            "metadata": {
                "type": "single_amount",
                "short_label": "Barème",
                "threshold_unit": "EUR/year",
                "amount_unit": "EUR",
                "status": "proposition",
            },
            "brackets": [
                {
                    "threshold": {"2018-01-01": {"value": 0, "reference": LOI}},
                    "amount": {
                        "2018-01-01": {"value": 76, "reference": LOI},
                        "2019-01-01": {"value": 194, "reference": DECRET},
                    },
                },
                {
                    "threshold": {"2018-01-01": {"value": 5600, "reference": LOI}},
                    "amount": {
                        "2018-01-01": {
                            "value": 50,
                            "reference": LOI,
                            "metadata": {"status": "hypothese"},
                        }
                    },
                },
            ],
        },
    },
}


class SmallLaw(Legislation, TaxBenefitSystem):
    def __init__(self) -> None:
        super().__init__(ENTITIES)
        self.parameters = ParameterNode("", data=TREE)
