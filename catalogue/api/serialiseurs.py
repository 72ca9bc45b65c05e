"""The objects of the API, as read in the published sheets (`catalogue.instantane.build_contenu`)."""

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalogue.adresses import adresse
from catalogue.api.champs import code_field, codes_field, lien_field, url_field
from catalogue.enums import (
    SANS_NIVEAU,
    EtatCertification,
    Financeur,
    ModalitesEnseignement,
    ModalitesES,
    MotifRetrait,
    NiveauEntree,
    NiveauEuropeen,
    PeriodeFormation,
    Public,
    Rythme,
    TypeParcours,
)
from catalogue.numeros import numero_action, numero_formation, numero_organisme


class Eligibilite(models.TextChoices):
    """Whether the CPF may pay, as the sheet keeps it."""

    OUI = "oui", "Éligible au CPF"
    NON = "non", "Non éligible au CPF"


def organisme_field() -> serializers.Field:
    return lien_field(
        "L’organisme de formation.", "api:organisme", lambda row: numero_organisme(row.organisme_id)
    )


def formation_field() -> serializers.Field:
    return lien_field(
        "La formation\u00a0: un organisme et une certification.",
        "api:formation",
        lambda row: numero_formation(row.formation_id),
    )


def action_field() -> serializers.Field:
    return lien_field(
        "L’action\u00a0: comment l’organisme donne la formation.",
        "api:action",
        lambda row: numero_action(row.action_id),
    )


class Lieu(serializers.Serializer):
    """Where people go."""

    nom = serializers.CharField()
    lignes = serializers.ListField(child=serializers.CharField(), help_text="Les lignes de l’adresse.")
    code_postal = serializers.CharField()
    ville = serializers.CharField()
    insee = serializers.CharField(allow_null=True, help_text="Code INSEE de la commune.")
    departement = serializers.CharField()
    siret = serializers.CharField()
    uai = serializers.CharField()
    telephone = serializers.CharField()
    courriel = serializers.CharField()


class TypeDispositif(serializers.Serializer):
    code = serializers.CharField(source="type")
    libelle = serializers.CharField()


class Dispositif(serializers.Serializer):
    """How a place may be paid for."""

    type = TypeDispositif(source="*")
    est_apprentissage = serializers.BooleanField()
    financeurs = codes_field(Financeur)()
    publics = codes_field(Public)()
    codes_externes = serializers.CharField(help_text="La référence chez le financeur.")
    nb_places = serializers.IntegerField(allow_null=True)
    cout_stagiaire = serializers.CharField(
        allow_null=True, help_text="Euros, deux décimales\u00a0: «\u00a03500.00\u00a0»."
    )
    prise_en_charge = serializers.BooleanField(allow_null=True)


class Certification(serializers.Serializer):
    """An entry of Certif Info, as it was at the last validation."""

    code = serializers.CharField(source="certification_code", help_text="Code Certifinfo.")
    intitule = serializers.CharField(source="contenu.formation.intitule")
    niveau = code_field(NiveauEuropeen, SANS_NIVEAU)(
        source="contenu.formation.certification.niveau", help_text="Niveau de sortie."
    )
    etat = code_field(EtatCertification)(source="contenu.formation.certification.etat")
    type_diplome = serializers.SerializerMethodField()
    formacodes = serializers.ListField(
        child=serializers.CharField(),
        source="contenu.formation.certification.formacodes",
        help_text="Formacodes, le principal d’abord.",
    )
    romes = serializers.ListField(
        child=serializers.CharField(), source="contenu.formation.certification.romes"
    )
    nsfs = serializers.ListField(child=serializers.CharField(), source="contenu.formation.certification.nsfs")
    code_rncp = serializers.CharField(
        source="contenu.formation.certification.code_rncp",
        help_text="Chiffres seuls\u00a0; vide sans fiche RNCP.",
    )
    codes_rs = serializers.ListField(
        child=serializers.CharField(), source="contenu.formation.certification.codes_rs"
    )
    certificateurs = serializers.CharField(source="contenu.formation.certification.certificateurs")
    sessions_url = url_field(
        "Les sessions qui y mènent.",
        lambda row: adresse("api:sessions", certification=row.certification_code),
    )
    url = url_field(
        "L’adresse de cet objet.", lambda row: adresse("api:certification", row.certification_code)
    )

    def get_type_diplome(self, row) -> dict[str, str]:
        code = row.contenu["formation"]["certification"]["type_diplome"]
        return {"code": code, "libelle": self.context["types_diplome"].get(code, code)}


class Organisme(serializers.Serializer):
    """A training organisation."""

    numero = serializers.SerializerMethodField(help_text="Numéro public, par exemple 52_OF12.")
    raison_sociale = serializers.CharField(source="contenu.organisme.raison_sociale")
    nom_usage = serializers.CharField(source="contenu.organisme.nom_usage")
    siret = serializers.CharField(source="contenu.organisme.siret")
    nda = serializers.CharField(source="contenu.organisme.nda", help_text="Numéro de déclaration d’activité.")
    uai = serializers.CharField(source="contenu.organisme.uai")
    lignes = serializers.ListField(child=serializers.CharField(), source="contenu.organisme.lignes")
    code_postal = serializers.CharField(source="contenu.organisme.code_postal")
    ville = serializers.CharField(source="contenu.organisme.ville")
    insee = serializers.CharField(source="contenu.organisme.insee", allow_null=True)
    departement = serializers.CharField(source="contenu.organisme.departement")
    telephone = serializers.CharField(source="contenu.organisme.telephone")
    courriel = serializers.CharField(source="contenu.organisme.courriel")
    site_web = serializers.CharField(source="contenu.organisme.site_web")
    modifiee_le = serializers.DateTimeField()
    formations_url = url_field(
        "Ses formations.", lambda row: adresse("api:formations", organisme=numero_organisme(row.organisme_id))
    )
    sessions_url = url_field(
        "Ses sessions.", lambda row: adresse("api:sessions", organisme=numero_organisme(row.organisme_id))
    )
    url = url_field(
        "L’adresse de cet objet.", lambda row: adresse("api:organisme", numero_organisme(row.organisme_id))
    )

    def get_numero(self, row) -> str:
        return numero_organisme(row.organisme_id)


class Formation(serializers.Serializer):
    """An organisme and a certification; or a training without Certifinfo code."""

    numero = serializers.SerializerMethodField(help_text="Numéro public, par exemple 52_F56.")
    intitule = serializers.CharField(source="contenu.formation.intitule")
    objectif = serializers.CharField(source="contenu.formation.objectif")
    programme = serializers.CharField(source="contenu.formation.programme")
    cpf = code_field(Eligibilite)(source="contenu.formation.cpf", help_text="Le jour de la validation.")
    certification = serializers.SerializerMethodField(help_text="Absente d’une offre hors Certifinfo.")
    organisme = organisme_field()
    modifiee_le = serializers.DateTimeField()
    actions_url = url_field(
        "Ses actions.", lambda row: adresse("api:actions", formation=numero_formation(row.formation_id))
    )
    url = url_field(
        "L’adresse de cet objet.", lambda row: adresse("api:formation", numero_formation(row.formation_id))
    )

    def get_numero(self, row) -> str:
        return numero_formation(row.formation_id)

    @extend_schema_field(Certification(allow_null=True))
    def get_certification(self, row):
        return Certification(row, context=self.context).data if row.certification_code else None


class Action(serializers.Serializer):
    """How an organisme delivers a formation."""

    numero = serializers.SerializerMethodField(help_text="Numéro public, par exemple 52_AC34.")
    intitule = serializers.CharField(help_text="Celui de la formation, et son complément.")
    complement_descriptif = serializers.CharField(source="contenu.action.complement_descriptif")
    niveau_entree = code_field(NiveauEntree)(source="contenu.action.niveau_entree")
    type_parcours = code_field(TypeParcours)(source="contenu.action.type_parcours")
    modalites_entrees_sorties = code_field(ModalitesES)(source="contenu.action.modalites_es")
    modalites_pedagogiques = serializers.CharField(source="contenu.action.modalites_pedagogiques")
    duree_centre = serializers.IntegerField(
        source="contenu.action.duree_centre", allow_null=True, help_text="Heures."
    )
    duree_entreprise = serializers.IntegerField(
        source="contenu.action.duree_entreprise", allow_null=True, help_text="Heures."
    )
    duree_hebdo = serializers.CharField(
        source="contenu.action.duree_hebdo", allow_null=True, help_text="Heures, deux décimales."
    )
    commentaire_duree = serializers.CharField(source="contenu.action.commentaire_duree")
    prerequis = serializers.CharField(source="contenu.action.commentaire_prerequis")
    page_organisme = serializers.CharField(
        source="contenu.action.url", help_text="La page de l’organisme sur cette action."
    )
    certification_precedente = serializers.CharField(
        source="contenu.action.certification_precedente", help_text="Code Certifinfo remplacé."
    )
    site_dispensateur = Lieu(source="contenu.action.site_dispensateur")
    formation = formation_field()
    organisme = organisme_field()
    modifiee_le = serializers.DateTimeField()
    sessions_url = url_field(
        "Ses sessions.", lambda row: adresse("api:sessions", action=numero_action(row.action_id))
    )
    url = url_field(
        "L’adresse de cet objet.", lambda row: adresse("api:action", numero_action(row.action_id))
    )

    def get_numero(self, row) -> str:
        return numero_action(row.action_id)


class Session(serializers.Serializer):
    """When and where an action takes place, and who may pay."""

    numero = serializers.CharField(help_text="Numéro public, par exemple 52_000123.")
    intitule = serializers.CharField(help_text="Celui de l’action.")
    date_debut = serializers.DateField(help_text="Premier jour.")
    date_fin = serializers.DateField(help_text="Dernier jour.")
    lieu = Lieu(source="contenu.session.site_lieu")
    modalites_enseignement = code_field(ModalitesEnseignement)(
        source="contenu.session.modalites_enseignement"
    )
    rythmes = codes_field(Rythme)(source="contenu.session.rythmes")
    periodes = codes_field(PeriodeFormation)(source="contenu.session.periodes")
    capacite = serializers.IntegerField(source="contenu.session.capacite", allow_null=True)
    places_disponibles = serializers.IntegerField(
        source="contenu.session.places_disponibles",
        allow_null=True,
        help_text="À la validation\u00a0; null quand l’organisme ne le dit pas.",
    )
    dispositifs = Dispositif(source="contenu.dispositifs", many=True)
    niveau = code_field(NiveauEuropeen, SANS_NIVEAU)(help_text="Niveau de sortie.")
    certification_code = serializers.CharField(help_text="Code Certifinfo\u00a0; vide hors Certifinfo.")
    action = action_field()
    formation = formation_field()
    organisme = organisme_field()
    publiee_le = serializers.DateTimeField(help_text="En ligne depuis.")
    modifiee_le = serializers.DateTimeField()
    url = url_field("L’adresse de cet objet.", lambda row: adresse("api:session", row.numero))


class Retrait(serializers.Serializer):
    """A session that was online and was taken away before its end."""

    numero = serializers.CharField()
    action = serializers.SerializerMethodField(help_text="Numéro public de son action.")
    organisme = serializers.SerializerMethodField(help_text="Numéro public de son organisme.")
    motif = code_field(MotifRetrait)()
    retiree_le = serializers.DateTimeField(source="le")

    def get_action(self, row) -> str:
        return numero_action(row.action_id)

    def get_organisme(self, row) -> str:
        return numero_organisme(row.organisme_id)


class Probleme(serializers.Serializer):
    """What is wrong, as an object (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField(help_text="De quoi il s’agit.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="Ce qu’il faut faire.")
    parametres = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Statut 400\u00a0: ce qui ne va pas, par paramètre.",
    )
