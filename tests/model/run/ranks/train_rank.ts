/**
 * One rank of a tiny training, started by mpirun from `train_ranks_test.ts`: trains as its words say and
 * leaves its events as JSON lines in `<work-dir>/events.<rank>.jsonl`.
 */
import { join } from "@std/path";
import { Gpu } from "../../../../gpu/device.ts";
import { launched } from "../../../../model/run/ranks/launched.ts";
import { joinRanks } from "../../../../model/run/ranks/mpi/mpi_ranks.ts";
import { readCheckpoint } from "../../../../model/occupancy/training/training_state.ts";
import { run } from "../../../end_to_end/tiny_run.ts";
import { STILL } from "./still.ts";

const [dataDir, workDir, steps, evalEvery, resumed] = Deno.args as [
  string,
  string,
  string,
  string,
  string?,
];
Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
Deno.env.set("LP_NUM_THREADS", "1");
const ranks = joinRanks(launched((name) => Deno.env.get(name))!);
const gpu = await Gpu.open();
const events = await run(gpu, {
  ranks,
  dataDir,
  workDir,
  config: { ...STILL, optim: { ...STILL.optim, steps: Number(steps) } },
  evalEvery: Number(evalEvery),
  saveEvery: 2,
  ...(resumed ? { checkpoint: await readCheckpoint(resumed) } : {}),
});
await ranks.barrier();
const lines = events.map((event) => JSON.stringify(event));
Deno.writeTextFileSync(join(workDir, `events.${ranks.rank}.jsonl`), `${lines.join("\n")}\n`);
gpu.destroy();
await ranks.finish();
