"""Understanding, measured on labelled texts and on the clock, on one core. See `make bench-nlu`."""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # counts before numpy is loaded
