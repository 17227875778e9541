"""Contrat jeune majeur : l'aide sociale à l'enfance (ASE) accompagne des jeunes de 18 à 20 ans.

Droit en vigueur : code de l'action sociale et des familles (CASF), article L222-5. Malgré son nom,
ce n'est pas un contrat mais une décision du département (Conseil d'État, 22 juillet 2020,
n° 435974).

Peut être prise en charge la personne :
1. majeure ou mineure émancipée, qui n'a pas atteint 21 ans, ou qui termine l'année scolaire ou
   universitaire engagée pendant une prise en charge (une année au plus après ses 21 ans) ;
2. qui manque de ressources ou de soutien familial, ce que le département apprécie ; terminer
   l'année engagée n'en dépend pas ;
3. que le département accepte, là où la loi lui laisse le choix.

Depuis le 9 février 2022, la prise en charge est un droit pour qui l'ASE a effectivement pris en
charge avant sa majorité (Conseil d'État, 16 octobre 2024, n° 475849), même sorti depuis. Depuis le
28 janvier 2024, une obligation de quitter le territoire fait perdre ce droit, pas la possibilité que
le département accepte. Pour les autres, et pour tous avant le 9 février 2022, la prise en charge est
facultative. Terminer l'année engagée doit toujours être proposé.

Un mois suit le droit de son premier jour (choix) : le droit de 2022 compte à partir de mars 2022,
l'exclusion de 2024 à partir de février 2024.

Le département compétent est donné pour information : celui dont l'ASE a pris la personne en charge,
à défaut celui où elle habite (choix).

Non modélisé : l'entretien qui précède la majorité et celui qui suit la sortie (CASF L222-5-1 et
L222-5-2-1) ; le contenu de l'accompagnement (six besoins, R222-6) ; le contrat d'engagement jeune
que l'État doit proposer, y compris aux jeunes placés par la protection judiciaire de la jeunesse,
que le droit de 2022 ne vise pas.
"""

from dept_rules.base import (
    MONTH,
    Appreciation,
    Benefit,
    Departement,
    Enum,
    Individu,
    Judgement,
    Variable,
    not_,
    where,
)

L222_5 = "Code de l'action sociale et des familles, article L222-5"


class contrat_jeune_majeur_annee_a_terminer(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Terminer l'année scolaire ou universitaire engagée pendant une prise en charge"
    reference = L222_5

    def formula(individu, period, parameters):
        derniere_annee = parameters(period).contrat_jeune_majeur.age_maximum_exclu + 1
        engagee = individu("annee_scolaire_engagee_sous_ase", period)
        return engagee & individu("majeur", period) & (individu("age", period) < derniere_annee)


class contrat_jeune_majeur_de_droit(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir droit à la prise en charge si les ressources ou le soutien familial manquent"
    reference = L222_5

    def formula(individu, period, parameters):
        loi = parameters(period).contrat_jeune_majeur
        exclu = loi.exclusion_obligation_quitter_territoire & individu(
            "obligation_quitter_territoire", period
        )
        return loi.droit_a_la_prise_en_charge & individu("ase_avant_majorite", period) & not_(exclu)


class contrat_jeune_majeur_besoin_a_apprecier(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas être là seulement pour terminer une année engagée"
    reference = L222_5

    def formula(individu, period):
        return not_(individu("contrat_jeune_majeur_annee_a_terminer", period))


class contrat_jeune_majeur_facultatif(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pouvoir être pris en charge qu'avec l'accord du département"
    reference = L222_5

    def formula(individu, period):
        return not_(
            individu("contrat_jeune_majeur_de_droit", period)
            | individu("contrat_jeune_majeur_annee_a_terminer", period)
        )


class contrat_jeune_majeur_condition_age(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Être majeur ou émancipé et ne pas avoir atteint l'âge maximal, ou terminer l'année engagée"
    reference = L222_5

    def formula(individu, period, parameters):
        autonome = individu("majeur", period) | individu("emancipe", period)
        jeune = individu("age", period) < parameters(period).contrat_jeune_majeur.age_maximum_exclu
        return (autonome & jeune) | individu("contrat_jeune_majeur_annee_a_terminer", period)


class contrat_jeune_majeur_condition_besoin(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Manquer de ressources ou de soutien familial"
    reference = L222_5
    judgement = Judgement(
        by="le département",
        on="l'évaluation de la situation et le projet pour l'autonomie",
        answer="ressources_ou_soutien_insuffisants",
        when="contrat_jeune_majeur_besoin_a_apprecier",
    )

    def formula(individu, period):
        return not_(individu("contrat_jeune_majeur_besoin_a_apprecier", period)) | (
            individu("ressources_ou_soutien_insuffisants", period) != Appreciation.non
        )


class contrat_jeune_majeur_condition_accord(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir l'accord du département, là où la prise en charge est facultative"
    reference = L222_5
    judgement = Judgement(
        by="le département",
        on="la demande de prise en charge",
        answer="decision_jeune_majeur",
        when="contrat_jeune_majeur_facultatif",
    )

    def formula(individu, period):
        return not_(individu("contrat_jeune_majeur_facultatif", period)) | (
            individu("decision_jeune_majeur", period) != Appreciation.non
        )


class contrat_jeune_majeur_eligibilite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Remplir les conditions du contrat jeune majeur"
    reference = L222_5

    def formula(individu, period, parameters):
        return (
            parameters(period).contrat_jeune_majeur.applique
            & individu("contrat_jeune_majeur_condition_age", period)
            & individu("contrat_jeune_majeur_condition_besoin", period)
            & individu("contrat_jeune_majeur_condition_accord", period)
        )


class contrat_jeune_majeur(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Contrat jeune majeur"
    reference = L222_5
    benefit = Benefit(
        applies="contrat_jeune_majeur.applique", beside=("contrat_jeune_majeur_departement_competent",)
    )

    def formula(individu, period):
        return individu("contrat_jeune_majeur_eligibilite", period)


class contrat_jeune_majeur_departement_competent(Variable):
    value_type = Enum
    possible_values = Departement
    default_value = Departement.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Département auquel demander la prise en charge"

    def formula(individu, period):
        ase = individu("departement_ase", period)
        return where(ase == Departement.non_renseigne, individu.menage("departement", period), ase)
