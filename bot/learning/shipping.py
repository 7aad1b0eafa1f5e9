"""`make learn`: heads and tagger learn from the examples as they are now, and are put where the program brings them.

A release does it, and so does whoever changes an example; until then a first start learns what lacks.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.cli.refusals import or_explain
from bot.learning.training import train
from bot.settings import Settings, load_settings
from dialogs.understanding.learned import HEADS, TAGGER
from dialogs.understanding.repeats.learning import renew as repeats


def renew(settings: Settings) -> str:
    """Learn what lacks and put it with the program; returns what became of it. Raises `Refusal`."""
    with TemporaryDirectory() as folder:
        said = train(settings.model_copy(update={"data_dir": Path(folder)}))
        for name, place in (("heads-*.npz", HEADS), ("tagger-*.npz", TAGGER)):
            for file in (Path(folder) / "nlu").glob(name):
                shutil.copyfile(file, place)
        return f"{said}\n{repeats()}"


if __name__ == "__main__":
    or_explain(lambda: print(renew(load_settings()), file=sys.stderr))
