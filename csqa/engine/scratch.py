"""A place for clean copies while data are loaded."""

import tempfile

from csqa.errors import DataError
from csqa.rules.files import explain_os_error


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for clean copies, readable by its owner only, removed when done.

    Raises
    ------
    DataError
        If the system's temporary folder can't be written.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="csqa-")
    except OSError as error:
        msg = f"系统的临时文件夹不能写：{explain_os_error(error)}。"
        raise DataError(msg) from error
