"""Where parts are worked on: one after another in this process, or by the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from landplan.core.errors import UsageError
from landplan.engine.tasks import Failure, attempted

ANSWER_S = 15.0
"""How long a scheduler may take to answer."""


class Executor(Protocol):
    """Runs one task for many parts."""

    def run(self, task: Any, job: Any, numbers: Sequence[int], *more: Any) -> Iterator[tuple[int, Any]]:
        """The number of a part and what its task gave (or its Failure), as they end; closing it stops what has not begun."""
        ...


class Here:
    """In this process, in the given order."""

    def run(self, task: Any, job: Any, numbers: Sequence[int], *more: Any) -> Iterator[tuple[int, Any]]:
        for number in numbers:
            yield number, attempted(task, job, number, *more)


@dataclass(frozen=True, eq=False)
class OnDask:
    """On the workers of a Dask cluster, as they become free."""

    client: Any

    def run(self, task: Any, job: Any, numbers: Sequence[int], *more: Any) -> Iterator[tuple[int, Any]]:
        from distributed import as_completed

        sent = self.client.scatter([(job, more)], broadcast=True, hash=False)[0]
        futures = {self.client.submit(_unpacked, task, sent, number, pure=False): number for number in numbers}
        try:
            for future in as_completed(list(futures), loop=self.client.loop):
                error = future.exception()
                lost = Failure("engine_worker_lost", "", {"reason": str(error)[:300]})
                yield futures[future], future.result() if error is None else lost
                future.release()
        finally:
            self.client.cancel([future for future in futures if not future.done()], force=True)


def _unpacked(task: Any, sent: tuple[Any, Sequence[Any]], number: int) -> Any:
    return attempted(task, sent[0], number, *sent[1])


@contextmanager
def dask_cluster(scheduler: str, workers: int) -> Iterator[Executor]:
    """The cluster of a scheduler, or, without an address, so many processes of this machine that nobody else can reach.

    UsageError when Dask is not installed, or no scheduler answers there.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise UsageError("dask_missing", "--engine dask") from error
    if scheduler:
        try:
            client = Client(scheduler, timeout=ANSWER_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError("dask_no_answer", "--scheduler", address=scheduler) from error
        with client:
            yield OnDask(client)
        return
    import tempfile

    with (
        tempfile.TemporaryDirectory(prefix="landplan-dask-") as scratch,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            local_directory=scratch,
            silence_logs=50,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield OnDask(client)
