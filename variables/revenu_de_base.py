"""Revenu de base : un montant mensuel sans contrepartie, de 18 à 24 ans, qui décroît avec les revenus.

Engagement 1 de la plateforme de juin 2021. Proposition : une loi serait nécessaire.

Ouvre droit au revenu de base la personne :
1. qui a l'âge minimal et n'a pas atteint l'âge maximal ;
2. dont le statut n'est pas exclu (aucun ne l'est dans la plateforme) ;
3. dont le séjour est régulier, ce qui s'apprécie sur pièce.

Le montant part d'une base (le montant forfaitaire du RSA d'une personne seule), dont sont
déduits 30 % des revenus d'activité et la totalité des autres revenus. Il vient après toutes
les prestations déjà reçues. Ne sont pas des revenus : aides au logement, PCH, AEEH, aides du
FSL, bonus solidaire, indemnités de service civique (hypothèse).

Non modélisé : l'accompagnement qui va avec le revenu ; les revenus exceptionnels ; l'effet d'un
détachement du foyer fiscal ou de la famille des parents.
"""

from dept_rules.base import (
    MONTH,
    Appreciation,
    Benefit,
    Famille,
    Individu,
    Judgement,
    Offset,
    Variable,
    clip,
    grille,
    max_,
    min_,
    moyenne,
    not_,
    select,
    where,
)

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 1"


class revenu_de_base_condition_age(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir au moins l'âge minimal et pas encore l'âge maximal, au premier jour du mois"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        limites = parameters(period).revenu_de_base.age
        age = individu("age", period)
        return (age >= limites.minimum) & (age < limites.maximum_exclu)


class revenu_de_base_condition_statut(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas relever d'un statut exclu"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        exclus = parameters(period).revenu_de_base.statuts_exclus
        return grille(exclus, individu("statut_activite", period)) == 0


class revenu_de_base_condition_sejour(Variable):
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


class revenu_de_base_eligibilite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Remplir les conditions du revenu de base"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        return (
            parameters(period).revenu_de_base.applique
            & individu("revenu_de_base_condition_age", period)
            & individu("revenu_de_base_condition_statut", period)
            & individu("revenu_de_base_condition_sejour", period)
        )


class revenu_de_base_en_couple(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Former une unité de deux adultes (seulement si l'unité retenue est la famille)"

    def formula(individu, period, parameters):
        unite_famille = parameters(period).revenu_de_base.unite == "famille"
        parent = individu.has_role(Famille.PARENT)
        return unite_famille & parent & (individu.famille.nb_persons(Famille.PARENT) > 1)


class revenu_de_base_enfants(Variable):
    value_type = int
    entity = Individu
    definition_period = MONTH
    label = "Enfants mineurs de l'unité (seulement si l'unité retenue est la famille)"

    def formula(individu, period, parameters):
        unite_famille = parameters(period).revenu_de_base.unite == "famille"
        mineur = not_(individu("majeur", period))
        enfants = individu.famille.sum(mineur, role=Famille.ENFANT)
        return where(unite_famille & individu.has_role(Famille.PARENT), enfants, 0)


class revenu_de_base_majoration(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "rate"
    label = "Multiple du montant d'une personne seule, selon le couple et les enfants (barème du RSA)"
    reference = "Code de la sécurité sociale, article D843-1"

    def formula(individu, period, parameters):
        majoration = parameters(period).rsa.majoration
        couple = individu("revenu_de_base_en_couple", period)
        enfants = individu("revenu_de_base_enfants", period)
        personnes = 1 + couple + enfants
        return (
            1
            + majoration.deuxieme_personne * (personnes >= 2)
            + majoration.troisieme_personne * clip(personnes - 2, 0, 1 + couple)
            + majoration.personne_supplementaire * max_(enfants - 2, 0)
        )


class revenu_de_base_forfait_logement(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Forfait logement du RSA, selon le nombre de personnes"
    reference = "Code de l'action sociale et des familles, articles R262-9 et R262-10"

    def formula(individu, period, parameters):
        rsa = parameters(period).rsa
        couple = individu("revenu_de_base_en_couple", period)
        personnes = 1 + couple + individu("revenu_de_base_enfants", period)
        pour_deux = 1 + rsa.majoration.deuxieme_personne
        pour_trois = pour_deux + rsa.majoration.troisieme_personne
        return rsa.montant_forfaitaire * select(
            [personnes == 1, personnes == 2],
            [rsa.forfait_logement.une_personne, rsa.forfait_logement.deux_personnes * pour_deux],
            rsa.forfait_logement.trois_personnes_ou_plus * pour_trois,
        )


class revenu_de_base_socle(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Revenu de base de l'unité, avant déduction des revenus"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        montant = parameters(period).revenu_de_base.montant
        forfait_deduit = parameters(period).revenu_de_base.forfait_logement_deduit
        personne_seule = montant.part_rsa * parameters(period).rsa.montant_forfaitaire + montant.socle_propre
        base = personne_seule * individu("revenu_de_base_majoration", period)
        return max_(base - individu("revenu_de_base_forfait_logement", period) * forfait_deduit, 0)


class revenu_de_base_autres_revenus(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Revenus du mois autres que d'activité, comptés pour le revenu de base"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        part = parameters(period).revenu_de_base.prise_en_compte
        remplace = parameters(period).revenu_de_base.prestations_remplacees
        mois = parameters(period).revenu_de_base.bourse_mois
        bourse = moyenne(individu, "bourse_enseignement_sup", period, mois)
        return (
            individu("revenus_hors_activite", period)
            + part.bourse * bourse
            + part.aah * individu("aah", period)
            + part.contrat_engagement_jeune * individu("contrat_engagement_jeune", period)
            + part.allocation_contrat_jeune_majeur * individu("allocation_contrat_jeune_majeur_recue", period)
            + part.rsa * (1 - remplace.rsa) * individu("rsa_de_la_personne", period)
            + part.prime_activite * (1 - remplace.prime_activite) * individu("ppa_de_la_personne", period)
        )


class revenu_de_base_deduction(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Revenus de la personne déduits du revenu de base"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        bareme = parameters(period).revenu_de_base.degressivite
        mois = parameters(period).revenu_de_base.ressources
        activite = moyenne(individu, "revenus_activite", period, mois.nombre, mois.decalage)
        autres = moyenne(individu, "revenu_de_base_autres_revenus", period, mois.nombre, mois.decalage)
        activite_comptee = max_(activite - bareme.abattement_revenus_activite, 0)
        return bareme.revenus_activite * activite_comptee + bareme.autres_revenus * autres


class revenu_de_base_rsa_remplace(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "RSA de la personne que le revenu de base remplace"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        remplace = parameters(period).revenu_de_base.prestations_remplacees.rsa
        return (
            individu("revenu_de_base_eligibilite", period) * remplace * individu("rsa_de_la_personne", period)
        )


class revenu_de_base_prime_activite_remplacee(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Prime d'activité de la personne que le revenu de base remplace"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        remplace = parameters(period).revenu_de_base.prestations_remplacees.prime_activite
        return (
            individu("revenu_de_base_eligibilite", period) * remplace * individu("ppa_de_la_personne", period)
        )


class revenu_de_base_prestations_remplacees(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Prestations nationales de la personne que le revenu de base remplace"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("revenu_de_base_rsa_remplace", period) + individu(
            "revenu_de_base_prime_activite_remplacee", period
        )


class revenu_de_base(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Revenu de base"
    reference = PLATEFORME
    benefit = Benefit(
        applies="revenu_de_base.applique",
        beside=("revenu_de_base_prestations_remplacees", "revenu_de_base_reprise_nationale"),
        offsets=(
            Offset("revenu_de_base_rsa_remplace", payer="departement"),
            Offset("revenu_de_base_prime_activite_remplacee", payer="etat"),
            Offset("revenu_de_base_reprise_nationale", payer="caf"),
        ),
        caveats=(
            "Suppose que le RSA et la prime d'activité de la famille n'en tiennent pas compte, ce qui "
            "demanderait un décret (CASF R262-6).",
            "Les allocations du département simulées à côté, une fois versées, le réduiraient d'autant.",
        ),
    )

    def formula(individu, period, parameters):
        regles = parameters(period).revenu_de_base
        couple = individu("revenu_de_base_en_couple", period)
        deduction = individu("revenu_de_base_deduction", period)
        deduction_unite = where(couple, individu.famille.sum(deduction, role=Famille.PARENT), deduction)
        unite = individu("revenu_de_base_socle", period) - deduction_unite
        montant = max_(unite, 0) / (1 + couple)
        garanti = regles.garantie_de_non_perte * individu("revenu_de_base_prestations_remplacees", period)
        verse = max_(montant, garanti)
        suffisant = verse >= regles.montant.minimum_verse
        return verse * suffisant * individu("revenu_de_base_eligibilite", period)


class revenu_de_base_reprise_nationale(Variable):
    value_type = float
    entity = Famille
    definition_period = MONTH
    unit = "EUR/month"
    label = (
        "RSA et prime d'activité que la CAF reprendrait si le revenu de base comptait dans leurs ressources"
    )
    reference = "Code de l'action sociale et des familles, article R262-6"

    def formula(famille, period, parameters):
        inchangees = parameters(period).revenu_de_base.neutralise_prestations_nationales
        revenus_de_base = famille.sum(famille.members("revenu_de_base", period))
        remplacees = famille.sum(famille.members("revenu_de_base_prestations_remplacees", period))
        versees = famille("rsa", period) + famille("ppa", period) - remplacees
        return where(inchangees, 0, min_(versees, revenus_de_base))
