# SPDX-License-Identifier: Apache-2.0
"""Pintle against the append ceiling under many conditions, one row each."""
import os
import pathlib
import shutil
import statistics
import tempfile
from collections import namedtuple

from serving import ROOT, Server, basic, load, measure, start_pintle, watched, wrk_script

Row = namedtuple("Row", "name connections bytes is_packed delay_ms",
                 defaults=[64, 900, False, 0])
ROWS = [
    Row("64 connections, 900 B"),
    Row("16 connections", connections=16),
    Row("256 connections", connections=256),
    Row("1500 B", bytes=1500),
    Row("packed", is_packed=True),
    Row("sync + 1 ms", delay_ms=1),
    Row("sync + 5 ms", delay_ms=5),
    Row("sync + 10 ms", delay_ms=10),
]
PLAIN_BYTES = 750  # of an event as serving.event makes it


def start_pair(directory, delay_ms):
    """Pintle and the append ceiling on a disk that is slower by delay_ms; and the write key."""
    directory = pathlib.Path(tempfile.mkdtemp(dir=directory))
    limit = {"PINTLE_JOURNAL_MAX_BYTES": str(8 << 30)}  # what the rows write is not kept
    pintle, key = start_pintle(directory, {**watched(directory, delay_ms), **limit})
    append = Server([str(ROOT / "build/bench/ceiling"), "127.0.0.1:0",
                     str(min(os.cpu_count(), 4)), str(directory / "append")],
                    watched(directory, delay_ms))
    return {"pintle": pintle, "append": append}, key


def measure_rates(pair, script, row, rounds, seconds):
    """Rows of measure() by server."""
    found = {name: [] for name in pair}
    for _ in range(rounds):
        for name, server in pair.items():
            found[name].append(measure(server, script, row.connections, seconds))
    return found


def measure_p99(pair, key, row, options):
    found = {name: [] for name in pair}
    for _ in range(options["rounds"]):
        for name, server in pair.items():
            account = load(server.url, key, rate=options["rate"], seconds=options["seconds"],
                           batch=options["batch"], connections=row.connections, bytes=row.bytes,
                           gzip_share=100 if row.is_packed else 0)
            late, p99 = account["begunLateUs"]["p99"], account["latencyUs"]["p99"]
            found[name].append((p99 / 1000, late > p99 / 2))
    return found


def print_row(row, rates, p99s, rate, batch):
    def median(name, key):  # for an event
        return statistics.median(one[key] for one in rates[name]) / batch

    events_s = statistics.median(one["rate"] * batch for one in rates["pintle"])
    ratios = sorted(a["rate"] / b["rate"] for a, b in zip(rates["pintle"], rates["append"]))
    ours, theirs = ([one for one, _ in p99s[name]] for name in ("pintle", "append"))
    is_late = any(late for rows in p99s.values() for _, late in rows)
    rss = max(one["rss_mb"] for one in rates["pintle"])
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    print(f"{row.name:22} {events_s:9.0f}"
          f"  {statistics.median(ratios):4.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
          f"  {median('pintle', 'cpu_us'):6.2f} / {median('append', 'cpu_us'):6.2f}"
          f"  {median('pintle', 'bytes'):7.0f}"
          f"  {median('pintle', 'syncs'):7.4f} / {median('append', 'syncs'):7.4f}  {rss:4.0f}"
          f"  {rate:8.0f}  {statistics.median(ours):7.2f} / {statistics.median(theirs):7.2f}"
          f" = {ratio:5.2f}{'*' if is_late else ''}", flush=True)


HEAD = f"""\
{'':22}  events/s  of append           CPU µs/event     bytes   syncs             RSS  offered  p99
{'':65}/event  /event          MB      /s   ms"""


def print_matrix(batch, rounds, seconds):
    directory = pathlib.Path(tempfile.mkdtemp(prefix="pintle-bench-"))
    pairs = {}
    print(f"batches of {batch}, medians of {rounds} rounds of {seconds} s; "
          f"CPU, syncs and p99: pintle / append\n{HEAD}")
    try:
        for row in ROWS:
            if row.delay_ms not in pairs:
                pairs[row.delay_ms] = start_pair(directory, row.delay_ms)
            pair, key = pairs[row.delay_ms]
            script, _ = wrk_script(directory, basic(key), batch, row.is_packed,
                                   max(row.bytes - PLAIN_BYTES, 0))
            rates = measure_rates(pair, script, row, rounds, seconds)
            rate = int(statistics.median(one["rate"] for one in rates["append"]) * batch / 2)
            p99s = measure_p99(pair, key, row, {"rate": rate, "seconds": seconds, "rounds": rounds,
                                                "batch": batch})
            print_row(row, rates, p99s, rate, batch)
        print("* the loading machine was itself late by more than half of a p99: "
              "do not rely on it")
    finally:
        for pair, _ in pairs.values():
            for server in pair.values():
                server.stop()
        shutil.rmtree(directory)
