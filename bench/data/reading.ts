import { join } from "@std/path";
import { defineCommand } from "../../cli/command_line/command.ts";
import { JSON_OPTION } from "../../cli/command_line/options.ts";
import { formatTable } from "../../cli/terminal/table.ts";
import type { NdArray } from "../../data/formats/nd_array.ts";
import { readNpy, writeNpy } from "../../data/formats/numpy/npy.ts";
import { readNpz, writeNpz } from "../../data/formats/numpy/npz.ts";
import { type PlyNumbers, readPly, writePly } from "../../data/formats/ply.ts";
import { readSafetensors, writeSafetensors } from "../../data/formats/safetensors.ts";
import { readTorchCheckpoint } from "../../data/formats/torch_checkpoint.ts";
import { inspectFile } from "../../data/inspect.ts";
import { readSplats } from "../../data/splats/read_splats.ts";
import { allocateSplats } from "../../data/splats/splats.ts";
import { writeSplats } from "../../data/splats/write_splats.ts";
import { torchFile } from "../../tests/torch_file.ts";
import { processorMs } from "./processor_time.ts";

const TENSORS = 20;

/** Readers by the name of the file; the first only reads its bytes. */
const READERS: readonly (readonly [file: string, name: string, read: (path: string) => unknown])[] =
  [
    ["a.npy", "bytes alone", (path) => Deno.readFileSync(path)],
    ["a.npy", "npy", (path) => readNpy(Deno.readFileSync(path))],
    ["a.npz", "npz, stored, CRC checked", (path) => {
      const npz = readNpz(path);
      return npz.names.map((name) => npz.get(name));
    }],
    ["a.safetensors", "safetensors", (path) => readSafetensors(path)],
    ["a.pth", "PyTorch, zip, CRC checked", (path) => {
      const tensors = readTorchCheckpoint(path) as Record<string, { data: unknown }>;
      return Object.values(tensors).map(({ data }) => data);
    }],
    ["points.ply", "PLY, 3 floats and 3 bytes a row", (path) => readPly(path)],
    ["gaussians.ply", "3DGS PLY, degree 3", (path) => readSplats(path)],
  ];

/** `bench/data/main.ts reading`: large files against reading their bytes alone. */
export const reading = defineCommand({
  summary: "Time readers of large files beside reading their bytes alone",
  options: {
    megabytes: {
      type: "number",
      integer: true,
      min: 1,
      max: 1000,
      default: 500,
      help: "Of a file",
    },
    rounds: { type: "number", integer: true, min: 1, default: 5, help: "Each reader, in turn" },
    json: JSON_OPTION,
  },
  run: async ({ megabytes, rounds, json }, terminal) => {
    const folder = await Deno.makeTempDir();
    try {
      terminal.note(`making files of ${megabytes} MB`);
      await makeFiles(folder, megabytes * 1e6);
      const best = new Map<string, Timed>();
      const keep = (key: string, { seconds, spent }: Timed) => {
        const before = best.get(key) ?? { seconds: Infinity, spent: Infinity };
        best.set(key, {
          seconds: Math.min(seconds, before.seconds),
          spent: Math.min(spent, before.spent),
        });
      };
      for (let round = 0; round < rounds; round++) {
        for (const [file, name, read] of READERS) {
          keep(name, await timed(() => read(join(folder, file))));
          keep(
            `${name} header`,
            await timed(() => inspectFile(join(folder, file), { values: false })),
          );
        }
      }
      const rows = READERS.map(([file, name]) => {
        const { size } = Deno.statSync(join(folder, file));
        const { seconds, spent } = best.get(name)!;
        return [
          ...[name, size / 1e6, seconds, spent, size / 1e9 / spent],
          name === "bytes alone" ? null : 1000 * best.get(`${name} header`)!.seconds,
        ];
      });
      if (json) {
        for (const [name, size, seconds, , header] of rows) {
          terminal.printJson({
            reader: name,
            megabytes: size,
            seconds,
            headerMilliseconds: header,
          });
        }
        return;
      }
      terminal.print(
        formatTable(
          ["reader", "MB", "s", "processor s", "GB a processor s", "header alone, ms"],
          rows,
        ),
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

interface Timed {
  seconds: number;
  /** Processor time, which does not count who else uses the machine. */
  spent: number;
}

async function timed(work: () => unknown): Promise<Timed> {
  const [start, before] = [performance.now(), processorMs()];
  await work();
  return {
    seconds: (performance.now() - start) / 1000,
    spent: (processorMs() - before) / 1000,
  };
}

async function makeFiles(folder: string, bytes: number): Promise<void> {
  const write = (name: string, content: Uint8Array) =>
    Deno.writeFileSync(join(folder, name), content);
  const values = Float32Array.from({ length: Math.floor(bytes / 4) }, (_, i) => Math.sin(i));
  const part = Math.floor(values.length / TENSORS);
  const whole = { shape: [values.length], dtype: "float32" as const, data: values };
  const parts = Array.from({ length: TENSORS }, (_, i) => {
    const data = values.subarray(i * part, (i + 1) * part);
    return [`layer ${i}`, { shape: [part], dtype: "float32", data }] as [string, NdArray];
  });
  write("a.npy", writeNpy(whole));
  write("a.npz", writeNpz(Object.fromEntries(parts)));
  writeSafetensors(join(folder, "a.safetensors"), parts);
  write("a.pth", torchFile(Object.fromEntries(parts)));
  const count = Math.floor(bytes / 15);
  const floats = ["x", "y", "z"].map((name, i): [string, PlyNumbers] => [
    ...[name, values.subarray(i * count, (i + 1) * count)] as const,
  ]);
  const colours = ["red", "green", "blue"].map((name): [string, PlyNumbers] => [
    ...[name, new Uint8Array(count).fill(99)] as const,
  ]);
  const properties = new Map([...floats, ...colours]);
  writePly(join(folder, "points.ply"), {
    comments: [],
    elements: new Map([["vertex", { count, properties }]]),
  });
  await writeSplats(join(folder, "gaussians.ply"), allocateSplats(Math.floor(bytes / 248), 3));
}
