"""Asks the web server whether it answers; past any proxy that the environment names."""

import http.client
import json
import sys
from urllib.parse import urlsplit


def answers(url: str) -> bool:
    """Whether `/api/health` gave a status at all, good or bad."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", "/api/health")
        return "status" in json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):  # not yet
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
