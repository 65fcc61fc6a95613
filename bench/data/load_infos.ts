import { readPickle } from "../../data/formats/pickle.ts";

// Times readPickle and tells its peak memory: deno run -A bench/data/load_infos.ts infos.pkl
const start = performance.now();
const value = readPickle(Deno.readFileSync(Deno.args[0]!)) as { infos: unknown[] };
const seconds = (performance.now() - start) / 1000;
const peak = /VmHWM:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))![1];
console.log(
  `voxsplat ${seconds.toFixed(2)} s, ${
    Math.round(Number(peak) / 1024)
  } MiB, ${value.infos.length} frames`,
);
