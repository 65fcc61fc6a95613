import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { formatDuration, ProgressLine, Rate } from "../../../cli/terminal/progress.ts";

function screen(options: { interactive: boolean; quiet?: boolean; columns?: number }) {
  let ms = 0;
  const written: string[] = [];
  const line = new ProgressLine({
    ...options,
    write: (text) => written.push(text),
    now: () => ms,
    columns: () => options.columns ?? 200,
  });
  return { written, line, wait: (by: number) => ms += by };
}

Deno.test("plain lines come at most every five seconds, and the end says what was done", () => {
  const { written, line, wait } = screen({ interactive: false });
  line.draw({ type: "started", label: "train", total: 100 });
  for (let done = 1; done <= 60; done++) {
    wait(250);
    line.draw({ type: "step", done, figures: { loss: 1 / done } });
  }
  line.draw({ type: "finished" });
  assertEquals(written, [
    "train 0/100 0%\n",
    "train 20/100 20%, 4 steps/s, 20 s left, loss 0.05\n",
    "train 40/100 40%, 4 steps/s, 15 s left, loss 0.025\n",
    "train 60/100 60%, 4 steps/s, 10 s left, loss 0.01667\n",
    "train: 60 steps in 15 s, loss 0.01667\n",
  ]);
});

Deno.test("a screen gets one line that is redrawn, cut to its width, cleared for notes", () => {
  const { written, line, wait } = screen({ interactive: true, columns: 40 });
  line.draw({ type: "started", label: "eval", total: 4, unit: "scene" });
  wait(10);
  line.draw({ type: "step", done: 1 }); // too soon after the last drawing
  wait(990);
  line.draw({ type: "step", done: 2 });
  line.draw({ type: "note", text: "saved" });
  line.draw({ type: "finished", text: "mIoU 0.5" });
  assertEquals(written, [
    "\r\x1b[Keval ░░░░░░░░░░░░░░░░░░░░ 0/4 0%",
    "\r\x1b[Keval ██████████░░░░░░░░░░ 2/4 50%, 1.91",
    "\r\x1b[K",
    "saved\n",
    "mIoU 0.5\n",
  ]);
});

Deno.test("a slow first step tells nothing of the rate", () => {
  const { written, line, wait } = screen({ interactive: false });
  line.draw({ type: "started", label: "train", total: 100 });
  wait(20_000);
  line.draw({ type: "step", done: 1, slow: true });
  wait(6000);
  line.draw({ type: "step", done: 7 });
  assertEquals(written.slice(1), [
    "train 1/100 1%\n",
    "train 7/100 7%, 1 steps/s, 1 min 33 s left\n",
  ]);
});

Deno.test("quiet writes nothing", () => {
  const { written, line } = screen({ interactive: true, quiet: true });
  line.draw({ type: "started", label: "x" });
  line.draw({ type: "note", text: "y" });
  line.draw({ type: "finished", text: "z" });
  assertEquals(written, []);
});

Deno.test("a resumed task counts its rate from where it began", () => {
  const { written, line, wait } = screen({ interactive: false });
  line.draw({ type: "started", label: "train", total: 1000, done: 900 });
  wait(10_000);
  line.draw({ type: "step", done: 901 });
  line.draw({ type: "finished" });
  assertEquals(written[1], "train 901/1000 90%, 10 s/step, 16 min 30 s left\n");
  assertEquals(written[2], "train: 1 step in 10 s\n");
});

Deno.test("an unknown total has no bar and no time left", () => {
  const { written, line, wait } = screen({ interactive: false });
  line.draw({ type: "started", label: "read", unit: "file" });
  wait(6000);
  line.draw({ type: "step", done: 12 });
  assertEquals(written.at(-1), "read 12 files, 2 files/s\n");
});

Deno.test("a rate is right from the start, smooths jitter and follows a change", () => {
  const rate = new Rate(0);
  let now = 0;
  rate.add(1, now += 500);
  assertAlmostEquals(rate.perSecond, 2, 1e-12);
  for (let i = 0; i < 40; i++) rate.add(1, now += i % 2 ? 200 : 800);
  assert(Math.abs(rate.perSecond - 2) < 0.2, `jitter: ${rate.perSecond}`);
  for (let i = 0; i < 400; i++) rate.add(1, now += 100); // 40 seconds at 10 a second
  assert(Math.abs(rate.perSecond - 10) < 0.5, `change: ${rate.perSecond}`);
});

Deno.test("durations read well at their edges", () => {
  assertEquals([0, 9.94, 9.96, 59.4, 59.6, 185, 3599.7, 7620].map(formatDuration), [
    "0.0 s",
    "9.9 s",
    "10 s",
    "59 s",
    "1 min 00 s",
    "3 min 05 s",
    "1 h 00 min",
    "2 h 07 min",
  ]);
});
