"""The pages and the public API. Each view that uses the database is one transaction: one loan of a server connection."""
import json

from django.db import connection, transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from .models import Guest, Invitation

WRONG = {"error": "code or token is wrong"}
PAGE = 50


@csrf_exempt  # The token in the body is the credential; there is no cookie that a foreign page could misuse.
@require_POST
def open_invitation(request):
    """Check code and token: 200 with the guests of the invitation, 400 for anything else."""
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return JsonResponse({"error": "a JSON object is expected"}, status=400)
    code, token = body.get("code"), body.get("token")
    if not isinstance(code, str) or not isinstance(token, str):
        return JsonResponse({"error": "code and token must be strings"}, status=400)
    if not (code.isascii() and code.isprintable()):  # NUL and lone surrogates cannot be sent to PostgreSQL.
        return JsonResponse(WRONG, status=400)

    with transaction.atomic():
        invitation = Invitation.objects.filter(code=code).first()
        if invitation is None or not invitation.admits(token):
            return JsonResponse(WRONG, status=400)
        Invitation.objects.filter(pk=invitation.pk).update(opened_at=timezone.now())
        guests = list(invitation.guests.values("name", "attending"))
    return JsonResponse({"code": invitation.code, "guests": guests})


@require_GET
def guest_list(request):
    """The first guests by name, and how many there are; the statements share one transaction and so one server."""
    with transaction.atomic():
        total = Guest.objects.count()
        opened = Invitation.objects.filter(opened_at__isnull=False).count()
        guests = list(Guest.objects.select_related("invitation")[:PAGE])
    return render(request, "guests/list.html", {"total": total, "opened": opened, "guests": guests})


@require_GET
def health(request):
    """The process answers. Says nothing of the database, so that its trouble does not restart the application."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def database_health(request):
    """The way through the pooler to PostgreSQL is open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return HttpResponse("ok\n", content_type="text/plain")
