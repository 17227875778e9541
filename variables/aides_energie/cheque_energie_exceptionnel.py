"""Chèque énergie exceptionnel : un second chèque de l'État, en 2021 et en 2022 seulement.

Décrets n° 2021-1541 du 29 novembre 2021 et n° 2022-1552 du 10 décembre 2022.

Ouvre droit au chèque exceptionnel de l'année le ménage :
1. qui remplit les conditions de logement et de foyer fiscal du chèque énergie ;
2. dont le revenu fiscal de référence par unité de consommation est au-dessous du plafond du décret.

Revenu et unités sont ceux du chèque énergie de l'année.

Non modélisé : l'aide de 2022 aux gestionnaires de résidences sociales ; la durée de validité.
"""

from dept_rules.base import YEAR, Benefit, Menage, Variable, arrondi, where

DECRETS = "Décrets n° 2021-1541 du 29 novembre 2021 et n° 2022-1552 du 10 décembre 2022"


class cheque_energie_exceptionnel_condition_plafond(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir un revenu fiscal de référence au-dessous du plafond du chèque exceptionnel"
    reference = DECRETS

    def formula_2021(menage, period, parameters):
        plafond = parameters(period).cheque_energie_exceptionnel.seuils.plafond
        unites = menage("cheque_energie_unites_consommation", period)
        return menage("cheque_energie_rfr", period) < arrondi(plafond * unites)


class cheque_energie_exceptionnel_eligibilite(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Remplir les conditions du chèque énergie exceptionnel"
    reference = DECRETS

    def formula(menage, period, parameters):
        return (
            parameters(period).cheque_energie_exceptionnel.applique
            & menage("cheque_energie_condition_residence_principale", period)
            & menage("cheque_energie_condition_logement", period)
            & menage("cheque_energie_condition_declarant", period)
            & menage("cheque_energie_exceptionnel_condition_plafond", period)
        )


class cheque_energie_exceptionnel(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Chèque énergie exceptionnel"
    reference = DECRETS
    benefit = Benefit(
        applies="cheque_energie_exceptionnel.applique",
        payer="etat",
        cliffs=(
            "En 2022, le chèque exceptionnel baisse de moitié au seuil de la seconde tranche.",
            "Au plafond, tout le chèque exceptionnel est perdu.",
        ),
    )

    def formula_2021(menage, period, parameters):
        chiffres = parameters(period).cheque_energie_exceptionnel
        unites = menage("cheque_energie_unites_consommation", period)
        en_1 = menage("cheque_energie_rfr", period) < arrondi(chiffres.seuils.tranche_2 * unites)
        montant = where(en_1, chiffres.montant.tranche_1, chiffres.montant.tranche_2)
        return montant * menage("cheque_energie_exceptionnel_eligibilite", period)
