"""Work is charged to the stage that did it, whoever below this process did it."""

import subprocess
import sys

from pipelines.meter import StageMeter, peak_mb, spent

BURN = "import time\nt = time.process_time()\nwhile time.process_time() - t < 0.4: pass\n"


def test_the_work_of_a_child_that_ended_is_counted() -> None:
    before = spent()
    subprocess.run([sys.executable, "-c", BURN], check=True)
    assert (spent() - before).cpu_s >= 0.35


def test_the_work_of_a_child_that_lives_on_is_counted() -> None:
    before = spent()
    line = BURN + "print('done', flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", line], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "done\n"
        used = spent() - before
        child.communicate("\n")
    assert used.cpu_s >= 0.35


def test_a_stage_bears_its_own_cost_and_no_other_s() -> None:
    meter = StageMeter()
    meter.begin("idle")
    meter.begin("busy")
    subprocess.run([sys.executable, "-c", BURN], check=True)
    meter.begin("idle again")
    costs = meter.end()
    assert list(costs) == ["idle", "busy", "idle again"]
    assert costs["busy"].cpu_s >= 0.35
    assert costs["idle"].cpu_s + costs["idle again"].cpu_s <= 0.1
    assert costs["busy"].wall_s >= costs["busy"].cpu_s * 0.5


def test_a_stage_that_comes_twice_is_summed() -> None:
    meter = StageMeter()
    for stage in ("ocr", "extract", "ocr"):
        meter.begin(stage)
    assert list(meter.end()) == ["ocr", "extract"]


def test_the_largest_process_tells_the_memory() -> None:
    line = "data = bytearray(300 << 20)\nprint('done', flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", line], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert peak_mb() >= 300
        child.communicate("\n")
