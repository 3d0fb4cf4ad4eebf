"""Makes `.venv` when there is no environment. Standard library only."""


def ensure_environment(argv: list[str]) -> None:
    """Placeholder replaced in the next commit by the real one."""
