"""The four entities of OpenFisca-France, with its keys and roles, so that payloads carry over."""

from openfisca_core.entities import build_entity

Individu = build_entity(
    key="individu",
    plural="individus",
    label="Individu",
    is_person=True,
)

Famille = build_entity(
    key="famille",
    plural="familles",
    label="Famille",
    doc="L'unité du RSA et de la CAF : un parent ou un couple, et leurs enfants à charge.",
    roles=[
        {
            "key": "parent",
            "plural": "parents",
            "label": "Parents",
            "subroles": ["demandeur", "conjoint"],
        },
        {"key": "enfant", "plural": "enfants", "label": "Enfants"},
    ],
)

FoyerFiscal = build_entity(
    key="foyer_fiscal",
    plural="foyers_fiscaux",
    label="Foyer fiscal",
    doc="Qui déclare ses revenus ensemble : porte le revenu fiscal de référence, par année de revenus.",
    roles=[
        {
            "key": "declarant",
            "plural": "declarants",
            "label": "Déclarants",
            "subroles": ["declarant_principal", "conjoint"],
        },
        {
            "key": "personne_a_charge",
            "plural": "personnes_a_charge",
            "label": "Personnes à charge",
        },
    ],
)

Menage = build_entity(
    key="menage",
    plural="menages",
    label="Ménage",
    doc="Qui partage un logement.",
    roles=[
        {
            "key": "personne_de_reference",
            "label": "Personne de référence",
            "max": 1,
        },
        {"key": "conjoint", "label": "Conjoint de la personne de référence", "max": 1},
        {"key": "enfant", "plural": "enfants", "label": "Enfants"},
        {"key": "autre", "plural": "autres", "label": "Autres"},
    ],
)

ENTITIES = (Individu, Famille, FoyerFiscal, Menage)
GROUPS = (Famille, FoyerFiscal, Menage)
