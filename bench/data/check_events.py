"""Reads the event files of runs with TensorBoard's own reader and lists what it finds.

python3 check_events.py RUN [RUN ...]      (pip install tensorboard)

A RUN is the tf/ folder of a GaussianFormer run or the folder of a splat model. Ends with 1 where one
has no scalars, images or histograms, a record is broken, or a picture is no PNG.
"""
import struct
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

EVERYTHING = {"scalars": 0, "images": 0, "histograms": 0}


def check(folder):
    run = EventAccumulator(folder, size_guidance=EVERYTHING)
    run.Reload()
    tags = run.Tags()
    problems = [f"no {kind}" for kind in EVERYTHING if not tags[kind]]
    for tag in tags["scalars"]:
        events = run.Scalars(tag)
        print(f"  {tag}: {len(events)} numbers, {events[0].value:.4g} at step {events[0].step}"
              f" to {events[-1].value:.4g} at {events[-1].step}")
        if any(a.step >= b.step for a, b in zip(events, events[1:])):
            problems.append(f"the steps of {tag} do not grow")
    for tag in tags["images"]:
        for event in run.Images(tag):
            png = event.encoded_image_string
            size = struct.unpack(">II", png[16:24]) if png[:8] == b"\x89PNG\r\n\x1a\n" else None
            if size != (event.width, event.height):
                problems.append(f"{tag} at step {event.step} is no PNG of its size")
        print(f"  {tag}: {len(run.Images(tag))} pictures, the last {event.width} x {event.height}")
    for tag in tags["histograms"]:
        events = run.Histograms(tag)
        if any(a.step >= b.step for a, b in zip(events, events[1:])):
            problems.append(f"the steps of {tag} do not grow")
        value = events[-1].histogram_value
        print(f"  {tag}: {len(events)} histograms, the last of {value.num:.0f} values,"
              f" {value.min:.4g} to {value.max:.4g}")
        if abs(sum(value.bucket) - value.num) > 0.5:
            problems.append(f"the buckets of {tag} do not sum to its count")
    return problems


failed = False
for folder in sys.argv[1:] or sys.exit(__doc__):
    print(folder)
    for problem in check(folder):
        failed = True
        print(f"  wrong: {problem}")
sys.exit(failed)
