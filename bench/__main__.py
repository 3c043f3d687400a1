"""Everything that is measured: one table for each bench, or with `--json` one object for all.

Each bench runs in a process of its own, so that none pays for what another has loaded.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import Final

BENCHES: Final = ("planners", "store", "service", "crossing", "recall", "prompts", "jobs", "traces")


def main() -> None:
    """Run the benches that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("names", nargs="*", metavar="bench", help=f"which to run: {', '.join(BENCHES)}")
    given = parser.parse_args()
    if unknown := set(given.names) - set(BENCHES):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; choose from {', '.join(BENCHES)}")
    names = [name for name in BENCHES if not given.names or name in given.names]
    if given.json:
        print(json.dumps({name: json.loads(_output(name, "--json")) for name in names}))
        return
    for name in names:
        print(_output(name))


def _output(name: str, *options: str) -> str:
    command = [sys.executable, "-P", "-m", f"bench.{name}", *options]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


if __name__ == "__main__":
    main()
