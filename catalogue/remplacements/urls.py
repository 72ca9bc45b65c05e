"""Addresses of the replacement of Certifinfo codes."""

from django.urls import path

from catalogue.remplacements import lecture, views

app_name = "remplacements"
urlpatterns = [
    path("codes/", views.code_list, name="code_list"),
    path("codes/<str:code>/", views.code, name="code"),
    path("codes/actions/<int:pk>/", views.action, name="action"),
    path("codes/actions/<int:pk>/lu/", lecture.lu, name="lu"),
]
