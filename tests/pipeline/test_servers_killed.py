"""kill -9 of the servers that the worker leans on, and damage to its broker, while jobs run: all is finished, once.

Of three media one stands between its output and its commit when it happens, one is half way, one waits.
"""

import json
import os
import shutil
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from media_pipeline import jobs
from tests.e2e.product import Product
from tests.pipeline.conftest import adopt_script, latest
from tests.pipeline.scripted_work import PUBLISHED, all_ready, assert_once, is_mid_way, work
from tests.pipeline.worker_process import WorkerProcess, wait_for
from tests.real_servers import PostgreSQL, Redis

pytestmark = [pytest.mark.slow]
FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
# The servers of these tests are their own; the plain run does them once, where it has the others.
WITH_SERVERS = pytest.mark.skipif(
    not FULL and not os.environ.get("DATABASE_URL"), reason="the run with PostgreSQL and Redis does it"
)
MOMENT = "between output and commit"


@pytest.fixture
def worker(pipeline_home, shared_database, scripted, monkeypatch):
    monkeypatch.setattr(jobs, "_bells", [])
    worker = WorkerProcess(pipeline_home, shared_database, TWOPOP_TEST_STOPS="1", TWOPOP_MEDIA_JOBS="2")
    yield worker
    worker.close()


def begin(worker, home):
    """Start; return the media that stands before its commit and the one that is half way, when they are."""
    (home / "stop").write_text(MOMENT)
    worker.start()
    standing = adopt_script(home, work(1, 0.2))
    wait_for(lambda: (home / "stopped").exists(), what="one stands before its commit", log=worker.log)
    under_way = adopt_script(home, work(2, 4))
    wait_for(lambda: is_mid_way(under_way), what="one is half way", log=worker.log)
    return standing, under_way


@WITH_SERVERS
@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_redis_is_killed(worker, pipeline_home, request):
    redis = Redis()
    request.addfinalizer(redis.remove)
    redis.start()
    worker.environment["REDIS_URL"] = redis.url
    standing, under_way = begin(worker, pipeline_home)
    redis.kill()
    waiting = adopt_script(pipeline_home, work(3, 0.1))
    (pipeline_home / "stopped").unlink()
    wait_for(lambda: all_ready([standing, under_way]), what="what ran ends without the broker", log=worker.log)
    redis.start()
    wait_for(lambda: all_ready([waiting]), what="what waited is found", log=worker.log)
    assert_once([standing, under_way, waiting])
    assert {latest(media, "renditions").lost for media in (standing, under_way, waiting)} == {0}


@pytest.mark.django_db(transaction=True)
def test_the_folder_of_hints_is_damaged_and_removed(worker, pipeline_home):
    worker.environment.pop("REDIS_URL", None)
    standing, under_way = begin(worker, pipeline_home)
    broker = pipeline_home / "broker"
    for number, garbage in enumerate(
        [b"", b"{", b"\0" * 4096, b'{"body": 1, "properties": {}}', b'{"body": "e30=", "headers": 5}']
    ):
        (broker / f"0000000000000000000{number}-garbage.celery").write_bytes(garbage)
    (broker / "00000000000000000009-folder.celery").mkdir()
    (pipeline_home / "stopped").unlink()
    damaged = adopt_script(pipeline_home, work(3, 0.1))
    wait_for(lambda: all_ready([standing, damaged]), what="garbage is dropped", log=worker.log)
    shutil.rmtree(broker)
    broker.write_text("no folder")
    blocked = adopt_script(pipeline_home, work(4, 0.1))
    wait_for(lambda: all_ready([under_way]), what="what ran ends without the broker", log=worker.log)
    broker.unlink()
    wait_for(lambda: all_ready([blocked]), what="what waited is found", log=worker.log)
    assert_once([standing, under_way, damaged, blocked])


SET_UP = """
import json
from pathlib import Path
from django.conf import settings
from tests import factories
from tests.pipeline.conftest import adopt_script
from tests.pipeline.scripted_work import work
for number, seconds in enumerate([0.2, 8, 0.3]):
    adopt_script(Path(settings.DATA_DIR), work(number, seconds))
project = factories.project()
version = factories.version(factories.asset(project), factories.media(frame_count=100000))
_, secret = factories.token(project.created_by)
print(json.dumps([version.pk, secret]))
"""


@pytest.fixture
def on_postgresql(tmp_path, db):
    """The product with the tests' worker on a PostgreSQL of its own, which may be killed."""
    server = PostgreSQL(may_be_killed=True)
    product = Product(tmp_path)
    product.environment |= {
        "DATABASE_URL": server.url,
        "DJANGO_SETTINGS_MODULE": "tests.pipeline.scripted.settings",
        "TWOPOP_SECRET_KEY": "tests-only-0123456789-0123456789-0123456789",
        "TWOPOP_TEST_STOPS": "1",
        "TWOPOP_JOB_SWEEP_SECONDS": "0.3",
        "TWOPOP_JOB_BACKOFF_SECONDS": "0",
        "TWOPOP_MEDIA_JOBS": "2",
    }
    try:
        server.start()
        if url := os.environ.get("DATABASE_URL"):  # to migrate takes longer
            server.fill(urllib.parse.urlsplit(url)._replace(path=f"/{connection.settings_dict['NAME']}").geturl())
        else:
            product.migrate()
        yield server, product
    finally:
        product.kill("web")
        product.kill("worker")
        server.remove()


def comment(product: Product, version: str, token: str, text: str) -> int:
    """The answer's status; 0 if there is none."""
    body = json.dumps({"text": text, "frame": 1}).encode()
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": text, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{product.url}/api/v1/versions/{version}/comments", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=3) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@WITH_SERVERS
@pytest.mark.servers
@pytest.mark.parametrize(
    "lease", [30, pytest.param(2, marks=pytest.mark.skipif(not FULL, reason="the outage is longer: full run"))]
)
def test_the_database_server_is_killed(on_postgresql, tmp_path: Path, lease):
    server, product = on_postgresql
    product.environment["TWOPOP_JOB_LEASE_SECONDS"] = str(lease)
    version, token = json.loads(product.run(SET_UP))
    (tmp_path / "stop").write_text(MOMENT)
    product.start_web()
    product.start_worker()
    log = tmp_path / "worker.log"

    def rows(sql):
        with psycopg.connect(server.url) as connection:
            return connection.execute(sql).fetchall()

    running = (
        "SELECT count(*) = 2 AND max(done_units) > 0 FROM media_pipeline_job WHERE step = 'renditions' AND state = 'running'"
    )
    wait_for(lambda: (tmp_path / "stopped").exists() and rows(running)[0][0], what="work is under way", log=log)
    assert comment(product, version, token, "before") == 201
    server.kill()
    (tmp_path / "stopped").unlink()
    assert comment(product, version, token, "meanwhile") in {0, 500, 503}
    dropped = "the database does not answer" if lease == 30 else "LostLeaseError"
    wait_for(lambda: dropped in log.read_text(), what="the worker has felt it", log=log)
    server.start()
    unfinished = "SELECT id FROM media_pipeline_job WHERE state <> 'done'"
    wait_for(lambda: not rows(unfinished), what="all finished", log=log)
    wait_for(lambda: comment(product, version, token, "meanwhile") == 201, what="the web server goes on")
    for (media,) in rows("SELECT DISTINCT media_id FROM media_pipeline_job"):
        found = rows(f"SELECT kind, label FROM media_pipeline_rendition WHERE media_id = '{media}'")
        assert Counter(found) == PUBLISHED
    assert rows("SELECT step, state, count(*), max(crashes) FROM media_pipeline_job GROUP BY step, state ORDER BY step") == [
        ("index", "done", 3, 0),
        ("renditions", "done", 3, 0),
    ]
    assert rows("SELECT text, count(*) FROM review_comment GROUP BY text ORDER BY text") == [("before", 1), ("meanwhile", 1)]
