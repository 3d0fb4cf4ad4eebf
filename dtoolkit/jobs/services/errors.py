"""An exception in the words a person reads on the job."""

from dtoolkit.core.errors import AppError


def sentence(error: Exception) -> str:
    """An `AppError` speaks for itself; of what nobody foresaw, what it was and where to look."""
    if isinstance(error, AppError):
        return error.message
    return f"Something unforeseen: {type(error).__name__}: {error}. The log says where."
