"""Aide mensuelle du CAPA : un montant fixe, tant que le total du contrat n'est pas épuisé.

Reçoit l'aide mensuelle la personne :
1. qui remplit les conditions du CAPA ;
2. qui ne reçoit pas de revenu de base, national ou départemental ;
3. qui ne reçoit pas le RSA ;
4. qui n'est pas en contrat d'engagement jeune ;
5. qui n'est pas en contrat jeune majeur ;
6. dont le contrat n'a pas épuisé son total.

Le revenu de base « reçu » est celui que la simulation calcule : la plateforme le verse sans demande, et
une réforme qui l'éteint rouvre l'aide mensuelle. Les autres prestations sont celles qui sont
déclarées. Le revenu de base ne dépend pas du CAPA : il n'y a pas de cercle.

Le montant est le maximum, réduit le dernier mois à ce qui reste du total. Les mois écoulés depuis la
date de début sont réputés versés en entier. Le total est celui de l'aide mensuelle : l'aide au
projet s'y ajoute (choix).

Non modélisé : le montant que fixe la commission, au-dessous du maximum.
"""

from dept_rules.base import (
    MONTH,
    Benefit,
    ContratEnCours,
    Individu,
    Variable,
    max_,
    min_,
    mois_depuis,
    not_,
)

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 3"


class capa_aide_mensuelle_reste(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR"
    label = "Ce qui reste du total de l'aide mensuelle avant ce mois"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        montant = parameters(period).capa.aide_mensuelle
        ecoules = max_(mois_depuis(individu("capa_date_debut", period), period), 0)
        verse = individu("capa_montant_deja_verse", period) + ecoules * montant.maximum
        return max_(montant.total_maximum - verse, 0)


class capa_aide_mensuelle_condition_revenu_de_base(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas recevoir de revenu de base"
    reference = PLATEFORME

    def formula(individu, period):
        national = individu("revenu_de_base", period)
        departemental = individu("revenu_jeunes_departemental", period)
        return national + departemental <= 0


class capa_aide_mensuelle_condition_rsa(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas recevoir le RSA pour soi"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("rsa_de_la_personne", period) <= 0


class capa_aide_mensuelle_condition_contrat_engagement_jeune(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas être en contrat d'engagement jeune (ou en Garantie jeunes)"
    reference = PLATEFORME

    def formula(individu, period):
        contrat = individu("contrat_en_cours", period) == ContratEnCours.contrat_engagement_jeune
        return not_(contrat | (individu("contrat_engagement_jeune", period) > 0))


class capa_aide_mensuelle_condition_contrat_jeune_majeur(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas être en contrat jeune majeur"
    reference = PLATEFORME

    def formula(individu, period):
        contrat = individu("contrat_en_cours", period) == ContratEnCours.contrat_jeune_majeur
        return not_(contrat | (individu("allocation_contrat_jeune_majeur_recue", period) > 0))


class capa_aide_mensuelle_condition_total(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas avoir épuisé le total de l'aide mensuelle"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("capa_aide_mensuelle_reste", period) > 0


class capa_aide_mensuelle_eligibilite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Remplir les conditions de l'aide mensuelle du CAPA"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        return (
            parameters(period).capa.applique
            & individu("capa_condition_age", period)
            & individu("capa_condition_ressources", period)
            & individu("capa_condition_projet", period)
            & individu("capa_condition_duree", period)
            & individu("capa_aide_mensuelle_condition_revenu_de_base", period)
            & individu("capa_aide_mensuelle_condition_rsa", period)
            & individu("capa_aide_mensuelle_condition_contrat_engagement_jeune", period)
            & individu("capa_aide_mensuelle_condition_contrat_jeune_majeur", period)
            & individu("capa_aide_mensuelle_condition_total", period)
        )


class capa_aide_mensuelle(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Aide mensuelle du CAPA"
    reference = PLATEFORME
    benefit = Benefit(
        applies="capa.applique",
        cliffs=(
            "Dépasser d'un euro le plafond de ressources fait perdre toute l'aide mensuelle.",
            "L'aide mensuelle apparaît en entier quand les revenus éteignent le revenu de base.",
        ),
    )

    def formula(individu, period, parameters):
        maximum = parameters(period).capa.aide_mensuelle.maximum
        verse = min_(maximum, individu("capa_aide_mensuelle_reste", period))
        return verse * individu("capa_aide_mensuelle_eligibilite", period)
