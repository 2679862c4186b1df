"""Which sources stay where they are: databases asked to, and Spark always."""

from pathlib import Path

from csqa.engine.addresses import is_address, read_address
from csqa.engine.dataset import Dataset
from csqa.engine.in_place import load_in_place
from csqa.engine.spark import load_spark
from csqa.engine.spark_sessions import SCHEME, is_session, open_remote
from csqa.errors import RuleError
from csqa.rules.mapping import Mapping


def load_staying(source: object, rules: Mapping, in_place: bool | None) -> Dataset | None:
    """Load a source that stays where it is; None for those that are copied.

    Parameters
    ----------
    source : object
        What the user gave to :func:`csqa.load`.
    rules : Mapping
        What is to be made of it.
    in_place : bool, optional
        What the user asked for; None leaves it to the address.

    Raises
    ------
    RuleError
        If a file or a DataFrame was asked to stay, or a Spark session was asked to be copied.
    DataError
        As for :func:`csqa.engine.in_place.load_in_place`.

    Examples
    --------
    >>> load_staying("data/sample", Mapping(), None) is None
    True
    >>> load_staying("data/sample", Mapping(), True)
    Traceback (most recent call last):
        ...
    csqa.errors.RuleError: `in_place` 只用于数据库地址（postgresql://、mysql://）；...
    """
    remote = isinstance(source, str) and source.startswith(SCHEME)
    if remote or is_session(source):
        if in_place is False:
            msg = "Spark 的数据只能就地读取，`in_place` 不能是 False。"
            raise RuleError(msg)
        session = open_remote(str(source)) if remote else source
        return load_spark(session, rules, own=remote)
    if isinstance(source, str | Path) and is_address(str(source)):
        asked = read_address(str(source)).in_place if in_place is None else in_place
        return load_in_place(str(source), rules) if asked else None
    if in_place:
        msg = (
            "`in_place` 只用于数据库地址（postgresql://、mysql://）；文件和 DataFrame 总是读进来。"
        )
        raise RuleError(msg)
    return None
