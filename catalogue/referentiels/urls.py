from django.urls import path

from catalogue.referentiels import views

app_name = "referentiels"
urlpatterns = [
    path("certifications/", views.certification_list, name="certification_list"),
    path("certifications/suggestions/", views.suggestions, name="suggestions"),
    path("certifications/<str:code>/", views.certification, name="certification"),
]
