import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { FolderLock } from "../../../data/files/folder_lock.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { findCheckpoint } from "../../../model/run/read_checkpoint.ts";
import { runCheckpoints } from "../../../model/run/checkpoint_folder.ts";
import { gpuTest } from "../../support.ts";
import { type Mischief, type ToyEvent, toyRun } from "./toy_trainee.ts";

type Told = { events: ToyEvent[]; error: (Error & { hint?: string }) | null };

/** All that a run told, and what ended it. */
async function told(run: AsyncGenerator<ToyEvent, void, void>): Promise<Told> {
  const events: ToyEvent[] = [];
  try {
    for await (const event of run) events.push(event);
    return { events, error: null };
  } catch (error) {
    return { events, error: error as Error };
  }
}

/** The newest checkpoint of a folder: its step, its weights and what the toy keeps; 0 where there is none. */
function newest(folder: string): unknown[] {
  if (!runCheckpoints(folder)?.length) return [0];
  const { state, weights } = findCheckpoint(folder, "occupancy").checkpoint;
  return [state.step, [...weights.count!.data as Float32Array], (state as never)["drawn"]];
}

const rowsOf = (folder: string) =>
  Deno.readTextFileSync(join(folder, "rows.jsonl")).split("\n").filter(Boolean)
    .map((line) => JSON.parse(line).step);
const upTo = (step: number) => Array.from({ length: step }, (_, i) => i + 1);
const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

function runTest(name: string, body: (gpu: Gpu, folder: string) => Promise<void>): void {
  gpuTest(name, async (gpu) => {
    const root = Deno.makeTempDirSync();
    try {
      await body(gpu, join(root, "run"));
    } finally {
      Deno.removeSync(root, { recursive: true });
    }
  });
}

const fails =
  (phase: string, at: number, error = new Error("on purpose")): Mischief => (now, step) => {
    if (now === phase && step === at) throw error;
  };

/** What ends a run early, and what must be there afterwards. */
const ENDINGS: Readonly<
  Record<string, {
    readonly mischief: Mischief;
    readonly message: string;
    /** Step, weights, draws of the newest checkpoint. */
    readonly saved: unknown[];
    readonly published: number | null;
    readonly rows: number;
    readonly hint: string;
  }>
> = {
  "the forward pass fails": {
    mischief: fails("forward", 7),
    message: "on purpose",
    saved: [6, [6, -6], 6],
    published: 6,
    rows: 6,
    hint: "step 6 is saved",
  },
  "the update fails half way": {
    mischief: fails("update", 7),
    message: "on purpose",
    saved: [4, [4, -4], 4],
    published: 6,
    rows: 6,
    hint: '"step_000004.safetensors" is whole',
  },
  "the very first step fails": {
    mischief: fails("forward", 1),
    message: "on purpose",
    saved: [0],
    published: null,
    rows: 0,
    hint: "holds no checkpoint of this run",
  },
  "losses that are not finite": {
    mischief: (_, step, toy) => toy.loss = step < 5 ? 1 : NaN,
    message:
      "3 steps in a row had gradients that are not finite, the last at step 7: the loss is NaN",
    saved: [7, [7, -7], 7],
    published: 7,
    rows: 7,
    hint: "step 7 is saved",
  },
  "a weight that is not finite": {
    mischief: (phase, step, { count }) => {
      if (phase === "update" && step === 7) count.set(Float32Array.of(NaN, 1));
      if (phase === "forward" && step === 8) throw new Error("on purpose");
    },
    message: "on purpose",
    saved: [4, [4, -4], 4],
    published: null,
    rows: 7,
    hint: '"step_000004.safetensors" is whole',
  },
};

for (const [what, { mischief, message, saved, published, rows, hint }] of Object.entries(ENDINGS)) {
  runTest(`what a run had is kept: ${what}`, async (gpu, folder) => {
    const { events, error } = await told(toyRun(gpu, folder, { mischief }));
    assertStringIncludes(error!.message, message);
    assertStringIncludes(error!.hint!, hint);
    assertEquals(newest(folder), saved);
    const last = events.findLast(({ type }) => type === "published");
    assertEquals(last?.step ?? null, published);
    assertEquals(rowsOf(folder), upTo(rows));
    assert(!namesIn(folder).some((name) => /lock|tmp/.test(name)));
  });
}

runTest("a weight that is not finite is never saved, and is named", async (gpu, folder) => {
  const mischief: Mischief = (phase, step, { count }) => {
    if (phase !== "update" || step !== 7) return;
    count.set(Float32Array.of(1, Infinity));
    count.moments![0].write(Float32Array.of(NaN, NaN));
  };
  const saves = (step: number) => step === 4 || step === 7;
  const { error } = await told(toyRun(gpu, folder, { mischief, saves }));
  assertEquals(
    error!.message,
    'Cannot save step 7: 1 values of "count", 2 values of "first moment of count" are not finite',
  );
  assertEquals(newest(folder), [4, [4, -4], 4]);
});

runTest(
  "a stop ends after the step in work, a wish for a save does not end it",
  async (gpu, folder) => {
    const stop = new AbortController();
    let wishes = 0;
    const mischief: Mischief = (phase, step) => {
      if (phase === "forward" && step === 2) wishes++;
      if (phase === "update" && step === 6) stop.abort();
    };
    const saveNow = () => wishes > 0 && wishes-- > 0;
    const options = { mischief, stop: stop.signal, saveNow };
    const { events } = await told(toyRun(gpu, folder, options));
    const saves = events.filter(({ type }) => type === "checkpoint").map(({ step }) => step);
    assertEquals(saves, [2, 4, 6]);
    assertEquals(events.at(-2), { type: "published", step: 6, path: "result 6" });
    const { type, step, path } = events.at(-1) as ToyEvent & { path: string };
    assertEquals([type, step, path], ["stopped", 6, join(folder, "step_000006.safetensors")]);
    // What goes on from there ends as a run that was not stopped.
    const { checkpoint } = findCheckpoint(folder, "occupancy");
    const rest = await told(toyRun(gpu, folder, { checkpoint }));
    assertEquals(rest.events.at(-1)!.type, "finished");
    assertEquals([newest(folder), rowsOf(folder)], [[8, [8, -8], 8], upTo(10)]);
  },
);

runTest("a run whose events nobody takes any more saves what it has", async (gpu, folder) => {
  for await (const event of toyRun(gpu, folder)) {
    if (event.type === "step" && event.step === 6) break;
  }
  // Figures are read for three steps at once.
  assertEquals(newest(folder)[0], 7);
  assert(!namesIn(folder).includes("running.lock"));
});

runTest("a second run is refused before it touches the folder", async (gpu, folder) => {
  await told(toyRun(gpu, folder));
  Deno.writeTextFileSync(join(folder, ".latest.00000000000000aa.tmp"), "");
  const before = namesIn(folder).filter((name) => name !== "running.lock");
  let prepared = false;
  {
    using _first = FolderLock.take(folder);
    const second = toyRun(gpu, folder, {
      prepare: () => {
        prepared = true;
        throw new Error("never");
      },
    });
    await assertRejects(
      () => told(second).then(({ error }) => Promise.reject(error)),
      Error,
      "still training",
    );
  }
  assertEquals(namesIn(folder), before);
  assert(!prepared);
  // Whoever holds the lock clears away what a dead writer left.
  await told(toyRun(gpu, folder, { steps: 1 }));
  assert(!namesIn(folder).some((name) => name.endsWith(".tmp")));
});

runTest("a run that cannot be prepared leaves no folder behind", async (gpu, folder) => {
  const prepare = () => {
    throw new RangeError("does not fit");
  };
  const { error } = await told(toyRun(gpu, folder, { prepare }));
  assertEquals(error!.message, "does not fit");
  await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
});

runTest(
  "a folder that vanishes is told, and what there was is saved again",
  async (gpu, folder) => {
    const mischief: Mischief = (phase, step) => {
      if (phase === "update" && step === 6) Deno.removeSync(folder, { recursive: true });
    };
    const { error } = await told(toyRun(gpu, folder, { mischief }));
    assertStringIncludes(error!.message, `Cannot go on in "${folder}"`);
    assertStringIncludes(error!.hint!, "step_000008.safetensors");
    assertEquals(newest(folder), [8, [8, -8], 8]);
  },
);

runTest("of a folder the newest whole checkpoint of its own run is taken", async (gpu, folder) => {
  await told(toyRun(gpu, folder, { steps: 10, saves: () => true }));
  // Another run that starts over in the folder has saved up to 3 only.
  await told(toyRun(gpu, folder, { steps: 3, saves: () => true }));
  assertEquals(newest(folder)[0], 3);
  const path = (step: number) => join(folder, `step_00000${step}.safetensors`);
  const flip = (step: number) => {
    const bytes = Deno.readFileSync(path(step));
    bytes[bytes.length - 6]! ^= 64;
    Deno.writeFileSync(path(step), bytes);
  };
  flip(3);
  const { checkpoint, remarks } = findCheckpoint(folder, "occupancy");
  assertEquals(checkpoint.state.step, 2);
  assertStringIncludes(remarks[0]!, `passed over: Cannot read "${path(3)}"`);
  assertStringIncludes(remarks[0]!, "its bytes have changed");
  assertStringIncludes(remarks[1]!, `"${path(2)}" is taken`);
  for (const step of [1, 2]) flip(step);
  const read = () => Promise.resolve().then(() => findCheckpoint(folder, "occupancy"));
  await assertRejects(read, Error, "it holds no whole checkpoint");
});
