import socket

import pytest

from dtoolkit.server import addresses
from dtoolkit.server.errors import ServerError


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback_stays_on_this_machine(host: str):
    assert addresses.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "localhost.example", ""])  # noqa: S104
def test_everything_else_does_not(host: str):
    assert not addresses.is_loopback(host)


def test_a_server_that_listens_everywhere_answers_to_its_own_names_only():
    names = addresses.reached_by("0.0.0.0")  # noqa: S104 - not bound
    assert socket.gethostname().lower() in names
    assert "*" not in names and "0.0.0.0" not in names  # noqa: S104


def test_an_address_of_ipv6_is_written_as_hosts_write_it():
    assert addresses.reached_by("fd00::2") == ["[fd00::2]"]
    assert addresses.url("::1", 80) == "http://[::1]:80/"
    assert addresses.url("::", 80) == "http://127.0.0.1:80/"


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_that_is_not_here_is_told(host: str):
    with pytest.raises(ServerError, match=r"--(host|port)"):
        addresses.require_free(host, 19280)
