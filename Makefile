# Needs only Python >= 3.11, pip and make. Everything runs in its own environment, $(VENV), which
# holds exactly what requirements.lock names. Plain `make` prints the targets.

PYTHON := python3
VENV := .venv
PERIOD := 2025-06
DATA := data/sample
OUT := reports
UV := uv
LOCKING = --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" --quiet $(LOCK_FLAGS)

BIN := $(VENV)/bin
SPARK_VENV := $(VENV)-spark
SPARK_STAMP := $(SPARK_VENV)/.csqa-spark-installed
SPARK_TESTS := tests/test_engines.py tests/test_engines_cli.py tests/engine/test_dialect.py \
	tests/test_engines_inspections.py tests/test_engines_sample.py tests/test_engines_review.py \
	tests/test_engines_agreement.py tests/test_engines_cases.py \
	tests/test_engines_causes.py tests/test_engines_steps.py tests/test_engines_sentiment.py
STAMP := $(VENV)/.csqa-installed
STARTED := $(VENV)/.csqa-started
# Tests of a file share what is dear to make: servers, reports, browsers. tests/conftest.py says in
# which order; xdist's own would leave the longest files for the end.
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder
# A notebook without outputs must run; one with outputs must give the same.
NBVAL := --nbval-current-env --nbval-cell-timeout 120
BENCHMARKS := $(patsubst benchmarks/%.py,benchmarks.%,$(wildcard benchmarks/[a-z]*.py))

.DEFAULT_GOAL := help
.PHONY: help env env-spark report test test-library test-notebooks test-spark check bench lab sample golden lock clean

help: ## 列出这些目标 · print these targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

env: $(STAMP) ## 安装环境 · make the environment in .venv (VENV=… PYTHON=…)

# A folder without $(STARTED) is somebody else's and is never removed; one with it but without
# $(STAMP) was interrupted and is made afresh. pip byte-compiles, even where the shell forbids
# it: without .pyc files every later start takes three times as long.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("csqa needs Python 3.11 or newer; $(PYTHON) is %d.%d. Try: make PYTHON=python3.12 …" % v[:2])'
	@if [ -e "$(VENV)" ] && [ ! -e "$(STARTED)" ]; then \
		echo "$(VENV) exists but was not made by this Makefile; remove it or choose another VENV=" >&2; exit 2; fi
	@rm -rf "$(VENV)"
	@mkdir -p "$(VENV)" && touch "$(STARTED)"
	$(PYTHON) -m venv "$(VENV)"
	@echo "Installing requirements.lock into $(VENV); this takes a minute or two …"
	env -u PYTHONDONTWRITEBYTECODE "$(BIN)/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	env -u PYTHONDONTWRITEBYTECODE "$(BIN)/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

env-spark: $(SPARK_STAMP) ## 加装 Spark · make a second environment with Spark in .venv-spark (needs Java 17)

# Apart from $(VENV): pyspark's arrow would change how pandas stores texts there. pyspark comes as
# source only; it is built with what the first lock holds.
$(SPARK_STAMP): requirements-spark.lock requirements.lock pyproject.toml
	$(MAKE) env VENV="$(SPARK_VENV)"
	@echo "Installing requirements-spark.lock into $(SPARK_VENV): 455 MB, a few minutes …"
	env -u PYTHONDONTWRITEBYTECODE "$(SPARK_VENV)/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements-spark.lock
	@touch $@

report: $(STAMP) ## 生成月报 · make a monthly report (PERIOD=2025-06 DATA=data/sample OUT=reports)
	$(BIN)/python -m csqa report monthly --period "$(PERIOD)" --data "$(DATA)" --out "$(OUT)"

test: test-library test-notebooks ## 运行全部测试 · run all tests

test-library: $(STAMP) ## 只测代码 · the library's tests only (PYTEST_FLAGS=…)
	$(BIN)/python -m pytest $(PARALLEL) $(PYTEST_FLAGS)

test-notebooks: $(STAMP) ## 只测笔记本 · the sample report must reproduce, the notebooks must run
	$(BIN)/python -m pytest --nbval $(NBVAL) $(PARALLEL) reports/sample notebooks

test-spark: $(SPARK_STAMP) ## 测各引擎 · the tests of all engines, Spark too
	$(SPARK_VENV)/bin/python -m pytest $(SPARK_TESTS)

check: $(STAMP) ## 检查格式与类型 · lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy

bench: $(STAMP) ## 测速 · run the benchmarks (BENCH_FLAGS=--quick)
	@set -e; for module in $(BENCHMARKS); do echo "$$module"; $(BIN)/python -m $$module $(BENCH_FLAGS); done

lab: $(STAMP) ## 打开 JupyterLab · open the notebooks in JupyterLab (LAB_FLAGS=…)
	$(BIN)/python -m jupyterlab $(LAB_FLAGS) notebooks

sample: $(STAMP) ## 重做样例数据 · make the sample data again
	$(BIN)/python data/sample/generate.py

golden: $(STAMP) ## 重做对照文件 · rewrite the sample report and the golden files; review the diff
	$(BIN)/python -m tests.golden

lock: ## 更新依赖锁 · resolve requirements.lock again (needs uv; LOCK_FLAGS=--upgrade)
	$(UV) pip compile pyproject.toml --extra databases --extra learn --extra test --extra dev $(LOCKING) -o requirements.lock
	sed -n 's/^ *"\(pyspark.*\)",$$/\1/p' pyproject.toml | \
		$(UV) pip compile - --constraints requirements.lock $(LOCKING) -o requirements-spark.lock

clean: ## 删除缓存 · remove caches and build leftovers; the environment and the reports stay
	rm -rf build dist csqa.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find benchmarks csqa data notebooks tests -name __pycache__ -prune -exec rm -rf {} +
