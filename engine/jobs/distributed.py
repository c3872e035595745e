"""The same jobs on workers of several machines: Procrastinate hands them out, our rows stay the truth.

Procrastinate knows numbers of jobs and nothing else. What it forgets or doubles does no harm: parts are leased in our
own tables. Needs PostgreSQL and the extra ``jobs``; imported only when SANBAN_JOBS asks for it.
"""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import structlog
from procrastinate import App, PsycopgConnector

from engine.jobs.running import perform
from engine.runtime import Engine
from engine.store import handing
from engine.store.pulse import LOST

log = structlog.get_logger(__name__)

AT_ONCE = 2  # jobs that one process does beside each other
LOOK_SECONDS = 10.0  # how often each worker looks for what a dead one left
SILENT_SECONDS = 30.0  # a worker without a heartbeat for that long is dead
STOP_SECONDS = 15.0
RESTART_SECONDS = 5.0


def prepare(engine: Engine) -> bool:
    """Give the database Procrastinate's tables if it has none; whether that was needed."""
    with engine.store.reading() as tx:
        if handing.is_prepared(tx):
            return False

    async def apply() -> None:
        app = _app(engine, threading.Event())
        async with app.open_async():
            await app.schema_manager.apply_schema_async()

    with ThreadPoolExecutor(1) as own:  # a loop of its own, whatever runs in the thread of the caller
        own.submit(lambda: asyncio.run(apply())).result()
    return True


def work(engine: Engine, stop: threading.Event) -> None:
    """Take up jobs until the event is set; what is being done then goes on to the end of its part."""
    while not stop.is_set():
        try:
            asyncio.run(_work(engine, stop))
        except Exception:  # the database may be away for a while
            log.exception("worker failed, starting anew")
            stop.wait(RESTART_SECONDS)


async def _work(engine: Engine, stop: threading.Event) -> None:
    app = _app(engine, stop)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=[handing.QUEUE],
                concurrency=AT_ONCE,
                install_signal_handlers=False,
                delete_jobs="always",
                update_heartbeat_interval=SILENT_SECONDS / 3,
                stalled_worker_timeout=SILENT_SECONDS,
                shutdown_graceful_timeout=STOP_SECONDS,
            )
        )
        while not stop.is_set() and not worker.done():
            await _rescue(app, engine)
            await asyncio.wait({worker, asyncio.create_task(asyncio.to_thread(stop.wait, LOOK_SECONDS))},
                               return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
        if worker.done():
            worker.result()
        worker.cancel()
        await asyncio.wait({worker})


async def _rescue(app: App, engine: Engine) -> None:
    """What a killed worker held goes back into the queue."""
    try:
        for job in await app.job_manager.get_stalled_jobs(queue=handing.QUEUE, seconds_since_heartbeat=SILENT_SECONDS):
            await app.job_manager.retry_job(job)
        await asyncio.to_thread(_hand_out_again, engine)
    except LOST:
        log.warning("database lost while looking for stranded jobs")


def _hand_out_again(engine: Engine) -> None:
    with engine.store.transaction() as tx:
        handing.defer_forgotten(tx)


def _app(engine: Engine, stop: threading.Event) -> App:
    address = engine.store.url.replace("postgresql+psycopg://", "postgresql://", 1)
    app = App(connector=PsycopgConnector(conninfo=address))

    @app.task(name=handing.TASK, queue=handing.QUEUE)
    async def take_up(job_id: int) -> None:
        await asyncio.to_thread(perform, engine, job_id, enough=stop.is_set)

    return app
