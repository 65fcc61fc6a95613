import { join } from "@std/path";
import { defineCommand } from "../../cli/command_line/command.ts";
import { JSON_OPTION } from "../../cli/command_line/options.ts";
import { formatTable } from "../../cli/terminal/table.ts";
import { writeInfos } from "../../data/nuscenes/infos_writer.ts";
import { CAMERA_NAMES } from "../../data/nuscenes/cameras.ts";
import type { KeyFrame } from "../../data/occupancy/key_frame.ts";
import { JOBS } from "./index_job.ts";
import { writeIndexFile } from "../../data/own/index_writer.ts";
import { writeTables } from "./made_up_tables.ts";

/** `bench/data/main.ts index`: peak memory of an index of ten thousand key frames. */
export const indexMemory = defineCommand({
  summary: "Measure time and peak memory of indexing and of reading an index",
  options: {
    frames: { type: "number", integer: true, min: 1, default: 10_000, help: "Key frames" },
    sweeps: {
      type: "number",
      integer: true,
      min: 0,
      default: 4,
      help: "Records of sweeps per key frame and sensor in the tables (nuScenes has about 9)",
    },
    json: JSON_OPTION,
  },
  run: async ({ frames: count, sweeps, json }, terminal) => {
    const folder = await Deno.makeTempDir();
    try {
      terminal.note(`making tables and indices of ${count} key frames`);
      const frames = Array.from({ length: count }, (_, i) => madeUp(i));
      writeInfos(join(folder, "infos.pkl"), frames);
      writeIndexFile(join(folder, "rows.jsonl"), frames.map(calibrated));
      writeInfos(join(folder, "infos.json"), frames);
      writeTables(join(folder, "v1.0-trainval"), frames, sweeps);
      const rows = [];
      for (const name of JOBS) {
        const result = await inProcess(name, folder);
        rows.push([name, fileSize(name, folder) / 1e6, result.seconds, result.megabytes]);
        if (json) terminal.printJson({ job: name, ...result });
      }
      if (json) return;
      terminal.print(formatTable(["job", "files, MB", "seconds", "peak memory, MB"], rows));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

type Measured = { keyFrames: number; seconds: number; megabytes: number };

/** Each job has a process of its own, whose peak is its own. */
async function inProcess(job: string, dir: string): Promise<Measured> {
  const { stdout, success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(import.meta.dirname!, "index_job.ts"), job, dir],
  }).output();
  if (!success) throw new Error(`Cannot run "${job}": ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function fileSize(job: string, dir: string): number {
  if (job === "nothing") return 0;
  if (job !== "index tables") {
    const files = { "read pkl": "infos.pkl", "read jsonl": "rows.jsonl" } as const;
    return Deno.statSync(join(dir, files[job as keyof typeof files] ?? "infos.json")).size;
  }
  const tables = join(dir, "v1.0-trainval");
  return [...Deno.readDirSync(tables)]
    .reduce((sum, { name }) => sum + Deno.statSync(join(tables, name)).size, 0);
}

/** The same with calibrations that a scene shares, as those of one's own data are. */
function calibrated(frame: KeyFrame): KeyFrame {
  const first = madeUp(parseInt(frame.sceneToken.slice(-6), 16));
  return {
    ...frame,
    cameras: frame.cameras.map((camera, k) => ({
      ...camera,
      ...{ sensorToEgo: first.cameras[k]!.sensorToEgo, intrinsic: first.cameras[k]!.intrinsic },
    })),
    lidar: { ...frame.lidar, file: "" },
  };
}

/** A key frame with numbers of its own everywhere, forty to a scene. */
function madeUp(i: number): KeyFrame {
  const timestamp = 1_533_000_000_000_000 + 500_000 * i;
  const angle = i * 0.001;
  const pose = (k: number) => ({
    rotation: [Math.cos(angle + k), Math.sin(angle + k) * 0.1, 0.01 * k, Math.sin(angle)] as const,
    translation: [1000 + i * 0.37 + k, 600 - i * 0.11, 1.5 + 0.001 * k] as const,
  });
  const drive = `n015-2018-07-24-11-22-45+0800`;
  return {
    token: (0x1000000 + i).toString(16).padStart(32, "a"),
    sceneToken: (0x100000 + Math.floor(i / 40)).toString(16).padStart(32, "b"),
    index: i % 40,
    timestamp,
    cameras: CAMERA_NAMES.map((name, k) => ({
      name,
      file: `samples/${name}/${drive}__${name}__${timestamp - k}.jpg`,
      timestamp: timestamp - k,
      sensorToEgo: pose(k),
      egoToGlobal: pose(k + 7),
      intrinsic: [1266.4 + i, 0, 816.2, 0, 1266.4 + i, 491.5, 0, 0, 1],
    })),
    lidar: {
      file: `samples/LIDAR_TOP/${drive}__LIDAR_TOP__${timestamp}.pcd.bin`,
      sensorToEgo: pose(20),
      egoToGlobal: pose(21),
    },
  };
}
