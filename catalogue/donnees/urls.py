from django.urls import path

from catalogue.donnees import recherches, vues

app_name = "donnees"
urlpatterns = [
    path("donnees/", vues.accueil, name="accueil"),
    path("donnees/schema.json", vues.schema, name="schema"),
    path("donnees/offre.csv", vues.fichier, {"forme": "csv"}, name="csv"),
    path("donnees/offre.xlsx", vues.fichier, {"forme": "xlsx"}, name="xlsx"),
    path("donnees/offre.parquet", vues.fichier, {"forme": "parquet"}, name="parquet"),
    path("offre/calendrier.ics", recherches.calendrier, name="calendrier"),
    path("offre/nouveautes.rss", recherches.nouveautes, name="rss"),
]
