from django.urls import path

from agents.api import MyToken

urlpatterns = [path("me/token", MyToken.as_view(), name="my-token")]
