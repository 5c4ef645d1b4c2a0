"""Invitations and the guests on them."""
from hashlib import sha256

from django.db import models
from django.utils.crypto import constant_time_compare


def digest_of(token):
    """What is stored of a token: it is random and long, so one round of SHA-256 is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class Invitation(models.Model):
    """One letter. The code is printed on it; the token is in its QR code and kept here as a digest only."""

    code = models.CharField(max_length=32, unique=True)
    token_digest = models.CharField(max_length=64)
    opened_at = models.DateTimeField(null=True, blank=True)

    def admits(self, token):
        """Whether `token` belongs to this invitation; takes the same time for every wrong one."""
        return constant_time_compare(self.token_digest, digest_of(token))

    def __str__(self):
        return self.code


class Guest(models.Model):
    """A person on an invitation. `attending` is empty until the answer came."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="guests")
    name = models.CharField(max_length=100)
    attending = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self):
        return self.name
