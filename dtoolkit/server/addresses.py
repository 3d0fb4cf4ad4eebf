"""Names and addresses: where this machine answers, and what counts as staying on it."""

import ipaddress
import socket

import psutil

from dtoolkit.server.errors import ServerError

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def own() -> list[str]:
    """This machine's name and addresses, by which others in its network reach it."""
    found = [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in {socket.AF_INET, socket.AF_INET6} and "%" not in address.address
    ]
    return [socket.gethostname().lower(), *(a for a in found if not is_loopback(a))]


def reached_by(host: str) -> list[str]:
    """The Host headers that mean this server when it listens on `host`."""
    names = own() if host in EVERYWHERE else [host]
    return [f"[{name}]" if ":" in name else name for name in names]


def url(host: str, port: int) -> str:
    """How a browser on this machine says it."""
    if host in EVERYWHERE:
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def require_free(host: str, port: int) -> None:
    """Raises `ServerError` where the web server could not listen there."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            if hasattr(socket, "SO_REUSEPORT"):
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError as error:
        raise ServerError(f"Port {port} needs more rights. Choose another: --port 19280") from error
    except socket.gaierror as error:
        raise ServerError(
            f"{host} is no address of this machine. Choose another --host."
        ) from error
    except OSError as error:
        raise ServerError(
            f"{host}:{port} cannot be listened on ({error.strerror}): another program may have it. "
            f"Choose another port: --port {port + 1}"
        ) from error
