from django.urls import path

from calls.consumers import ConsoleConsumer, FloorConsumer

websocket_urlpatterns = [
    path("ws/console/", ConsoleConsumer.as_asgi()),
    path("ws/floor/", FloorConsumer.as_asgi()),
]
