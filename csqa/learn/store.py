"""A tagger's file: a zip of plain arrays and one JSON text; nothing in it can run.

A file may come from anywhere: every size is checked before it is read, every number before it is
used. Arrays are in numpy's own format without objects (``allow_pickle=False``).
"""

import io
import json
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from csqa.errors import RuleError
from csqa.learn.calibration import Calibration
from csqa.learn.ngrams import MOST_GRAMS, Vocabulary
from csqa.learn.stored_text import read_about
from csqa.learn.tagger import Tagger
from csqa.rules.files import explain_os_error

FORMAT = 1
ABOUT = "tagger.json"
ARRAYS = {
    "grams": np.uint32,
    "rarity": np.float64,
    "weights": np.float32,
    "biases": np.float32,
    "slopes": np.float64,
    "offsets": np.float64,
    "thresholds": np.float64,
}
"""Name of each array and its type."""
LARGEST_FILE_BYTES = 100_000_000
LARGEST_TEXT_BYTES = 1_000_000
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""Of the zip's entries, so that the same tagger gives the same bytes."""


def write_tagger(tagger: Tagger, path: str | Path) -> Path:
    """Write a tagger; the same one gives the same bytes.

    Parameters
    ----------
    tagger : Tagger
        Of a training.
    path : str or Path
        The file, ``….npz``; one that is there is replaced.

    Raises
    ------
    RuleError
        If it can't be written.
    """
    arrays = {
        "grams": tagger.vocabulary.grams,
        "rarity": tagger.rarity,
        "weights": tagger.weights,
        "biases": tagger.biases,
        "slopes": tagger.calibration.slopes,
        "offsets": tagger.calibration.offsets,
        "thresholds": tagger.thresholds,
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, ABOUT, _tell(tagger).encode())
        for name, kind in ARRAYS.items():
            made = io.BytesIO()
            plain = np.ascontiguousarray(arrays[name], dtype=np.dtype(kind).newbyteorder("<"))
            np.lib.format.write_array(made, plain, allow_pickle=False)
            _add(archive, f"{name}.npy", made.getvalue())
    target = Path(path)
    try:
        target.write_bytes(written.getvalue())
    except OSError as error:
        msg = f"{target}：写不了这个文件（{explain_os_error(error)}）。"
        raise RuleError(msg) from error
    return target


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _FIRST_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content, compresslevel=6)


def _tell(tagger: Tagger) -> str:
    about = {
        "format": FORMAT,
        "kind": tagger.kind,
        "names": tagger.names,
        "causes": tagger.causes,
        "rule_ids": tagger.rule_ids,
        "single": tagger.calibration.single,
        "sharpness": tagger.calibration.sharpness,
        "version": tagger.version,
        "facts": dict(tagger.facts),
    }
    return json.dumps(about, ensure_ascii=False, sort_keys=True, indent=1)


def load_tagger(path: str | Path) -> Tagger:
    """Read a tagger from its file.

    Parameters
    ----------
    path : str or Path
        As :func:`write_tagger` wrote it.

    Raises
    ------
    RuleError
        If the file is missing, too large or anything in it is not as it should be.
    """
    source = Path(path)
    try:
        if source.stat().st_size > LARGEST_FILE_BYTES:
            raise _refuse(source, f"超过 {LARGEST_FILE_BYTES:,} 字节")
        with zipfile.ZipFile(source) as archive:
            parts = _read_parts(source, archive)
    except OSError as error:
        msg = f"{source}：读不到这个文件（{explain_os_error(error)}）。"
        raise RuleError(msg) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        if isinstance(error, RuleError):
            raise
        raise _refuse(source, f"打不开或已损坏（{error}）") from error
    about = read_about(source, parts.pop(ABOUT), FORMAT)
    arrays = {name: _read_array(source, name, parts[f"{name}.npy"]) for name in ARRAYS}
    return _assemble(source, about, arrays)


def _refuse(source: Path, why: str) -> RuleError:
    return RuleError(f"{source}：不是 csqa 的标注器文件：{why}。")


def _read_parts(source: Path, archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The bytes of each entry, no more than is allowed of any."""
    expected = {ABOUT, *(f"{name}.npy" for name in ARRAYS)}
    names = archive.namelist()
    if len(names) != len(expected) or set(names) != expected:
        shown = "、".join(sorted(names)[:10])
        raise _refuse(source, f"应有 {'、'.join(sorted(expected))}，而不是 {shown or '空的'}")
    parts = {}
    for name in names:
        limit = LARGEST_TEXT_BYTES if name == ABOUT else LARGEST_FILE_BYTES
        with archive.open(name) as stream:  # what the zip says of a size may be a lie
            parts[name] = stream.read(limit + 1)
        if len(parts[name]) > limit:
            raise _refuse(source, f"{name} 超过 {limit:,} 字节")
    return parts


def _read_array(source: Path, name: str, raw: bytes) -> npt.NDArray[Any]:
    """Read an array of numbers of its one type; its shape must be that of its bytes."""
    stream = io.BytesIO(raw)
    try:
        major = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0
        shape, fortran, dtype = read(stream) if major == (1, 0) else (None, True, None)
    except ValueError as error:
        raise _refuse(source, f"{name} 不是数组（{error}）") from error
    wanted = np.dtype(ARRAYS[name]).newbyteorder("<")
    if shape is None or fortran or dtype != wanted or dtype.hasobject:
        raise _refuse(source, f"{name} 应为 {wanted} 的数组，而不是 {dtype}")
    rest = raw[stream.tell() :]
    if len(shape) > 2 or math.prod(shape) * wanted.itemsize != len(rest):
        raise _refuse(source, f"{name} 的大小与它所说的形状 {shape} 不符")
    values = np.frombuffer(rest, dtype=wanted).reshape(shape)
    if not np.isfinite(values).all():
        raise _refuse(source, f"{name} 里有不是数的值")
    return values.astype(ARRAYS[name])


def _assemble(source: Path, about: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Tagger:
    labels, columns = len(about["names"]), len(arrays["grams"])
    shapes = {
        "grams": (columns, 3),
        "rarity": (columns,),
        "weights": (columns + len(about["rule_ids"]), labels),
        **dict.fromkeys(("biases", "slopes", "offsets", "thresholds"), (labels,)),
    }
    faults = [
        f"{name} 的形状应为 {shape}，而不是 {arrays[name].shape}"
        for name, shape in shapes.items()
        if arrays[name].shape != shape
    ]
    faults = faults or _list_faults(arrays)
    if faults:
        raise _refuse(source, "；".join(faults))
    sigmoids = arrays["slopes"], arrays["offsets"], about["sharpness"], about["single"]
    return Tagger(
        kind=about["kind"],
        names=tuple(about["names"]),
        causes=tuple(about["causes"]),
        vocabulary=Vocabulary(arrays["grams"]),
        rarity=arrays["rarity"],
        weights=arrays["weights"].astype(np.float64),
        biases=arrays["biases"].astype(np.float64),
        calibration=Calibration(*sigmoids),
        thresholds=arrays["thresholds"],
        rule_ids=tuple(about["rule_ids"]),
        facts=about["facts"],
        version=about["version"],
    )


def _list_faults(arrays: dict[str, npt.NDArray[Any]]) -> list[str]:
    """What is wrong with numbers whose shapes are right."""
    faults = []
    if len(arrays["grams"]) > MOST_GRAMS:
        faults.append(f"grams 超过 {MOST_GRAMS:,} 行")
    elif not Vocabulary(arrays["grams"]).is_sound():
        faults.append("grams 不是排好序、首尾齐全的字符串")
    if (arrays["rarity"] < 0).any():
        faults.append("rarity 不能是负数")
    if (arrays["thresholds"] <= 0).any():
        faults.append("thresholds 应大于 0")
    largest = max(float(np.abs(values).max(initial=0)) for values in arrays.values())
    if largest > 1e9:
        faults.append("数值大得不合理")
    return faults
