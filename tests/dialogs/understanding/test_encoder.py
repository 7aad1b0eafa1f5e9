"""The encoder's table in a file: the same rows, and hardly any memory."""

import numpy as np

from dialogs.understanding.encoder import SentenceEncoder, Table


def test_a_table_in_a_file_gives_the_rows_of_the_one_in_memory() -> None:
    rows = np.random.default_rng(7).integers(0, 256, (200, 32), dtype=np.uint8)
    asked = np.array([199, 0, 17, 17, 100])
    assert (Table(rows)[asked] == rows[asked]).all()


def test_a_text_means_the_same_alone_and_among_others() -> None:
    encoder = SentenceEncoder()
    alone = encoder.encode(["my parcel is late"])
    among = encoder.encode(["包裹还没到", "my parcel is late", "thank you"])
    assert np.allclose(alone[0], among[1], atol=1e-5)
    assert isinstance(encoder.loaded()._model.table, Table)
