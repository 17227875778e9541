"""Contrat d'accompagnement personnalisé pour l'autonomie (CAPA) : un projet, soutenu un temps, de 18 à 24 ans.

Engagement 3 de la plateforme de juin 2021. Un département peut le créer sans loi. Le texte ne donne
ni montant ni durée ; ses mots sont presque ceux du CAP'J de la Gironde, pris pour modèle (déduction).

Ouvre droit au CAPA la personne :
1. qui a l'âge minimal et n'a pas atteint l'âge maximal ;
2. dont les ressources ne dépassent pas le plafond : chez ses parents, c'est le quotient familial qui
   compte ; ailleurs, ce sont ses propres ressources du mois, avec celles de son conjoint ;
3. dont le projet est retenu et signé, ce qui s'apprécie ;
4. qui n'a pas épuisé la durée du contrat.

Le CAPA donne un accompagnement, une aide mensuelle et une aide au projet. Le revenu de base ne compte
pas dans ses ressources. Sans lieu de vie déclaré, l'enfant du ménage vit chez ses parents.

Non modélisé : le diagnostic de départ et les bilans ; le renouvellement du contrat.
"""

from dept_rules.base import (
    MONTH,
    Appreciation,
    Benefit,
    Famille,
    Hebergement,
    Individu,
    Judgement,
    Menage,
    Variable,
    arrondi,
    mois_depuis,
    where,
)

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 3"


class capa_chez_ses_parents(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Vivre chez ses parents"

    def formula(individu, period):
        lieu = individu("hebergement", period)
        enfant_du_menage = (lieu == Hebergement.non_renseigne) & individu.has_role(Menage.ENFANT)
        return (lieu == Hebergement.parents) | enfant_du_menage


class capa_en_couple(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Former un couple"

    def formula(individu, period):
        return individu.has_role(Famille.PARENT) & (individu.famille.nb_persons(Famille.PARENT) > 1)


class capa_ressources(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Ressources du mois comparées au plafond, celles du conjoint comprises"
    reference = PLATEFORME

    def formula(individu, period):
        propres = individu("ressources_propres", period)
        couple = individu("capa_en_couple", period)
        return where(couple, individu.famille.sum(propres, role=Famille.PARENT), propres)


class capa_plafond_ressources(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Plafond de ressources hors du domicile des parents, au centime"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        rsa = parameters(period).rsa
        plafond = parameters(period).capa.plafond_ressources
        part = where(
            individu("capa_en_couple", period),
            plafond.part_rsa_couple * (1 + rsa.majoration.deuxieme_personne),
            plafond.part_rsa_personne_seule,
        )
        return arrondi(part * rsa.montant_forfaitaire)


class capa_condition_age(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir au moins l'âge minimal et pas encore l'âge maximal, au premier jour du mois"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        limites = parameters(period).capa.age
        age = individu("age", period)
        return (age >= limites.minimum) & (age < limites.maximum_exclu)


class capa_condition_ressources(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas dépasser le plafond de ressources (chez ses parents, celui du quotient familial)"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        quotient_maximum = parameters(period).capa.plafond_ressources.quotient_familial
        return where(
            individu("capa_chez_ses_parents", period),
            individu.famille("quotient_familial", period) <= quotient_maximum,
            individu("capa_ressources", period) <= individu("capa_plafond_ressources", period),
        )


class capa_condition_projet(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir un projet retenu et signé"
    reference = PLATEFORME
    judgement = Judgement(
        by="le département",
        on="le projet écrit avec un référent et signé",
        answer="capa_projet_signe",
    )

    def formula(individu, period):
        return individu("capa_projet_signe", period) != Appreciation.non


class capa_condition_duree(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir commencé le contrat et ne pas en avoir épuisé la durée"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        ecoules = mois_depuis(individu("capa_date_debut", period), period)
        passes = individu("capa_mois_deja_verses", period) + ecoules
        return (ecoules >= 0) & (passes < parameters(period).capa.duree_maximale)


class capa_eligibilite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Remplir les conditions du CAPA"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        return (
            parameters(period).capa.applique
            & individu("capa_condition_age", period)
            & individu("capa_condition_ressources", period)
            & individu("capa_condition_projet", period)
            & individu("capa_condition_duree", period)
        )


class capa(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Contrat d'accompagnement personnalisé pour l'autonomie (CAPA)"
    reference = PLATEFORME
    benefit = Benefit(
        applies="capa.applique",
        cliffs=("Dépasser d'un euro le plafond de ressources fait perdre tout le CAPA.",),
    )

    def formula(individu, period):
        return individu("capa_eligibilite", period)
