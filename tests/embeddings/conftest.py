import pytest

from embeddings.services import encoding, trying
from tests.embeddings.known import Encoder


@pytest.fixture
def encoder(monkeypatch) -> Encoder:
    """In place of networks, where a test is about what becomes of their vectors."""
    encoder = Encoder()
    monkeypatch.setattr(encoding, "texts", encoder.texts)
    monkeypatch.setattr(encoding, "pictures", encoder.pictures)
    monkeypatch.setattr(trying, "WAITS_S", (0, 0, 0))
    return encoder
