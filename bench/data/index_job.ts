/**
 * One job of `bench/data/main.ts index`, in a process of its own: `index_job.ts JOB DIR`. It is no command,
 * for those give up permissions that reading the process's own peak takes.
 */
import { join } from "@std/path";
import { indexNuscenes } from "../../data/nuscenes/indexing.ts";
import { readIndexFile } from "../../data/own/index_file.ts";
import { readInfos } from "../../data/nuscenes/infos.ts";

/** What is measured. */
export const JOBS = ["nothing", "read pkl", "read json", "read jsonl", "index tables"] as const;

function runJob(job: (typeof JOBS)[number], dir: string) {
  const start = performance.now();
  let keyFrames: number;
  if (job === "nothing") keyFrames = 0;
  else if (job === "index tables") {
    const out = join(dir, "made.pkl");
    ({ keyFrames } = indexNuscenes({ nuscenes: dir, out, version: "v1.0-trainval" }));
  } else if (job === "read jsonl") {
    keyFrames = readIndexFile(join(dir, "rows.jsonl")).length;
  } else {
    const file = join(dir, job === "read pkl" ? "infos.pkl" : "infos.json");
    keyFrames = readInfos(Deno.readFileSync(file), file).length;
  }
  const seconds = (performance.now() - start) / 1000;
  // Not of getrusage, whose peak a process inherits from the one that starts it.
  const peak = Deno.readTextFileSync("/proc/self/status").match(/VmHWM:\s*(\d+) kB/)?.[1];
  return { keyFrames, seconds, megabytes: Number(peak) * 1024 / 1e6 };
}

if (import.meta.main) {
  const [job, dir] = Deno.args as [(typeof JOBS)[number], string];
  console.log(JSON.stringify(runJob(job, dir)));
}
