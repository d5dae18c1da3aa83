"""That the second run really runs on PostgreSQL and Redis, and the first on SQLite as the product sets it up."""

import asyncio
import os
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection

from review.live.background import stop


@pytest.mark.django_db
def test_the_database_is_the_one_of_this_run():
    if "DATABASE_URL" in os.environ:
        assert connection.vendor == "postgresql"
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            assert int(cursor.fetchone()[0]) >= 150000
    else:
        assert connection.vendor == "sqlite"
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,), "FULL: acknowledged writes survive power loss"


@pytest.mark.django_db
@pytest.mark.skipif("REDIS_URL" not in os.environ, reason="the run on SQLite has no Redis; the one on PostgreSQL has")
def test_redis_is_used_for_channels_and_the_doorbell():
    import redis

    assert redis.Redis.from_url(settings.REDIS_URL).ping()
    assert settings.CELERY_BROKER_URL == settings.REDIS_URL
    assert settings.CHANNEL_LAYERS["default"]["BACKEND"] == "channels_redis.core.RedisChannelLayer"


@pytest.mark.skipif("REDIS_URL" not in os.environ, reason="the run on SQLite has no Redis; the one on PostgreSQL has")
@pytest.mark.django_db  # only such run with the servers
async def test_whoever_waits_for_a_message_may_wait_longer_than_the_layer_asks_at_a_time():
    """redis-py 8 gives up after 5 s, the time for which the layer asks: a quiet session logged an error, deaf for 1 s."""
    layer: Any = get_channel_layer()
    waiting = asyncio.ensure_future(layer.receive(await layer.new_channel()))
    done, _ = await asyncio.wait({waiting}, timeout=type(layer).brpop_timeout + 1.5)
    assert not done, waiting.exception()
    await stop([waiting])
