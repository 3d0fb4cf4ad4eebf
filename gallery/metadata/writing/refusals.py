"""Why words are not written into a file, as a reason that follows its name."""


class Unwritable(Exception):
    """The file is left as it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Beside(Unwritable):
    """This kind of file takes none safely: they go into a sidecar beside it."""
