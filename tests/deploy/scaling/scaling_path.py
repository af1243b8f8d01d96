"""Makes the modules of deploy/scaling importable."""

import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "deploy/scaling"
sys.path.insert(0, str(FOLDER))
