from django.core.management.base import BaseCommand
from django.db import transaction

from guests.models import Guest, Invitation, digest_of


class Command(BaseCommand):
    """Writes numbered invitations for a demonstration: code INV-0001 has token token-0001, and so on."""

    help = "Writes N demonstration invitations with two guests each; those that exist stay as they are."

    def add_arguments(self, parser):
        parser.add_argument("count", type=int, nargs="?", default=200)

    @transaction.atomic
    def handle(self, *args, count, **options):
        known = set(Invitation.objects.values_list("code", flat=True))
        numbers = [n for n in range(1, count + 1) if "INV-%04d" % n not in known]
        invitations = Invitation.objects.bulk_create(
            [Invitation(code="INV-%04d" % n, token_digest=digest_of("token-%04d" % n)) for n in numbers]
        )
        Guest.objects.bulk_create(
            [Guest(invitation=i, name="%s of %s" % (name, i.code)) for i in invitations for name in ("Ada", "Edgar")]
        )
        self.stdout.write("%d invitations written" % len(invitations))
