"""Revenu jeunes départemental : la forme qu'un département peut adopter sans attendre une loi.

Un revenu de base pour tous demande une loi. En Haute-Garonne, le préfet a refusé en mars 2022
celui que le département avait voté : pas de loi, un tirage au sort contraire à l'égalité, une
compétence limitée aux jeunes en situation de précarité (motifs rapportés par la presse). Un
département peut en revanche aider, sous plafond de ressources, dans la ligne du fonds d'aide aux
jeunes. La plateforme ne le demande pas : rien ici ne s'applique sans une réforme, qui lui donne
les chiffres d'un dispositif réel.

Ouvre droit au revenu jeunes la personne :
1. qui a l'âge minimal (plus bas pour les mineurs émancipés) et n'a pas atteint l'âge maximal ;
2. dont le séjour est régulier ;
3. qui réside dans le département depuis le nombre de mois exigé ;
4. dont l'activité n'est pas exclue (études, apprentissage…) ;
5. qui ne reçoit aucune des prestations exclues ;
6. qui n'est dans aucun des contrats d'accompagnement exclus ;
7. qui n'a pas le soutien financier de ses proches, si le dispositif l'exige ;
8. dont les ressources sont strictement inférieures au plafond ;
9. dont la famille est sous son propre plafond, si elle vit chez ses parents et que le dispositif
   regarde les ressources de la famille plutôt que les siennes ;
10. dont la précarité est constatée, si le dispositif s'en remet à une évaluation sociale ;
11. qui a commencé à le recevoir et n'a pas épuisé la durée ;
12. à qui il a été renouvelé, passée la première période ;
13. qui n'a pas épuisé le montant total.

Choix : les ressources sont celles de la personne dans le mois, hors aides du département et au
logement ; les prestations de la famille sont celles de ses parents, non des jeunes à charge.

Non modélisé : le territoire (une réforme s'applique comme si le département de résidence avait
adopté le dispositif) ; l'accompagnement, souvent obligatoire ; le tirage au sort et le nombre de
places ; le réexamen en cours de période.
"""

from dept_rules.base import (
    MONTH,
    Appreciation,
    ContratEnCours,
    Famille,
    Individu,
    Judgement,
    SituationRevenuJeunes,
    Variable,
    grille,
    mois_depuis,
    not_,
)

FAJ = "Aide facultative, dans la ligne du fonds d'aide aux jeunes (CASF, article L263-3)"


class revenu_jeunes_departemental_condition_age(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir au moins l'âge minimal et pas encore l'âge maximal, au premier jour du mois"
    reference = FAJ

    def formula(individu, period, parameters):
        limites = parameters(period).revenu_jeunes_departemental.age
        age = individu("age", period)
        emancipe = individu("emancipe", period) & (age >= limites.minimum_emancipe)
        return ((age >= limites.minimum) | emancipe) & (age < limites.maximum_exclu)


class revenu_jeunes_departemental_condition_sejour(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Séjourner régulièrement en France"
    reference = FAJ
    judgement = Judgement(
        by="le département",
        on="pièce d'identité française ou européenne, ou titre de séjour",
        answer="regularite_sejour",
    )

    def formula(individu, period):
        return individu("regularite_sejour", period) != Appreciation.non


class revenu_jeunes_departemental_condition_residence(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Résider dans le département depuis le nombre de mois exigé"
    reference = FAJ

    def formula(individu, period, parameters):
        minimum = parameters(period).revenu_jeunes_departemental.residence.mois_minimum
        return individu("mois_residence_departement", period) >= minimum


class revenu_jeunes_departemental_condition_statut(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas avoir une activité exclue (études, apprentissage…)"
    reference = FAJ

    def formula(individu, period, parameters):
        exclus = parameters(period).revenu_jeunes_departemental.exclusions.statuts
        return grille(exclus, individu("statut_activite", period)) == 0


class revenu_jeunes_departemental_condition_prestations(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne recevoir aucune prestation exclue (RSA, AAH, AEEH, bourse)"
    reference = FAJ

    def formula(individu, period, parameters):
        exclues = parameters(period).revenu_jeunes_departemental.exclusions.prestations
        rsa = individu.has_role(Famille.PARENT) & (individu.famille("rsa", period) > 0)
        exclue = (
            (exclues.rsa & rsa)
            | (exclues.aah & (individu("aah", period) > 0))
            | (exclues.aeeh & individu("ouvre_droit_aeeh", period))
            | (exclues.bourse & (individu("bourse_enseignement_sup", period) > 0))
        )
        return not_(exclue)


class revenu_jeunes_departemental_condition_contrat(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas être dans un contrat exclu (contrat d'engagement jeune, contrat jeune majeur)"
    reference = FAJ

    def formula(individu, period, parameters):
        exclus = parameters(period).revenu_jeunes_departemental.exclusions.contrats
        contrat = individu("contrat_en_cours", period)
        engagement = (contrat == ContratEnCours.contrat_engagement_jeune) | (
            individu("contrat_engagement_jeune", period) > 0
        )
        jeune_majeur = (contrat == ContratEnCours.contrat_jeune_majeur) | (
            individu("allocation_contrat_jeune_majeur_recue", period) > 0
        )
        exclu = (exclus.contrat_engagement_jeune & engagement) | (exclus.contrat_jeune_majeur & jeune_majeur)
        return not_(exclu)


class revenu_jeunes_departemental_soutien_a_apprecier(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Dispositif qui exclut les jeunes soutenus par leurs proches"
    reference = FAJ

    def formula(individu, period, parameters):
        return parameters(period).revenu_jeunes_departemental.appreciation.soutien_financier


class revenu_jeunes_departemental_condition_soutien(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas avoir le soutien financier de ses parents ou d'un tiers"
    reference = FAJ
    judgement = Judgement(
        by="le référent qui instruit la demande",
        on="l'entretien avec la personne",
        answer="sans_soutien_financier",
        when="revenu_jeunes_departemental_soutien_a_apprecier",
    )

    def formula(individu, period):
        a_apprecier = individu("revenu_jeunes_departemental_soutien_a_apprecier", period)
        return not_(a_apprecier) | (individu("sans_soutien_financier", period) != Appreciation.non)


class revenu_jeunes_departemental_famille_a_apprecier(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Vivre chez ses parents, dans un dispositif qui regarde les ressources de la famille"
    reference = FAJ

    def formula(individu, period, parameters):
        a_apprecier = parameters(period).revenu_jeunes_departemental.appreciation.ressources_de_la_famille
        situation = individu("revenu_jeunes_departemental_situation", period)
        return a_apprecier & (situation == SituationRevenuJeunes.en_famille)


class revenu_jeunes_departemental_condition_ressources(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir des ressources strictement sous le plafond, si celles de la famille n'en tiennent pas lieu"
    reference = FAJ

    def formula(individu, period, parameters):
        plafond = parameters(period).revenu_jeunes_departemental.plafond_ressources
        ressources = individu("ressources_propres", period)
        return (ressources < plafond) | individu("revenu_jeunes_departemental_famille_a_apprecier", period)


class revenu_jeunes_departemental_condition_famille(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir une famille sous son plafond de ressources, si elles tiennent lieu des siennes"
    reference = FAJ
    judgement = Judgement(
        by="le département",
        on="l'avis d'impôt de la famille",
        answer="famille_sous_plafond",
        when="revenu_jeunes_departemental_famille_a_apprecier",
    )

    def formula(individu, period):
        a_apprecier = individu("revenu_jeunes_departemental_famille_a_apprecier", period)
        return not_(a_apprecier) | (individu("famille_sous_plafond", period) != Appreciation.non)


class revenu_jeunes_departemental_precarite_a_apprecier(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Dispositif qui s'en remet à une évaluation sociale"
    reference = FAJ

    def formula(individu, period, parameters):
        return parameters(period).revenu_jeunes_departemental.appreciation.precarite


class revenu_jeunes_departemental_condition_precarite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir peu ou pas de ressources et n'avoir droit à aucune autre aide"
    reference = FAJ
    judgement = Judgement(
        by="un travailleur social du département",
        on="l'évaluation sociale de la situation",
        answer="precarite_appreciee",
        when="revenu_jeunes_departemental_precarite_a_apprecier",
    )

    def formula(individu, period):
        a_apprecier = individu("revenu_jeunes_departemental_precarite_a_apprecier", period)
        return not_(a_apprecier) | (individu("precarite_appreciee", period) != Appreciation.non)


class revenu_jeunes_departemental_condition_duree(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir commencé à recevoir l'aide et ne pas en avoir épuisé la durée"
    reference = FAJ

    def formula(individu, period, parameters):
        duree = parameters(period).revenu_jeunes_departemental.duree
        commence = mois_depuis(individu("revenu_jeunes_departemental_date_debut", period), period) >= 0
        return commence & (individu("revenu_jeunes_departemental_mois_verses", period) < duree.maximale)


class revenu_jeunes_departemental_renouvellement_a_decider(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir reçu l'aide pendant toute sa première période"
    reference = FAJ

    def formula(individu, period, parameters):
        duree = parameters(period).revenu_jeunes_departemental.duree
        return individu("revenu_jeunes_departemental_mois_verses", period) >= duree.initiale


class revenu_jeunes_departemental_condition_renouvellement(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Être dans la première période, ou avoir obtenu le renouvellement"
    reference = FAJ
    judgement = Judgement(
        by="le département",
        on="le bilan de la période écoulée",
        answer="revenu_jeunes_departemental_renouvele",
        when="revenu_jeunes_departemental_renouvellement_a_decider",
    )

    def formula(individu, period):
        a_decider = individu("revenu_jeunes_departemental_renouvellement_a_decider", period)
        return not_(a_decider) | (
            individu("revenu_jeunes_departemental_renouvele", period) != Appreciation.non
        )


class revenu_jeunes_departemental_condition_total(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas avoir épuisé le montant total"
    reference = FAJ

    def formula(individu, period, parameters):
        total = parameters(period).revenu_jeunes_departemental.montant.total
        return individu("revenu_jeunes_departemental_montant_verse", period) < total


class revenu_jeunes_departemental_eligibilite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Remplir les conditions du revenu jeunes départemental"
    reference = FAJ

    def formula(individu, period, parameters):
        return (
            parameters(period).revenu_jeunes_departemental.applique
            & individu("revenu_jeunes_departemental_condition_age", period)
            & individu("revenu_jeunes_departemental_condition_sejour", period)
            & individu("revenu_jeunes_departemental_condition_residence", period)
            & individu("revenu_jeunes_departemental_condition_statut", period)
            & individu("revenu_jeunes_departemental_condition_prestations", period)
            & individu("revenu_jeunes_departemental_condition_contrat", period)
            & individu("revenu_jeunes_departemental_condition_soutien", period)
            & individu("revenu_jeunes_departemental_condition_ressources", period)
            & individu("revenu_jeunes_departemental_condition_famille", period)
            & individu("revenu_jeunes_departemental_condition_precarite", period)
            & individu("revenu_jeunes_departemental_condition_duree", period)
            & individu("revenu_jeunes_departemental_condition_renouvellement", period)
            & individu("revenu_jeunes_departemental_condition_total", period)
        )
