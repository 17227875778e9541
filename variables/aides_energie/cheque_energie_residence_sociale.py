"""Aide spécifique aux résidences sociales : ce qui remplace le chèque énergie, à montant fixe.

Code de l'énergie, articles L124-1 et R124-5. Droit en vigueur depuis 2018.

Y a droit le ménage :
1. qui vit en foyer ou en résidence sociale au 1er janvier ;
2. dont le gestionnaire a demandé et obtenu l'aide, qu'il déduit de la redevance.

Le montant est fixe par logement occupé, quels que soient les revenus et le nombre d'occupants. L'aide
est exclusive du chèque énergie.

Non modélisé : les frais de gestion que le gestionnaire peut garder ; depuis 2025, l'extension à tous les
logements-foyers, à l'intermédiation locative et, sous condition de revenu, aux établissements pour
personnes âgées ou handicapées.
"""

from dept_rules.base import YEAR, Appreciation, Benefit, Judgement, Menage, Variable

LOI = "Code de l'énergie, articles L124-1 et R124-5"


class cheque_energie_residence_sociale_condition_logement(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Vivre en foyer ou en résidence sociale"
    reference = LOI

    def formula(menage, period):
        return menage("cheque_energie_en_residence", period)


class cheque_energie_residence_sociale_condition_gestionnaire(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Vivre dans une résidence dont le gestionnaire a obtenu l'aide"
    reference = LOI
    judgement = Judgement(
        by="l'Agence de services et de paiement",
        on="demande du gestionnaire de la résidence",
        answer="aide_residence_sociale_accordee",
    )

    def formula(menage, period):
        return menage("aide_residence_sociale_accordee", period) != Appreciation.non


class cheque_energie_residence_sociale_eligibilite(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Remplir les conditions de l'aide spécifique aux résidences sociales"
    reference = LOI

    def formula(menage, period, parameters):
        return (
            parameters(period).cheque_energie_residence_sociale.applique
            & menage("cheque_energie_residence_sociale_condition_logement", period)
            & menage("cheque_energie_residence_sociale_condition_gestionnaire", period)
        )


class cheque_energie_residence_sociale(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Aide spécifique aux résidences sociales (à la place du chèque énergie)"
    reference = LOI
    benefit = Benefit(applies="cheque_energie_residence_sociale.applique", payer="etat")

    def formula(menage, period, parameters):
        montant = parameters(period).cheque_energie_residence_sociale.montant
        return montant * menage("cheque_energie_residence_sociale_eligibilite", period)
