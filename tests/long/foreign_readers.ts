import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SH_C0, sigmoid } from "../../data/splats/activation.ts";
import { readSplats } from "../../data/splats/read_splats.ts";
import type { WriteSplatsOptions } from "../../data/splats/splat_format.ts";
import { writeSplats } from "../../data/splats/write_splats.ts";
import { covariances } from "../data/splats/covariances.ts";
import { madeUpSplats } from "../data/splats/made_up.ts";

// Another program reads what is written here; it is fetched from npm, so that this is no part of the
// gate. It reads no glTF, and SPZ files in the axes of PLY files, whatever they declare.
const READER = "npm:@playcanvas/splat-transform@3.7.0";

async function read(input: string, output: string): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", "--no-lock", READER, "-q", "-w", input, output],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/** A file, and the most that position, shape, opacity, colour and harmonics may be off after it. */
type Case = [name: string, errors: readonly number[], options?: WriteSplatsOptions];

const AS_IS = { spzFrame: "RDF" } as const;
const CASES: Case[] = [
  ["a.ply", [0, 1e-6, 1e-6, 0, 0]],
  ["a.compressed.ply", [8 / 2046, 0.02, 1 / 509, 0.005, 1 / 60]],
  ["a.splat", [0, 0.03, 1 / 509, 1 / 509, Infinity]],
  ["a.spz", [2 ** -13, 0.1, 1 / 509, 0.004, 0.07], AS_IS],
  ["b.spz", [2 ** -13, 0.1, 1 / 509, 0.004, 0.07], { spzVersion: 4, ...AS_IS }],
  ["c.spz", [2 ** -13, 0.1, 1 / 509, 0.004, 0.07], { spzVersion: 2, ...AS_IS }],
  ["a.sog", [2e-4, 0.05, 1 / 509, 0.01, 0.01]],
];

Deno.test("splat-transform reads what is written here, within the steps of each format", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const splats = madeUpSplats(300, 3);
    // Colours that bytes can hold, and rotations that SPZ 2 holds well.
    splats.shDc.forEach((value, at) => splats.shDc[at] = 0.9 * value);
    splats.quaternions.forEach((_, at) => at % 4 === 0 && (splats.quaternions[at] = 3));
    for (const [name, errors, options] of CASES) {
      const [path, back] = [join(folder, name), join(folder, `back_${name}.ply`)];
      await writeSplats(path, splats, options);
      if (!await read(path, back)) {
        assert(name === CASES[0]![0], `${name} is not read`);
        console.log(`skipped: ${READER} cannot be run`);
        return;
      }
      const { splats: found } = await readSplats(back);
      assertEquals(found.count, 300);
      const shapes = [covariances(splats), covariances(found)] as const;
      const worst = [0, 0, 0, 0, 0];
      for (let i = 0; i < 300; i++) {
        const j = nearest(splats.positions, i, found.positions);
        const note = (which: number, a: number, b: number) =>
          worst[which] = Math.max(worst[which]!, Math.abs(a - b));
        for (let k = 0; k < 3; k++) {
          note(0, splats.positions[3 * i + k]!, found.positions[3 * j + k]!);
          note(3, SH_C0 * splats.shDc[3 * i + k]!, SH_C0 * found.shDc[3 * j + k]!);
        }
        for (let k = 0; k < 6; k++) note(1, shapes[0][6 * i + k]!, shapes[1][6 * j + k]!);
        note(2, sigmoid(splats.opacities[i]!), sigmoid(found.opacities[j]!));
        for (let k = 0; k < 45 && found.degree === 3; k++) {
          note(4, splats.shRest[45 * i + k]!, found.shRest[45 * j + k]!);
        }
      }
      worst.forEach((error, which) =>
        assert(error <= errors[which]!, `${name}: ${worst.join(", ")} of ${errors.join(", ")}`)
      );
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

function nearest(from: Float32Array, i: number, to: Float32Array): number {
  let found = 0;
  let least = Infinity;
  for (let j = 0; 3 * j < to.length; j++) {
    let away = 0;
    for (let k = 0; k < 3; k++) away += (from[3 * i + k]! - to[3 * j + k]!) ** 2;
    if (away < least) [found, least] = [j, away];
  }
  return found;
}
