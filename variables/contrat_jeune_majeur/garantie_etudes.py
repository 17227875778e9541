"""Garantie études : après un contrat jeune majeur, de quoi vivre jusqu'au bout de ses études.

Hypothèse rattachée à l'engagement 8 de la plateforme, empruntée à Boost'Études (Seine-Saint-Denis,
2023).

Ouvre droit à la garantie la personne :
1. qui a l'âge minimal et n'a pas atteint l'âge maximal ;
2. qui a eu un contrat jeune majeur ;
3. qui étudie, de l'enseignement secondaire au doctorat, apprentissage compris ;
4. dont la formation est reconnue et suivie avec assiduité, ce qui s'apprécie sur pièce ;
5. dont le séjour est régulier, ce qui s'apprécie sur pièce ;
6. dont les ressources du mois sont inférieures au montant garanti.

L'aide complète les ressources jusqu'au montant garanti. Les aides au logement comptent parmi elles
(633 € de bourse et 200 € d'APL laissent 228 € d'aide, exemple publié) ; le revenu de base n'y compte
pas.

Non modélisé : la demande à faire au moins trois mois avant 21 ans ; l'accompagnement jusqu'à 21 ans
exactement.
"""

from dept_rules.base import (
    MONTH,
    Appreciation,
    Benefit,
    Individu,
    Judgement,
    StatutActivite,
    Variable,
    max_,
)

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 8"


class contrat_jeune_majeur_garantie_etudes_reste(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Ce qui manque aux ressources du mois pour atteindre le montant garanti"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        garanti = parameters(period).contrat_jeune_majeur.garantie_etudes.montant_garanti
        ressources = individu("ressources_propres", period) + individu("aide_logement_de_la_personne", period)
        return max_(garanti - ressources, 0)


class contrat_jeune_majeur_garantie_etudes_condition_age(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir au moins l'âge minimal et pas encore l'âge maximal, au premier jour du mois"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        limites = parameters(period).contrat_jeune_majeur.garantie_etudes.age
        age = individu("age", period)
        return (age >= limites.minimum) & (age < limites.maximum_exclu)


class contrat_jeune_majeur_garantie_etudes_condition_parcours(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir eu un contrat jeune majeur entre 18 et 21 ans"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("ancien_contrat_jeune_majeur", period)


class contrat_jeune_majeur_garantie_etudes_condition_etudes(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Étudier (lycée, enseignement supérieur ou apprentissage)"
    reference = PLATEFORME

    def formula(individu, period):
        statut = individu("statut_activite", period)
        return (
            (statut == StatutActivite.etudiant)
            | (statut == StatutActivite.eleve)
            | (statut == StatutActivite.apprenti)
        )


class contrat_jeune_majeur_garantie_etudes_condition_assiduite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Suivre avec assiduité une formation reconnue"
    reference = PLATEFORME
    judgement = Judgement(
        by="le département",
        on="certificat de scolarité et relevé d'assiduité",
        answer="assiduite_etudes",
    )

    def formula(individu, period):
        return individu("assiduite_etudes", period) != Appreciation.non


class contrat_jeune_majeur_garantie_etudes_condition_sejour(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Séjourner régulièrement en France"
    reference = PLATEFORME
    judgement = Judgement(
        by="le département",
        on="pièce d'identité française ou européenne, ou titre de séjour",
        answer="regularite_sejour",
    )

    def formula(individu, period):
        return individu("regularite_sejour", period) != Appreciation.non


class contrat_jeune_majeur_garantie_etudes_condition_ressources(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir des ressources strictement inférieures au montant garanti"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("contrat_jeune_majeur_garantie_etudes_reste", period) > 0


class contrat_jeune_majeur_garantie_etudes_eligibilite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Remplir les conditions de la garantie études"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        return (
            parameters(period).contrat_jeune_majeur.garantie_etudes.applique
            & individu("contrat_jeune_majeur_garantie_etudes_condition_age", period)
            & individu("contrat_jeune_majeur_garantie_etudes_condition_parcours", period)
            & individu("contrat_jeune_majeur_garantie_etudes_condition_etudes", period)
            & individu("contrat_jeune_majeur_garantie_etudes_condition_assiduite", period)
            & individu("contrat_jeune_majeur_garantie_etudes_condition_sejour", period)
            & individu("contrat_jeune_majeur_garantie_etudes_condition_ressources", period)
        )


class contrat_jeune_majeur_garantie_etudes(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Garantie études après un contrat jeune majeur"
    reference = PLATEFORME
    benefit = Benefit(applies="contrat_jeune_majeur.garantie_etudes.applique")

    def formula(individu, period):
        reste = individu("contrat_jeune_majeur_garantie_etudes_reste", period)
        return reste * individu("contrat_jeune_majeur_garantie_etudes_eligibilite", period)
