"""Aide à la rénovation énergétique : un complément du département à MaPrimeRénov', selon les revenus.

Engagement 7 de la plateforme de juin 2021. Les chiffres sont empruntés à des aides plus récentes :
l'Essonne (Prime éco-logis 91) pour les taux, l'assiette et l'âge du logement, le Doubs pour le bonus. Aucun
département n'applique l'ensemble.

Ouvre droit à l'aide, l'année de la demande, le ménage :
1. qui dépose sa demande dans l'année ;
2. qui possède le logement ou accède à la propriété ;
3. dont c'est la résidence principale ;
4. dont le logement a au moins l'âge minimal ;
5. dont les travaux font gagner, jusqu'en 2023, la part minimale d'énergie ; depuis 2024, le nombre minimal
   de classes de performance énergétique ;
6. qui a des travaux à payer ;
7. dont la catégorie de revenus est aidée ;
8. dont le projet est accepté, ce qui s'apprécie sur devis et audit ;
9. à qui le plafond national de la somme des aides laisse de la place.

L'aide est une part des travaux hors taxes, dans la limite de l'assiette. Un bonus s'y ajoute pour qui sort
d'une passoire (logement classé F ou G, au moins D après les travaux), si aucun bonus national n'est ouvert
à la date de la demande.

Le plafond national réduit MaPrimeRénov', non l'aide locale. L'aide est donc limitée à la place restante :
au-delà, elle ne profiterait pas au ménage. Ce que l'État reprendrait sinon est donné à part.

Choix : l'occupation du logement et sa classe avant travaux sont celles du 1er janvier ; sans date, la
demande est réputée du 1er janvier. L'aide est annuelle et son application se lit au 1er janvier : sa
première année est 2022.

Non modélisé : les copropriétés et les bailleurs ; les deux gestes d'isolation de MaPrimeRénov' ; les
travaux essentiels et les forfaits d'autres départements ; le versement d'une avance ; le délai entre deux
demandes.
"""

from dept_rules.base import (
    ADD,
    YEAR,
    Appreciation,
    Benefit,
    ClasseDPE,
    Judgement,
    Menage,
    Offset,
    StatutOccupationLogement,
    Variable,
    clip,
    grille,
    min_,
    not_,
    where,
)

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 7"
ESSONNE = "Essonne, Prime éco-logis 91 « gros travaux »"
DOUBS = "Doubs, bonus sortie de passoire"


class aide_renovation_energetique_condition_demande(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Déposer la demande dans l'année"
    reference = PLATEFORME

    def formula(menage, period):
        return menage("demande_renovation_du_mois", period, options=[ADD]) > 0


class aide_renovation_energetique_condition_propriete(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Être propriétaire du logement ou y accéder"
    reference = ESSONNE

    def formula(menage, period):
        statut = menage("statut_occupation_logement", period.first_month)
        return (statut == StatutOccupationLogement.proprietaire) | (
            statut == StatutOccupationLogement.primo_accedant
        )


class aide_renovation_energetique_condition_residence_principale(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Occuper le logement comme résidence principale"
    reference = ESSONNE

    def formula(menage, period):
        return menage("residence_principale", period.first_month)


class aide_renovation_energetique_condition_anciennete(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Habiter un logement qui a l'âge minimal"
    reference = ESSONNE

    def formula(menage, period, parameters):
        minimum = parameters(period).aide_renovation_energetique.anciennete_minimale
        return menage("anciennete_logement", period) >= minimum


class aide_renovation_energetique_condition_gain(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Faire gagner au logement assez d'énergie, ou depuis 2024 assez de classes"
    reference = ESSONNE

    def formula(menage, period, parameters):
        minimum = parameters(period).aide_renovation_energetique.gain_minimal.part
        return menage("gain_energetique", period) >= minimum

    def formula_2024(menage, period, parameters):
        minimum = parameters(period).aide_renovation_energetique.gain_minimal.classes
        return menage("classes_dpe_gagnees", period) >= minimum


class aide_renovation_energetique_condition_travaux(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir des travaux à payer"
    reference = PLATEFORME

    def formula(menage, period):
        return menage("travaux_renovation_ht", period) > 0


class aide_renovation_energetique_condition_categorie(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Appartenir à une catégorie de revenus aidée"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        taux = parameters(period).aide_renovation_energetique.taux
        return grille(taux, menage("categorie_revenus_anah", period)) > 0


class aide_renovation_energetique_condition_projet(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Présenter un projet accepté, aux travaux pas encore commencés"
    reference = PLATEFORME
    judgement = Judgement(
        by="le département",
        on="devis d'entreprises qualifiées RGE, audit énergétique, notification de MaPrimeRénov'",
        answer="projet_renovation_accepte",
    )

    def formula(menage, period):
        return menage("projet_renovation_accepte", period) != Appreciation.non


class aide_renovation_energetique_condition_place(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Garder de la place sous le plafond national de la somme des aides"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        limitee = parameters(period).aide_renovation_energetique.limitee_a_la_place
        return (menage("maprimerenov_place_restante", period) > 0) | not_(limitee)


class aide_renovation_energetique_eligibilite(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Remplir les conditions de l'aide à la rénovation énergétique"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        return (
            parameters(period).aide_renovation_energetique.applique
            & menage("aide_renovation_energetique_condition_demande", period)
            & menage("aide_renovation_energetique_condition_propriete", period)
            & menage("aide_renovation_energetique_condition_residence_principale", period)
            & menage("aide_renovation_energetique_condition_anciennete", period)
            & menage("aide_renovation_energetique_condition_gain", period)
            & menage("aide_renovation_energetique_condition_travaux", period)
            & menage("aide_renovation_energetique_condition_categorie", period)
            & menage("aide_renovation_energetique_condition_projet", period)
            & menage("aide_renovation_energetique_condition_place", period)
        )


class aide_renovation_energetique_renovation_aidee(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Demander dans l'année une rénovation que le département aide, revenus mis à part"
    reference = PLATEFORME

    def formula(menage, period):
        return (
            menage("aide_renovation_energetique_condition_demande", period)
            & menage("aide_renovation_energetique_condition_propriete", period)
            & menage("aide_renovation_energetique_condition_residence_principale", period)
            & menage("aide_renovation_energetique_condition_anciennete", period)
            & menage("aide_renovation_energetique_condition_gain", period)
        )


class aide_renovation_energetique_travaux_retenus(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Travaux hors taxes retenus, dans la limite de l'assiette"
    reference = ESSONNE

    def formula(menage, period, parameters):
        assiette = parameters(period).aide_renovation_energetique.assiette_maximale
        return min_(menage("travaux_renovation_ht", period), assiette)


class aide_renovation_energetique_sortie_passoire(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Sortir d'une passoire : logement classé F ou G, au moins D après les travaux"
    reference = DOUBS

    def formula(menage, period):
        avant = menage("classe_dpe", period.first_month)
        apres = menage("classe_dpe_apres_travaux", period)
        passoire = (avant == ClasseDPE.f) | (avant == ClasseDPE.g)
        encore_energivore = (apres == ClasseDPE.e) | (apres == ClasseDPE.f) | (apres == ClasseDPE.g)
        return passoire & (apres != ClasseDPE.non_renseigne) & not_(encore_energivore)


class aide_renovation_energetique_bonus_passoire(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Bonus du département pour la sortie de passoire, si aucun bonus national n'est ouvert"
    reference = DOUBS

    def formula(menage, period, parameters):
        bonus = parameters(period).aide_renovation_energetique.bonus_passoire
        national = menage("maprimerenov_bonus_sortie_passoire_du_mois", period, options=[ADD]) > 0
        ouvert = menage("aide_renovation_energetique_sortie_passoire", period) & not_(national)
        return bonus * menage("aide_renovation_energetique_travaux_retenus", period) * ouvert


class aide_renovation_energetique_entiere(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Aide à la rénovation énergétique avant que le plafond national la limite"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        aide = parameters(period).aide_renovation_energetique
        part = grille(aide.taux, menage("categorie_revenus_anah", period))
        complement = part * menage("aide_renovation_energetique_travaux_retenus", period)
        ouverte = (
            aide.applique
            & menage("aide_renovation_energetique_renovation_aidee", period)
            & menage("aide_renovation_energetique_condition_categorie", period)
            & menage("aide_renovation_energetique_condition_projet", period)
        )
        return (complement + menage("aide_renovation_energetique_bonus_passoire", period)) * ouverte


class aide_renovation_energetique_reprise_etat(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Part de MaPrimeRénov' que l'État reprendrait si l'aide n'était pas limitée"
    reference = PLATEFORME

    def formula(menage, period):
        entiere = menage("aide_renovation_energetique_entiere", period)
        depassement = entiere - menage("maprimerenov_place_restante", period)
        return clip(depassement, 0, menage("maprimerenov_ecretee", period))


class aide_renovation_energetique_reprise_subie(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Part de MaPrimeRénov' que l'État reprend, l'aide n'étant pas limitée"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        limitee = parameters(period).aide_renovation_energetique.limitee_a_la_place
        reprise = where(limitee, 0, menage("aide_renovation_energetique_reprise_etat", period))
        return reprise * menage("aide_renovation_energetique_eligibilite", period)


class aide_renovation_energetique(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Aide à la rénovation énergétique"
    reference = PLATEFORME
    benefit = Benefit(
        applies="aide_renovation_energetique.applique",
        beside=("aide_renovation_energetique_reprise_etat",),
        offsets=(Offset("aide_renovation_energetique_reprise_subie", payer="etat"),),
        cliffs=(
            "À chaque plafond de l'Anah, le taux de l'aide baisse d'un coup, deux ans après le revenu ; le "
            "plafond de la somme des aides baisse aussi et peut la réduire encore.",
            "Au-dessus du plafond des ménages intermédiaires, l'aide est perdue en entier, bonus compris.",
        ),
    )

    def formula(menage, period, parameters):
        limitee = parameters(period).aide_renovation_energetique.limitee_a_la_place
        entiere = menage("aide_renovation_energetique_entiere", period)
        aide = where(limitee, min_(entiere, menage("maprimerenov_place_restante", period)), entiere)
        return aide * menage("aide_renovation_energetique_eligibilite", period)
