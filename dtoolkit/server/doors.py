"""Nobody may listen beyond this machine before somebody has an account."""

from django.contrib.auth import get_user_model

from dtoolkit.server.addresses import is_loopback
from dtoolkit.server.errors import ServerError


def require_account(host: str) -> None:
    if is_loopback(host) or get_user_model()._default_manager.filter(is_active=True).exists():
        return
    raise ServerError(
        f"Listening on {host} lets others in, so an account is needed first. Make one with "
        "`python3 manage.py createsuperuser`, or start without --host and open /welcome/account/."
    )
