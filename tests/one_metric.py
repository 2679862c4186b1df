"""A standard of one metric without a target, and what it gives."""

import csqa
from csqa.rules.standard_reader import read_standard
from tests.tables import write

ONE_METRIC = """
settings: {settings}
standards:
  - effective: 2023-01-01
    dimensions: {{efficiency: 效率}}
    weights: {{efficiency: 1}}
    metrics:
      {metric}:
        name: 指标
        dimension: efficiency
        measure: {metric}
        definition: 定义
        source: 系统
"""


def standard_of(tmp_path, metric, settings="{}"):
    """A standard of one metric without a target."""
    text = ONE_METRIC.format(metric=metric, settings=settings)
    return read_standard(write(tmp_path, text))


def sums(data, standard, **options) -> list[list]:
    """n and total of the one metric, per unit."""
    measured = csqa.measure(data, standard, every="year", **options)
    units = [options["by"]] if "by" in options else []
    return measured[[*units, "n", "total"]].to_numpy().tolist()
