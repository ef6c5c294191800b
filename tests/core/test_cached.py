"""The cache holds text and numbers: who writes into it changes what is said, and runs nothing here."""

import pickle

import pytest
from django.core.cache import cache
from redis import Redis

KEY = "a-key-of-this-test"


class Planted:
    def __reduce__(self):
        return (pytest.fail, ("ran what lay in the cache",))


@pytest.fixture
def stored(own_counts, settings):
    """The same place, past Django."""
    line = Redis.from_url(settings.CACHES["default"]["LOCATION"])
    yield line, cache.make_key(KEY)
    line.delete(cache.make_key(KEY))
    line.close()


@pytest.mark.parametrize("value", [1, "chữ Việt", {"7": ["Nguyễn An", "A", 1.5]}, None, True])
def test_what_is_kept_is_read_back(stored, value):
    cache.set(KEY, value)
    assert cache.get(KEY) == value


def test_numbers_are_counted_by_the_server(stored):
    cache.set(KEY, 1)
    assert cache.incr(KEY) == 2


def test_what_lies_there_is_text(stored):
    line, key = stored
    cache.set(KEY, {"a": 1})
    assert line.get(key) == b'{"a": 1}'


def test_objects_are_not_read_out_of_it(stored):
    line, key = stored
    line.set(key, pickle.dumps(Planted()))
    with pytest.raises(ValueError, match=r"utf|JSON|Expecting|decode"):
        cache.get(KEY)
