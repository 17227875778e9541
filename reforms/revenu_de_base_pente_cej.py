"""Un revenu de base qui décroît comme l'allocation du contrat d'engagement jeune.

La plateforme ne publie pas de pente : celle du revenu de base (30 % dès le premier euro) vient de
l'IPP et des propositions de loi. L'État en pratique une autre pour l'allocation du contrat
d'engagement jeune, comme avant pour la Garantie jeunes. Cette réforme la transpose :
1. jusqu'à l'abattement, les revenus d'activité ne réduisent pas le revenu de base ;
2. au-delà, ils le réduisent en ligne droite, jusqu'à zéro à une part du Smic brut ;
3. les autres revenus en sont déduits comme dans la plateforme.

En couple (unité famille), la part de chacun s'éteint avec ses propres revenus d'activité.
"""

from dept_rules.base import MONTH, Individu, Reform, Variable, clip, max_, moyenne, ratio


class revenu_de_base_deduction(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Revenus de la personne déduits du revenu de base"
    reference = "Code du travail, article D5131-23"

    def formula(individu, period, parameters):
        pente = parameters(period).contrat_engagement_jeune.degressivite
        sortie = pente.part_smic * parameters(period).smic.mensuel_brut
        mois = parameters(period).revenu_de_base.ressources
        activite = moyenne(individu, "revenus_activite", period, mois.nombre, mois.decalage)
        autres = moyenne(individu, "revenu_de_base_autres_revenus", period, mois.nombre, mois.decalage)
        couple = individu("revenu_de_base_en_couple", period)
        socle = individu("revenu_de_base_socle", period) / (1 + couple)
        part = clip(ratio(max_(activite - pente.abattement, 0), sortie - pente.abattement), 0, 1)
        return part * socle + parameters(period).revenu_de_base.degressivite.autres_revenus * autres


class revenu_de_base_pente_cej(Reform):
    label = "Revenu de base à la pente du contrat d'engagement jeune"
    description = "Entier pour les petits salaires, puis décroissant jusqu'à zéro à une part du Smic brut."
    status = "hypothese"
    reference = {
        "title": "Code du travail, article D5131-23",
        "href": "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000045202337",
    }
    notes = (
        "Personne n'a publié cette variante. Elle montre ce que donnerait, pour le revenu de base, "
        "la règle que l'État applique à l'allocation du contrat d'engagement jeune."
    )

    def apply(self):
        self.update_variable(revenu_de_base_deduction)
