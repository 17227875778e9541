"""Revenu jeunes départemental : ce qui est versé.

Le montant est le plus petit de deux : celui de la situation (autonome, en famille, en
établissement) et celui des ressources (aucune, faibles) ; un montant infini ne compte pas. Une
décision individuelle peut l'augmenter, jusqu'à son propre maximum. Le dernier mois est limité à
ce qui reste du montant total.

Choix : vivre chez un tiers, en foyer ou sans domicile, c'est être autonome ; les mois écoulés
depuis le début sont réputés versés au montant du mois.
"""

from dept_rules.base import (
    MONTH,
    Benefit,
    Enum,
    Hebergement,
    Individu,
    SituationRevenuJeunes,
    Variable,
    grille,
    max_,
    min_,
    mois_depuis,
    select,
    where,
)

FAJ = "Aide facultative, dans la ligne du fonds d'aide aux jeunes (CASF, article L263-3)"


class revenu_jeunes_departemental_situation(Variable):
    value_type = Enum
    possible_values = SituationRevenuJeunes
    default_value = SituationRevenuJeunes.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Situation : autonome, en famille ou en établissement"
    reference = FAJ

    def formula(individu, period):
        lieu = individu("hebergement", period)
        return select(
            [
                lieu == Hebergement.non_renseigne,
                lieu == Hebergement.parents,
                (lieu == Hebergement.ase)
                | (lieu == Hebergement.etablissement)
                | (lieu == Hebergement.detention),
            ],
            [
                SituationRevenuJeunes.non_renseigne,
                SituationRevenuJeunes.en_famille,
                SituationRevenuJeunes.en_etablissement,
            ],
            SituationRevenuJeunes.autonome,
        )


class revenu_jeunes_departemental_mois_verses(Variable):
    value_type = int
    entity = Individu
    definition_period = MONTH
    unit = "months"
    label = "Mois de revenu jeunes versés avant celui-ci"
    reference = FAJ

    def formula(individu, period):
        ecoules = mois_depuis(individu("revenu_jeunes_departemental_date_debut", period), period)
        return individu("revenu_jeunes_departemental_mois_deja_verses", period) + max_(ecoules, 0)


class revenu_jeunes_departemental_montant_mensuel(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Montant mensuel, avant la limite du montant total"
    reference = FAJ

    def formula(individu, period, parameters):
        montant = parameters(period).revenu_jeunes_departemental.montant
        situation = individu("revenu_jeunes_departemental_situation", period)
        ressources = individu("ressources_propres", period)
        selon_bareme = min_(
            grille(montant.maximum_selon_situation, situation),
            where(
                ressources > 0,
                montant.selon_ressources.ressources_faibles,
                montant.selon_ressources.sans_ressource,
            ),
        )
        accorde = individu("revenu_jeunes_departemental_montant_accorde", period)
        return max_(selon_bareme, min_(accorde, montant.maximum_sur_decision))


class revenu_jeunes_departemental_montant_verse(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR"
    label = "Revenu jeunes versé avant ce mois"
    reference = FAJ

    def formula(individu, period):
        ecoules = mois_depuis(individu("revenu_jeunes_departemental_date_debut", period), period)
        return individu("revenu_jeunes_departemental_montant_deja_verse", period) + max_(
            ecoules, 0
        ) * individu("revenu_jeunes_departemental_montant_mensuel", period)


class revenu_jeunes_departemental(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Revenu jeunes départemental"
    reference = FAJ
    benefit = Benefit(
        applies="revenu_jeunes_departemental.applique",
        cliffs=(
            "Atteindre le plafond de ressources fait perdre tout le montant.",
            "Si le montant dépend des ressources, le premier euro de ressources fait passer du montant "
            "sans ressource à celui des ressources faibles.",
        ),
    )

    def formula(individu, period, parameters):
        total = parameters(period).revenu_jeunes_departemental.montant.total
        reste = max_(total - individu("revenu_jeunes_departemental_montant_verse", period), 0)
        verse = min_(individu("revenu_jeunes_departemental_montant_mensuel", period), reste)
        return verse * individu("revenu_jeunes_departemental_eligibilite", period)
