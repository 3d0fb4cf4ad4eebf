"""The one error of this room: a sentence that tells the person what to do."""


class ServerError(Exception):
    """What `start` or the embedded database cannot get past; shown without a traceback."""
