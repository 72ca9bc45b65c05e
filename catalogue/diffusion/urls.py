"""Addresses of the public offer."""

from django.urls import path

from catalogue.diffusion import fiche_pdf, plan_du_site, signaler, views_fiches, views_recherche

app_name = "diffusion"
urlpatterns = [
    path("offre/", views_recherche.recherche, name="recherche"),
    path("offre/formations/<str:code>/", views_fiches.formation, name="formation"),
    path("offre/actions/<str:numero>/", views_fiches.action, name="action"),
    path("offre/organismes/<str:numero>/", views_fiches.organisme, name="organisme"),
    path("offre/sessions/<str:numero>/", views_fiches.session, name="session"),
    path("offre/sessions/<str:numero>/fiche.pdf", fiche_pdf.fiche_pdf, name="fiche_pdf"),
    path("offre/sessions/<str:numero>/signaler/", signaler.signaler, name="signaler"),
    path("offre/sessions/<str:numero>/signaler/merci/", signaler.signale, name="signale"),
    path("robots.txt", plan_du_site.robots, name="robots"),
    path("plan-du-site.xml", plan_du_site.index, name="plan_du_site"),
    path("plan-du-site-<slug:sorte>-<int:rang>.xml", plan_du_site.page, name="plan_du_site_page"),
]
