from django.contrib import admin
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from calls.health import ready
from calls.views import LogOut, console, home
from calls.views_call import call_page
from calls.views_floor import floor, wall


def live(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("", home, name="home"),
    path("console/", console, name="console"),
    path("floor/", floor, name="floor"),
    path("floor/wall/<str:token>/", wall, name="floor-wall"),
    path("calls/<int:call_id>/", call_page, name="call-page"),
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogOut.as_view(), name="logout"),
    path("admin/logout/", LogOut.as_view()),  # an agent may be logged in to both
    path("admin/", admin.site.urls),
    path("webhooks/", include("calls.webhooks_urls")),
    path("api/agents/", include("agents.urls")),
    path("api/", include("calls.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("health/live", live),
    path("health/ready", ready),
]
admin.site.site_header = admin.site.site_title = "Contact centre"
admin.site.site_url = None
