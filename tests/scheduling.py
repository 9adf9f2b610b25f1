"""How tests are shared between workers: by file, the longest first."""

import pytest
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

JOURNEYS = "tests/journeys/"
FIRST = (JOURNEYS, "tests/sim/")  # what is short fills the gap at the end


class Scheduling(LoadFileScheduling):
    """A file stays in one worker. So do all journeys: two systems at once would be too much for
    their sound, and each worker would have to start one.
    """

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else super()._split_scope(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        long = (scope for start in FIRST for scope in self.workqueue if scope.startswith(start))
        if first := next(long, None):
            self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling | None:
    return Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None
