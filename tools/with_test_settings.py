"""Run a command with the settings that tests have: for tools that load Django's settings."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tests.environment  # noqa: F401

sys.exit(subprocess.run(sys.argv[1:], env=os.environ, check=False).returncode)
