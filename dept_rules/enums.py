"""Every enumeration of the law, in one module.

openfisca-core compares enumerations by the name of their class: two of one name
would be taken for each other. Names are therefore unique, and the first member of
each is ``non_renseigne``: not answered.
"""

from openfisca_core.indexed_enums import Enum


class Appreciation(Enum):
    """What somebody decided, or what a person answered, where silence is neither yes nor no."""

    non_renseigne = "Non renseigné"
    oui = "Oui"
    non = "Non"


class StatutActivite(Enum):
    """Main activity of a person."""

    non_renseigne = "Non renseigné"
    actif = "En emploi"
    apprenti = "En apprentissage"
    stagiaire = "En stage"
    chomeur = "Au chômage"
    etudiant = "Étudiant ou étudiante dans l'enseignement supérieur"
    eleve = "Élève de l'enseignement secondaire"
    formation = "En formation professionnelle"
    service_civique = "En service civique"
    inactif = "Sans activité"
    retraite = "À la retraite"


class StatutMarital(Enum):
    """Legal status of a couple (decides who declares income together)."""

    non_renseigne = "Non renseigné"
    marie = "Marié ou mariée"
    pacse = "Pacsé ou pacsée"
    union_libre = "En union libre"
    celibataire = "Célibataire"
    divorce = "Divorcé ou divorcée"
    veuf = "Veuf ou veuve"


class Hebergement(Enum):
    """Where a person lives."""

    non_renseigne = "Non renseigné"
    parents = "Chez ses parents"
    tiers = "Chez un tiers"
    autonome = "Dans un logement à soi (locataire ou propriétaire)"
    foyer = "En foyer, en résidence sociale ou en résidence universitaire (Crous)"
    ase = "Dans un lieu d'accueil de l'aide sociale à l'enfance"
    etablissement = "En établissement (médico-social, de santé)"
    detention = "En détention"
    sans_domicile = "Sans domicile"


class SituationRevenuJeunes(Enum):
    """Tier of a departmental young people's income, by where the person lives."""

    non_renseigne = "Non renseigné"
    autonome = "Autonome (hors de la famille et d'un établissement)"
    en_famille = "Chez ses parents"
    en_etablissement = "Dans un établissement ou un lieu d'accueil"


class StatutOccupationLogement(Enum):
    """How a household occupies its dwelling (names of OpenFisca-France)."""

    non_renseigne = "Non renseigné"
    primo_accedant = "Accédant à la propriété"
    proprietaire = "Propriétaire"
    locataire_hlm = "Locataire d'un logement HLM"
    locataire_vide = "Locataire d'un logement loué vide"
    locataire_meuble = "Locataire d'un logement loué meublé"
    loge_gratuitement = "Logé gratuitement"
    locataire_foyer = "Locataire d'un foyer, d'une résidence sociale ou universitaire"
    sans_domicile = "Sans domicile stable"


class ClasseDPE(Enum):
    """Class of a dwelling in its energy performance assessment (DPE)."""

    non_renseigne = "Non renseigné"
    a = "A"
    b = "B"
    c = "C"
    d = "D"
    e = "E"
    f = "F"
    g = "G"


class CategorieRevenusAnah(Enum):
    """Income class of a household for the Anah's aids to renovation."""

    non_renseigne = "Non renseigné"
    tres_modeste = "Très modeste"
    modeste = "Modeste"
    intermediaire = "Intermédiaire"
    superieure = "Supérieure"


class ContratEnCours(Enum):
    """Support contract a young person is under."""

    non_renseigne = "Non renseigné"
    aucun = "Aucun"
    contrat_engagement_jeune = "Contrat d'engagement jeune (CEJ) ou Garantie jeunes"
    pacea = "Parcours contractualisé d'accompagnement (PACEA)"
    contrat_jeune_majeur = "Contrat jeune majeur"
    capa = "Contrat d'accompagnement personnalisé pour l'autonomie (CAPA)"


class Departement(Enum):
    """Département, by its Insee code after a ``d`` (a situation may say "54")."""

    non_renseigne = "Non renseigné"
    d01 = "Ain"
    d02 = "Aisne"
    d03 = "Allier"
    d04 = "Alpes-de-Haute-Provence"
    d05 = "Hautes-Alpes"
    d06 = "Alpes-Maritimes"
    d07 = "Ardèche"
    d08 = "Ardennes"
    d09 = "Ariège"
    d10 = "Aube"
    d11 = "Aude"
    d12 = "Aveyron"
    d13 = "Bouches-du-Rhône"
    d14 = "Calvados"
    d15 = "Cantal"
    d16 = "Charente"
    d17 = "Charente-Maritime"
    d18 = "Cher"
    d19 = "Corrèze"
    d21 = "Côte-d'Or"
    d22 = "Côtes-d'Armor"
    d23 = "Creuse"
    d24 = "Dordogne"
    d25 = "Doubs"
    d26 = "Drôme"
    d27 = "Eure"
    d28 = "Eure-et-Loir"
    d29 = "Finistère"
    d2A = "Corse-du-Sud"
    d2B = "Haute-Corse"
    d30 = "Gard"
    d31 = "Haute-Garonne"
    d32 = "Gers"
    d33 = "Gironde"
    d34 = "Hérault"
    d35 = "Ille-et-Vilaine"
    d36 = "Indre"
    d37 = "Indre-et-Loire"
    d38 = "Isère"
    d39 = "Jura"
    d40 = "Landes"
    d41 = "Loir-et-Cher"
    d42 = "Loire"
    d43 = "Haute-Loire"
    d44 = "Loire-Atlantique"
    d45 = "Loiret"
    d46 = "Lot"
    d47 = "Lot-et-Garonne"
    d48 = "Lozère"
    d49 = "Maine-et-Loire"
    d50 = "Manche"
    d51 = "Marne"
    d52 = "Haute-Marne"
    d53 = "Mayenne"
    d54 = "Meurthe-et-Moselle"
    d55 = "Meuse"
    d56 = "Morbihan"
    d57 = "Moselle"
    d58 = "Nièvre"
    d59 = "Nord"
    d60 = "Oise"
    d61 = "Orne"
    d62 = "Pas-de-Calais"
    d63 = "Puy-de-Dôme"
    d64 = "Pyrénées-Atlantiques"
    d65 = "Hautes-Pyrénées"
    d66 = "Pyrénées-Orientales"
    d67 = "Bas-Rhin"
    d68 = "Haut-Rhin"
    d69 = "Rhône"
    d70 = "Haute-Saône"
    d71 = "Saône-et-Loire"
    d72 = "Sarthe"
    d73 = "Savoie"
    d74 = "Haute-Savoie"
    d75 = "Paris"
    d76 = "Seine-Maritime"
    d77 = "Seine-et-Marne"
    d78 = "Yvelines"
    d79 = "Deux-Sèvres"
    d80 = "Somme"
    d81 = "Tarn"
    d82 = "Tarn-et-Garonne"
    d83 = "Var"
    d84 = "Vaucluse"
    d85 = "Vendée"
    d86 = "Vienne"
    d87 = "Haute-Vienne"
    d88 = "Vosges"
    d89 = "Yonne"
    d90 = "Territoire de Belfort"
    d91 = "Essonne"
    d92 = "Hauts-de-Seine"
    d93 = "Seine-Saint-Denis"
    d94 = "Val-de-Marne"
    d95 = "Val-d'Oise"
    d971 = "Guadeloupe"
    d972 = "Martinique"
    d973 = "Guyane"
    d974 = "La Réunion"
    d976 = "Mayotte"
