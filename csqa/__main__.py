"""``python -m csqa`` is the command ``csqa``."""

import sys

from csqa.cli import main

if __name__ == "__main__":
    sys.exit(main())
