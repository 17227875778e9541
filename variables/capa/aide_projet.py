"""Aide au projet du CAPA : les dépenses du projet, en une fois, dans la limite d'un maximum.

Reçoit l'aide au projet dans l'année la personne :
1. qui remplit les conditions du CAPA au moins un mois de l'année ;
2. qui a des dépenses à financer ;
3. qui n'a pas épuisé le maximum ;
4. dont la demande est acceptée, ce qui s'apprécie sur devis.

Elle reste due quand l'aide mensuelle ne l'est pas : revenu de base, RSA, contrat d'engagement jeune et
contrat jeune majeur ne l'excluent pas. Le maximum vaut pour tout le contrat. Les chiffres sont ceux
du 1er janvier : la première année de l'aide est 2022.

Non modélisé : les aides de même objet d'autres organismes ; les dépenses admises.
"""

from dept_rules.base import ADD, YEAR, Appreciation, Benefit, Individu, Judgement, Variable, max_, min_

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 3"


class capa_aide_projet_reste(Variable):
    value_type = float
    entity = Individu
    definition_period = YEAR
    unit = "EUR"
    label = "Ce qui reste du maximum de l'aide au projet avant cette année"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        maximum = parameters(period).capa.aide_projet.maximum
        return max_(maximum - individu("capa_aide_projet_montant_deja_verse", period), 0)


class capa_aide_projet_condition_capa(Variable):
    value_type = bool
    entity = Individu
    definition_period = YEAR
    label = "Remplir les conditions du CAPA au moins un mois de l'année"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("capa", period, options=[ADD]) > 0


class capa_aide_projet_condition_depenses(Variable):
    value_type = bool
    entity = Individu
    definition_period = YEAR
    label = "Avoir des dépenses à financer pour le projet"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("capa_cout_projet", period) > 0


class capa_aide_projet_condition_maximum(Variable):
    value_type = bool
    entity = Individu
    definition_period = YEAR
    label = "Ne pas avoir épuisé le maximum de l'aide au projet"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("capa_aide_projet_reste", period) > 0


class capa_aide_projet_condition_accord(Variable):
    value_type = bool
    entity = Individu
    definition_period = YEAR
    label = "Avoir obtenu l'accord du département sur les dépenses du projet"
    reference = PLATEFORME
    judgement = Judgement(
        by="le département",
        on="le projet signé et les devis",
        answer="capa_aide_projet_accordee",
    )

    def formula(individu, period):
        return individu("capa_aide_projet_accordee", period) != Appreciation.non


class capa_aide_projet_eligibilite(Variable):
    value_type = bool
    entity = Individu
    definition_period = YEAR
    label = "Remplir les conditions de l'aide au projet du CAPA"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        return (
            parameters(period).capa.applique
            & individu("capa_aide_projet_condition_capa", period)
            & individu("capa_aide_projet_condition_depenses", period)
            & individu("capa_aide_projet_condition_maximum", period)
            & individu("capa_aide_projet_condition_accord", period)
        )


class capa_aide_projet(Variable):
    value_type = float
    entity = Individu
    definition_period = YEAR
    unit = "EUR"
    label = "Aide au projet du CAPA"
    reference = PLATEFORME
    benefit = Benefit(
        applies="capa.applique",
        cliffs=("Dépasser d'un euro le plafond de ressources fait perdre toute l'aide au projet.",),
    )

    def formula(individu, period):
        cout = individu("capa_cout_projet", period)
        return min_(cout, individu("capa_aide_projet_reste", period)) * individu(
            "capa_aide_projet_eligibilite", period
        )
