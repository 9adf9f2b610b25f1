"""Whether this process can do its work."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from calls.models import Token


def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and a router has prepared its budgets; 503 with the reason."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        is_prepared = Token.objects.exists()
    except DatabaseError:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    if not is_prepared:
        return HttpResponse("no router has run yet", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")
