"""Sessions of Spark: opening one at a Connect server, cloning a user's, leaving in time.

pyspark is imported only where an address asks for it.
"""

import atexit
import warnings
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from csqa.errors import DataError

SCHEME = "sc://"
"""Begins the address of a Spark Connect server."""

TOKEN_VARIABLE = "SPARK_CONNECT_AUTHENTICATE_TOKEN"
"""Environment variable that pyspark takes the token from."""


@contextmanager
def quiet() -> Iterator[None]:
    """Pyspark warns of newer pandas at every turn, and means functions that are not used here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*pandas", category=FutureWarning)
        yield


@contextmanager
def explaining() -> Iterator[None]:
    """Say what went wrong in one sentence; pyspark would print a page."""
    try:
        yield
    except Exception as error:  # pyspark's errors have no class that can be named without it
        if not type(error).__module__.startswith(("pyspark.", "py4j.", "grpc")):
            raise
        first = next((line for line in str(error).splitlines() if line.strip()), "").strip()
        msg = f"Spark 没有做完：{first[:300]}"
        raise DataError(msg) from None


def is_session(value: object) -> bool:
    """Whether a value is a Spark session, classic or Connect.

    Examples
    --------
    >>> is_session("sc://localhost")
    False
    """
    kind = type(value)
    return kind.__name__ == "SparkSession" and kind.__module__.startswith("pyspark.sql")


def open_remote(address: str) -> Any:
    """Open a session at a Spark Connect server.

    Parameters
    ----------
    address : str
        ``sc://host:port``; a token comes from the environment.

    Raises
    ------
    DataError
        If pyspark is not installed, the address holds a token, or nobody answers.
    """
    if "token=" in address.lower():
        msg = f"Spark 的地址里不要写令牌（token），请放在环境变量 {TOKEN_VARIABLE} 里。"
        raise DataError(msg)
    try:
        with quiet():
            from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        msg = f'读 Spark 还要安装 {error.name or "pyspark"}：pip install "csqa[spark]"。'
        raise DataError(msg) from None
    place = urlsplit(address).netloc
    try:
        with quiet():
            session = SparkSession.builder.remote(address).create()
            session.sql("SELECT 1").collect()
            return session
    except Exception as error:  # whatever answers there
        msg = f"连不上 Spark Connect（{place}）：{str(error).splitlines()[0][:200]}"
        raise DataError(msg) from None


def clone_session(session: Any) -> Any:
    """A session of ours that sees the user's temporary views."""
    if hasattr(session, "cloneSession"):
        return session.cloneSession()
    return type(session)(session.sparkContext, session._jsparkSession.cloneSession())


def end_with(owner: object, session: Any, cached: Iterable[str]) -> None:
    """End a session of ours on a Connect server with its owner.

    By itself pyspark leaves it to the server, and calls one that has gone for ten minutes before
    the interpreter may end.

    Parameters
    ----------
    owner : object
        The session is left when nobody holds it any more, or the interpreter ends.
    session : pyspark.sql.connect.session.SparkSession
        Ours.
    cached : iterable of str
        What is cached by then, which the server would keep.
    """
    with suppress(AttributeError):
        atexit.unregister(session.client._on_exit)
    weakref.finalize(owner, _leave, session, cached)


def _leave(session: Any, cached: Iterable[str]) -> None:
    from pyspark.sql.connect.client.retries import DefaultPolicy

    with suppress(Exception):  # the server may have gone
        session.client.set_retry_policies([DefaultPolicy(max_retries=0)])
        for name in cached:
            session.catalog.uncacheTable(name)
    with suppress(Exception):
        session.stop()
