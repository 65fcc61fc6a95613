/** One rank of a shared evaluation and prediction, started by mpirun from `share_ranks_test.ts`. */
import { Gpu } from "../../../../gpu/device.ts";
import { launched } from "../../../../model/run/ranks/launched.ts";
import { joinRanks } from "../../../../model/run/ranks/mpi/mpi_ranks.ts";
import { shareWork } from "./shared_work.ts";

const [dataDir, weights, out] = Deno.args as [string, string, string];
Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
Deno.env.set("LP_NUM_THREADS", "1");
const ranks = joinRanks(launched((name) => Deno.env.get(name))!);
const gpu = await Gpu.open();
await shareWork(gpu, ranks, { dataDir, weights, out });
gpu.destroy();
await ranks.finish();
