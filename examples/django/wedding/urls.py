from django.urls import path

from guests import views

urlpatterns = [
    path("", views.guest_list),
    path("api/public/auth/", views.open_invitation),
    path("health/", views.health),
    path("health/database/", views.database_health),
]
