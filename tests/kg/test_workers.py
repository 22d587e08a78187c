"""The pool, with real processes: what hostile queries can break, and what they cannot."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import errors, wire
from kg import formats as f
from kg.errors import (
    KgError,
    MalformedError,
    MissingInputError,
    QueryError,
    QueryRefusedError,
    QueryResourceError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooLargeError,
    StoreUnavailableError,
    UsageError,
)
from kg.pooled import asked
from kg.store import Answer, DiskStore, Formats, MemoryStore
from kg.workers import PooledStore, WorkerPool
from tests.load.served import taken

pytestmark = pytest.mark.alone

WANTED = Formats(f.RESULTS_JSON, f.TURTLE)
PREFIXES = {"e": "http://e/"}
POINT = "SELECT ?o { <http://e/s7> <http://e/p> ?o }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
BOMB = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
MANY = """SELECT (COUNT(DISTINCT ?text) AS ?n) {
    { SELECT (CONCAT(STR(?a), ' and so on ', STR(?d)) AS ?text) { ?a ?b ?c . ?d ?e ?f } LIMIT 200000 } }"""
SLOW = 1.5
"""Seconds: the deadline of the pools here."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "graph.nq"
    lines = (f'<http://e/s{i}> <http://e/p> "v{i}" <http://e/g{i % 3}> .\n' for i in range(3000))
    path.write_text("".join(lines))
    return path


@pytest.fixture(scope="module")
def pool(data: Path) -> Iterator[WorkerPool]:
    options = {"prefixes": PREFIXES, "workers": 2, "memory_limit": 100 << 20}
    with WorkerPool(data, deadline=SLOW, **options) as running:  # type: ignore[arg-type]
        yield running


def children(pid: int | None) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def eventually(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def processor_time(pid: int) -> float:
    """Seconds of processor time in user mode: it grows only while a query is running."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) / os.sysconf("SC_CLK_TCK")


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def answers(pool: WorkerPool | PooledStore) -> bool:
    return pool.query(POINT, WANTED).count == 1


QUERIES = [
    POINT,
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) FROM <http://e/g1> { ?s ?p ?o }",
    "ASK { ?s ?p 'v8' }",
    "CONSTRUCT WHERE { ?s ?p 'v9' }",
    "DESCRIBE <http://e/s5>",
]


@pytest.mark.parametrize("query", QUERIES)
def test_the_pool_answers_as_a_store_does(pool: WorkerPool, data: Path, query: str) -> None:
    store = MemoryStore.load(data, prefixes=PREFIXES)
    for results in f.RESULTS_FORMATS:
        for graph in f.RDF_FORMATS:
            wanted = Formats(results, graph)
            assert pool.query(query, wanted) == store.query(query, wanted)


def test_datasets_and_substitutions_reach_the_worker(pool: WorkerPool) -> None:
    query = "SELECT ?s ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    assert pool.query(query, WANTED).count == 6000
    assert pool.query(query, WANTED, default_graphs=["http://e/g0"]).count == 1000
    assert pool.query(query, WANTED, named_graphs=["http://e/g0"]).count == 1000
    answer = pool.query("SELECT ?o { ?s <http://e/p> ?o }", WANTED, substitutions={"o": ox.Literal("v1")})
    assert answer.count == 1


def test_a_large_answer_arrives_whole(pool: WorkerPool) -> None:
    answer = pool.query("SELECT * { ?s ?p ?o . ?x <http://e/p> 'v1', ?y } ", WANTED)
    assert answer.count == len(json.loads(answer.body)["results"]["bindings"]) == 3000


def test_errors_come_back_as_they_were(pool: WorkerPool) -> None:
    with pytest.raises(QuerySyntaxError, match="Declare with PREFIX: x:") as caught:
        pool.query("ASK {\n x:a ?p ?o }", WANTED)
    assert caught.value.line == 2
    with pytest.raises(QueryError, match="custom function"):
        pool.query("SELECT (<http://e/f>(1) AS ?x) {}", WANTED)


def test_queries_are_checked_before_any_process_is_asked() -> None:
    nowhere = PooledStore("/nonexistent/socket")
    with pytest.raises(QueryTooLargeError):
        nowhere.query("ASK " + "{" * 2000 + "}" * 2000, WANTED)
    with pytest.raises(QueryRefusedError):
        nowhere.query("ASK { SERVICE <http://e/> {} }", WANTED)
    with pytest.raises(StoreUnavailableError):
        nowhere.query("ASK {}", WANTED)


def test_a_cross_product_ends_at_the_deadline(pool: WorkerPool) -> None:
    start = time.monotonic()
    with pytest.raises(QueryTimeoutError, match=r"1\.5 s"):
        pool.query(CROSS, WANTED)
    assert SLOW <= time.monotonic() - start < SLOW + 0.5
    assert answers(pool)


def test_whether_all_workers_are_at_a_question_is_seen(data: Path) -> None:
    with WorkerPool(data, workers=2, deadline=SLOW) as pool, ThreadPoolExecutor(2) as threads:
        busy = pool.store.busy
        first = threads.submit(pool.query, CROSS, WANTED)
        time.sleep(0.2)
        assert not busy.all
        second = threads.submit(pool.query, CROSS, WANTED)
        assert eventually(lambda: busy.all)
        assert isinstance(first.exception(), QueryTimeoutError)
        assert isinstance(second.exception(), QueryTimeoutError)
        assert eventually(lambda: not busy.all)  # those that were ended have been replaced
        assert answers(pool)
        assert eventually(lambda: not busy.all)


@pytest.mark.parametrize(
    ("waited", "left", "error"),
    [(SLOW / 10, SLOW * 0.9, QueryTimeoutError), (100, SLOW / 2, StoreUnavailableError)],
    ids=["a while", "very long"],
)
def test_what_has_waited_has_less_time_but_never_less_than_half(
    pool: WorkerPool, waited: float, left: float, error: type[KgError]
) -> None:
    start = time.monotonic()
    with asked(start - waited), pytest.raises(error):
        pool.query(CROSS, WANTED)
    assert left <= time.monotonic() - start < left + 0.4
    assert answers(pool)


def test_a_memory_bomb_ends_only_its_worker(pool: WorkerPool) -> None:
    with pytest.raises(QueryResourceError):
        pool.query(BOMB, WANTED)
    assert all(answers(pool) for _ in range(5))


def test_a_query_that_breaks_the_engine_ends_only_its_worker(pool: WorkerPool) -> None:
    """Unary signs nest without brackets and overflow the parser's stack, here past `kg.sparql.check`."""
    with pytest.raises(QueryTooLargeError, match="signs"):
        pool.query(f"ASK {{ FILTER({'!' * 90_000}true) }}", WANTED)
    with pytest.raises(QueryResourceError):
        pool.query("ASK { FILTER(" + "1 + " * 24_000 + "1) }", WANTED)
    assert answers(pool)


def test_a_killed_worker_costs_its_request_only(data: Path) -> None:
    with WorkerPool(data, workers=1, deadline=30) as pool, ThreadPoolExecutor(2) as threads:
        (worker,) = children(pool.pid)
        assert answers(pool)
        idle = processor_time(worker)
        doomed = threads.submit(pool.query, CROSS, WANTED)
        assert eventually(lambda: processor_time(worker) > idle + 0.2)
        waiting = threads.submit(pool.query, POINT, WANTED)
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(QueryResourceError):
            doomed.result()
        assert waiting.result().count == 1
        assert pool.alive
        assert children(pool.pid) != [worker]


def test_many_clients_at_once(pool: WorkerPool) -> None:
    def ask(index: int) -> Answer:
        return pool.store.query(f"SELECT ?o {{ <http://e/s{index}> ?p ?o }}", WANTED)

    with ThreadPoolExecutor(32) as threads:
        for index, answer in enumerate(threads.map(ask, range(600))):
            assert f'"v{index}"'.encode() in answer.body


def test_a_connection_is_used_again_until_others_wait(data: Path) -> None:
    """One worker, and two stores as two web processes have them: neither keeps it from the other."""
    with WorkerPool(data, workers=1, deadline=SLOW) as pool, ThreadPoolExecutor(4) as threads:
        assert answers(pool)
        first = pool.store.connections._free[-1][0]
        assert answers(pool)
        assert first is not None
        assert pool.store.connections._free[-1][0] is first
        other = replace(pool.store)
        assert list(threads.map(answers, [pool.store, other] * 50)) == [True] * 100
        with pytest.raises(QueryTimeoutError):
            pool.query(CROSS, WANTED)
        assert eventually(lambda: answers(pool))
        assert answers(other)


def test_half_an_answer_does_not_live_on_in_the_error() -> None:
    near, far = socket.socketpair()
    with near:
        far.sendall(wire.FAREWELL[:3] + b"\x02" + (50_000_000).to_bytes(8, "big") + b"{}" + b"x" * 999)
        far.close()
        now = time.monotonic()
        with pytest.raises(QueryResourceError) as caught:
            PooledStore("")._reply(near, now, now + SLOW)
    assert isinstance(caught.value.__context__, wire.ClosedError)
    assert caught.value.__context__.__traceback__ is None


def test_no_free_worker_is_said_in_time(data: Path) -> None:
    with (
        WorkerPool(data, workers=1, deadline=SLOW, queue_timeout=0.2) as pool,
        ThreadPoolExecutor(1) as threads,
    ):
        busy = threads.submit(pool.query, CROSS, WANTED)
        time.sleep(0.1)
        with pytest.raises(StoreUnavailableError, match="no worker was free"):
            pool.query(POINT, WANTED)
        assert isinstance(busy.exception(), QueryTimeoutError)
        assert eventually(lambda: answers(pool))


@pytest.mark.parametrize("text", [POINT, f"{POINT} # {chr(0) * 60_000}"], ids=["short", "long"])
def test_all_waiting_together_ends_at_the_deadline(data: Path, text: str) -> None:
    """For a turn, then for a worker, and for room in the socket of a long question that nobody reads yet."""

    def seconds(store: PooledStore, text: str, begin: float) -> float:
        time.sleep(begin - time.monotonic())
        with pytest.raises(KgError):
            store.query(text, WANTED)
        return time.monotonic() - begin

    with WorkerPool(data, workers=1, deadline=SLOW) as pool, ThreadPoolExecutor(4) as threads:
        first, own, third = (replace(pool.store) for _ in range(3))
        now = time.monotonic() + 0.1
        threads.submit(seconds, first, CROSS, now)
        threads.submit(seconds, own, CROSS, now + 0.1)  # has the turn until its deadline
        late = threads.submit(seconds, own, text, now + 0.2)
        # By the time that this one has the turn, another is before it, which may take long.
        threads.submit(seconds, third, CROSS, now + SLOW - 0.2)
        assert late.result() < SLOW + 0.35


def test_one_too_many_is_refused_at_once(data: Path) -> None:
    with WorkerPool(data, workers=1, deadline=SLOW, queue=1) as pool, ThreadPoolExecutor(3) as threads:
        start = time.monotonic()
        under_way = [threads.submit(pool.query, CROSS, WANTED) for _ in range(2)]
        time.sleep(0.2)
        asked = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="too many queries"):
            pool.query(POINT, WANTED)
        assert time.monotonic() - asked < 0.2
        kinds = {type(each.exception()) for each in under_way}
        assert time.monotonic() - start < SLOW + 0.5
        # The second waited for the first, and had no time left.
        assert kinds == {QueryTimeoutError, StoreUnavailableError}
        assert eventually(lambda: answers(pool))


def test_how_a_worker_died_is_one_structured_line(data: Path) -> None:
    script = f"""
        from pathlib import Path
        from kg.errors import QueryResourceError
        from kg.formats import RESULTS_JSON, TURTLE
        from kg.store import Formats
        from kg.workers import WorkerPool
        with WorkerPool(Path({str(data)!r}), workers=1, memory_limit=100 << 20) as pool:
            try:
                pool.query({BOMB!r}, Formats(RESULTS_JSON, TURTLE))
            except QueryResourceError:
                pool.query({POINT!r}, Formats(RESULTS_JSON, TURTLE))
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True)
    assert run.returncode == 0
    line = json.loads(run.stderr)
    assert (line["event"], line["how"]) == ("query worker ended", "SIGABRT")
    assert "memory allocation" in line["said"]


def test_a_worker_cannot_connect_even_if_the_check_is_passed_by(pool: WorkerPool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        address = f"http://127.0.0.1:{canary.getsockname()[1]}/"
        for silent, failing in (("", True), ("SILENT", False)):
            text = f"SELECT * {{ SERVICE {silent} <{address}> {{ ?s ?p ?o }} }}"
            header = wire.request(text, WANTED, None, (), ())
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(pool.store.socket_path)
                wire.send(connection, header)
                wire.receive_exactly(connection, wire.ACCEPTED.size)
                reply = wire.receive(connection).header
            assert ("error" in reply) == failing
        with pytest.raises(BlockingIOError):
            canary.accept()
    assert answers(pool)


def test_a_client_that_leaves_or_talks_nonsense_does_no_harm(pool: WorkerPool) -> None:
    for data in (b"", b"\0\0\0\5", b"\0" * 11 + b"\0", b"\0\0\0\2" + b"\0" * 8 + b"{}"):
        for _ in range(3):
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(pool.store.socket_path)
                connection.sendall(data)
    assert all(answers(pool) for _ in range(5))


def test_stopping_ends_everything(data: Path) -> None:
    pool = WorkerPool(data, workers=3)
    with pytest.raises(StoreUnavailableError, match="not been started"):
        pool.query(POINT, WANTED)
    store = pool.start()
    assert pool.start() is store
    workers = children(pool.pid)
    assert len(workers) == 3
    assert Path(store.socket_path).parent.stat().st_mode & 0o777 == 0o700
    pool.stop()
    pool.stop()
    assert not pool.alive
    assert all(eventually(lambda pid=pid: gone(pid)) for pid in workers)
    assert not Path(store.socket_path).parent.exists()
    with pytest.raises(StoreUnavailableError):
        store.query(POINT, WANTED)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs /proc")
def test_what_a_long_query_took_is_given_back(data: Path) -> None:
    with WorkerPool(data, workers=1, deadline=30) as pool:
        (worker,) = children(pool.pid)
        assert answers(pool)
        before = taken(worker, "Private_Dirty")
        assert before
        assert pool.query(MANY, WANTED).body.count(b"200000") == 1
        assert eventually(lambda: taken(worker, "Private_Dirty") < before + (5 << 20))
        assert children(pool.pid) == [worker]


def test_workers_die_with_a_killed_engine(data: Path) -> None:
    with WorkerPool(data) as pool:
        workers = children(pool.pid)
        assert pool.pid is not None
        os.kill(pool.pid, signal.SIGKILL)
        assert all(eventually(lambda pid=pid: gone(pid)) for pid in workers)
        with pytest.raises(StoreUnavailableError):
            pool.query(POINT, WANTED)


def test_the_engine_ends_when_its_starter_is_killed(data: Path) -> None:
    script = f"""
        import sys
        from pathlib import Path
        from kg.workers import WorkerPool
        pool = WorkerPool(Path({str(data)!r}))
        print(pool.start().socket_path, pool.pid, flush=True)
        sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        path, engine = starter.stdout.readline().decode().split()
        workers = children(int(engine))
        assert answers(PooledStore(path))
        starter.kill()
    assert all(eventually(lambda pid=pid: gone(pid)) for pid in [int(engine), *workers])
    assert eventually(lambda: not Path(path).exists())


def test_a_store_on_disk_is_served_too(data: Path, tmp_path: Path) -> None:
    DiskStore.build(tmp_path / "store", data)
    with WorkerPool(tmp_path / "store", mode="disk", deadline=SLOW) as pool:
        assert answers(pool)
        with pytest.raises(QueryTimeoutError):
            pool.query(CROSS, WANTED)
        assert all(answers(pool) for _ in range(5))


def test_what_cannot_be_loaded_is_said_at_start(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("oops")
    cases: list[tuple[WorkerPool, type[KgError]]] = [
        (WorkerPool(bad), MalformedError),
        (WorkerPool([tmp_path / "none.nq"]), MissingInputError),
        (WorkerPool(tmp_path, mode="disk"), MissingInputError),
    ]
    for pool, error in cases:
        with pytest.raises(error, match=str(tmp_path)):
            pool.start()
        assert not pool.alive


def test_impossible_settings_are_refused(data: Path) -> None:
    for options in ({"mode": "cloud"}, {"mode": "disk", "paths": []}, {"workers": 0}, {"deadline": 0}):
        with pytest.raises(UsageError):
            WorkerPool(**{"paths": data, **options})  # type: ignore[arg-type]


terms = st.one_of(
    st.just(ox.NamedNode("http://e/a")),
    st.just(ox.BlankNode("b")),
    st.text(st.characters(exclude_categories=["Cs"])).map(ox.Literal),
    st.just(ox.Literal("x", language="hy")),
    st.just(ox.Literal("007", datatype=ox.NamedNode("http://e/t"))),
)


@given(terms)
def test_terms_survive_the_wire(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> None:
    assert wire.json_term(json.loads(json.dumps(wire.term_json(term)))) == term


def test_every_error_survives_the_wire() -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type)]
    for kind in kinds:
        if not issubclass(kind, KgError) or kind is errors.ProblemsError:
            continue
        again = wire.json_error(json.loads(json.dumps(wire.error_json(kind("what", mend="mend")))))
        assert type(again) is kind
        assert (again.what, again.mend) == ("what", "mend")
