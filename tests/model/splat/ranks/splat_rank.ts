/**
 * One rank of short trainings of Gaussians, started by mpirun: `scene out name...`. Leaves the events of each
 * as JSON lines in `out/NAME.RANK.jsonl`, and rank 0 its Gaussians as checkpoints in `out/NAME`. A name
 * `NAME@FILE` goes on from a checkpoint, with `NAME+parts` each rank holds a part of the Gaussians.
 */
import { join } from "@std/path";
import { Gpu } from "../../../../gpu/device.ts";
import { launched } from "../../../../model/run/ranks/launched.ts";
import { joinRanks } from "../../../../model/run/ranks/mpi/mpi_ranks.ts";
import {
  checkpointStart,
  readSplatCheckpoint,
} from "../../../../model/splat/training/splat_checkpoint.ts";
import { runOf } from "./ranks_runs.ts";

const [scene, out, ...names] = Deno.args as [string, string, ...string[]];
Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
Deno.env.set("LP_NUM_THREADS", "1");
const ranks = joinRanks(launched((name) => Deno.env.get(name))!);
const gpu = await Gpu.open();
for (const word of names) {
  const [run, file] = word.split("@") as [string, string?];
  const name = run.replace("+parts", "");
  const checkpoint = file === undefined ? undefined : readSplatCheckpoint(file).checkpoint;
  const folder = join(out, checkpoint ? `${run}_resumed` : run);
  const { events } = await runOf(gpu, {
    scene,
    name,
    ranks,
    folder,
    checkpointIterations: [5, 10],
    config: { shard_gaussians: run !== name },
    ...checkpoint ? { checkpoint, start: checkpointStart(checkpoint) } : {},
  });
  const lines = events.map((event) => JSON.stringify(event)).join("\n");
  Deno.writeTextFileSync(`${folder}.${ranks.rank}.jsonl`, `${lines}\n`);
}
await ranks.barrier();
gpu.destroy();
await ranks.finish();
