"""`python -m tests.nodes`: a cluster of two nodes to look at until Ctrl-C; `--clean` removes what killed runs left."""

from __future__ import annotations

import argparse
import signal
import sys

from tests.cluster.progress import StepError, say
from tests.cluster.statedir import StateDir
from tests.cluster.toolchain import kubectl
from tests.nodes import cgroups, images, sandbox
from tests.nodes.needs import NeedError, check
from tests.nodes.world import World, prepare


def main() -> int:
    """Cleans, or runs a cluster in a sandbox; 0 when that went well."""
    arguments = argparse.ArgumentParser(prog="python -m tests.nodes", description=__doc__)
    arguments.add_argument(
        "--clean", action="store_true", help="remove folders and control groups of runs that were killed"
    )
    arguments.add_argument("--images", action="store_true", help="with the project's images on both nodes")
    chosen = arguments.parse_args()
    if chosen.clean:
        return _clean()
    names = images.NAMES if chosen.images else ()
    if sandbox.folder() is not None:
        return _look_around(names)
    check()
    prepare(names)
    return sandbox.run([sys.executable, "-m", "tests.nodes", *sys.argv[1:]])


def _clean() -> int:
    """A new folder sweeps those whose owners died; a group without a folder is nobody's."""
    state = StateDir(sandbox.KIND)
    state.remove()
    living = {path.name for path in state.path.parent.glob(f"{sandbox.PREFIX}*")}
    for name in sorted(cgroups.names(sandbox.PREFIX) - living):
        cgroups.remove(name)
        say(f"removed the control groups of {name}")
    return 0


def _look_around(names: tuple[str, ...]) -> int:
    with World(archives=[images.archive(name) for name in names]) as world:
        for node in world.nodes:
            node.offer_gpus(2)
        print("In another terminal, as root:", flush=True)
        print(f"  {world.folder}/enter env KUBECONFIG={world.cluster.kubeconfig} {kubectl()} get nodes", flush=True)
        signal.pause()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (NeedError, StepError) as error:
        say(f"error: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
