"""What reading costs: processor time a message, alone and in batches, memory, and the time until it reads.

Processor time, not the clock's: what else a machine does is not to be measured.

python -m bench.nlu.cost FOLDER MESSAGES.csv [whole] prints one JSON object: run by itself, for its memory is measured.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialogs.understanding.local_provider import LocalUnderstanding
    from dialogs.understanding.model.encoder import SentenceEncoder

BATCH = 16
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def main() -> None:
    folder, messages = Path(sys.argv[1]), Path(sys.argv[2])
    with messages.open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)][:300]
    print(json.dumps(measure(folder, texts, whole=sys.argv[3:] == ["whole"])))


def measure(folder: Path, texts: list[str], *, whole: bool = False) -> dict[str, float]:
    """Milliseconds at p50 and p95 for messages alone, and a message in batches; seconds to begin; MB in all. The
    `whole` reads with heads and tagger too.
    """
    begun = process_time()
    import numpy as np

    from dialogs.playbooks.loading import load_playbook
    from dialogs.understanding.local_provider import LocalUnderstanding
    from dialogs.understanding.model.encoder import find_encoder
    from dialogs.understanding.model.model_files import Versions
    from dialogs.understanding.reading import Utterance

    encoder, model = find_encoder(), Versions(folder).current()
    reader = LocalUnderstanding(load_playbook("shop"), model, encoder)
    if whole:
        with_heads_and_tagger(reader, encoder)
    reader.read([Utterance(texts[0], NOW)])
    if encoder:
        encoder.encode(["ok"])
    start = process_time() - begun
    alone = [_timed(lambda said=said: reader.read([said])) for said in (Utterance(text, NOW) for text in texts)]
    batches = [[Utterance(text, NOW) for text in texts[at : at + BATCH]] for at in range(0, len(texts), BATCH)]
    together = sum(_timed(lambda batch=batch: reader.read(batch)) for batch in batches) / len(texts)
    p50, p95 = np.quantile(alone, [0.5, 0.95])
    return {"start": start, "p50": float(p50), "p95": float(p95), "batched": together, "memory": _memory()}


def with_heads_and_tagger(reader: LocalUnderstanding, encoder: SentenceEncoder | None) -> None:
    """Let a reader hear and mark by what comes along."""
    from dialogs.understanding.heads.model import load
    from dialogs.understanding.learned import HEADS, TAGGER
    from dialogs.understanding.tagging.network import load as load_tagger

    heads, tagger = load(HEADS), load_tagger(TAGGER)
    if heads and encoder:
        reader.listen(heads, encoder)
    if tagger and encoder:
        reader.tag(tagger, encoder)


def _timed(act: object) -> float:
    begun = process_time()
    act()  # type: ignore[operator]
    return (process_time() - begun) * 1000


def _memory() -> float:
    """Resident megabytes now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
