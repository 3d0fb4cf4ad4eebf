import numpy as np
import pytest

from gallery.demo import library


@pytest.mark.parametrize("painter", library._PAINTERS, ids=lambda module: module.__name__[24:])
def test_a_painting_is_a_picture_and_the_same_for_the_same_seed(painter):
    size = (256, 192)
    work = painter.paint(size, np.random.default_rng(11))
    again = painter.paint(size, np.random.default_rng(11))
    other = painter.paint(size, np.random.default_rng(12))
    assert work.image.size == size
    assert work.image.tobytes() == again.image.tobytes()
    assert work.prompt == again.prompt
    assert work.image.tobytes() != other.image.tobytes()
    pixels = np.asarray(work.image, dtype=np.float32)
    # Neither flat nor noise: there are light and dark, and neighbours resemble each other.
    assert pixels.std() > 12
    assert np.abs(np.diff(pixels, axis=1)).mean() < pixels.std()
    assert len(work.prompt.split(",")) >= 5
