import { assert, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import { readNpz } from "../../../data/formats/numpy/npz.ts";
import { SH_C0, sigmoid } from "../../../data/splats/activation.ts";
import { readSplats } from "../../../data/splats/read_splats.ts";
import { PLY_FROM_GLTF } from "../../../data/splats/gltf/gltf_attributes.ts";
import { copySplats, type Splats } from "../../../data/splats/splats.ts";
import { turnSplats } from "../../../data/splats/turn/turn_splats.ts";
import { covariances } from "../../data/splats/covariances.ts";
import { largestError } from "../../data/splats/made_up.ts";
import { filesUnder, SHARED } from "../../shared_files.ts";

// Files of other programs' writers, and what those programs' readers make of them.
const FOLDER = "golden/gltf";
const files = filesUnder(FOLDER, /^s\d_.*(?<!\.npz)$/);
if (files.length === 0) {
  console.log("skipped: splat files of other writers, ../shared/golden/gltf is absent");
}

type Arrays = Readonly<Record<string, Float32Array>>;

function arraysOf(path: string): Arrays {
  const npz = readNpz(path);
  return Object.fromEntries(npz.names.map((name) => [name, npz.get(name).data as Float32Array]));
}

/** What the golden files call the columns. */
function columns(splats: Splats): Arrays {
  return {
    means: splats.positions,
    scales: splats.logScales,
    alpha: splats.opacities.map(sigmoid),
    rgb0: splats.shDc.map((value) => 0.5 + SH_C0 * value),
    shN: splats.shRest,
  };
}

const WIDTHS: Readonly<Record<string, number>> = { means: 3, scales: 3, alpha: 1, rgb0: 3 };

/** Rows of a column in the order of the file. */
function ordered(column: Float32Array, width: number, order: ArrayLike<number>): Float32Array {
  const rows = new Float32Array(width * order.length);
  for (let i = 0; i < order.length; i++) {
    rows.set(column.subarray(width * order[i]!, width * (order[i]! + 1)), width * i);
  }
  return rows;
}

for (const file of files) {
  Deno.test(`${basename(file)} decodes to its arrays, and loses no more than its format does`, async () => {
    const golden = arraysOf(`${file}.npz`);
    // 0 stands for the axes of PLY files, untold.
    const untold = golden.stored_frame?.[0] === 0;
    const { splats } = await readSplats(file, untold ? { spzFrame: "RDF" } : {});
    const count = golden.order!.length;
    assertEquals(splats.count, count);
    if (golden.antialiased) {
      assertEquals(splats.antialiased ?? false, golden.antialiased[0] === 1);
    }
    const source = arraysOf(join(SHARED, FOLDER, `source_${basename(file).slice(0, 2)}.npz`));
    const truth: Arrays = {
      means: source.means!,
      scales: source.scales!,
      alpha: source.opacities!.map(sigmoid),
      rgb0: source.sh0!.map((value) => 0.5 + SH_C0 * value),
      shN: source.shN ?? new Float32Array(),
    };
    // Bytes of colour hold 0 to 1.
    if (/\.k?splat$/.test(file)) {
      truth.rgb0!.forEach((value, at) => truth.rgb0![at] = Math.min(1, Math.max(0, value)));
    }
    for (const [name, ours] of Object.entries(columns(splats))) {
      const expected = golden[name];
      if (!expected) continue;
      const width = WIDTHS[name] ?? expected.length / count;
      const most = Math.max(...expected.map(Math.abs));
      const off = largestError(expected, ours, { width });
      assert(off <= Math.max(1e-6, 2e-6 * most), `${name} is ${off} off`);
      // Writers order as they like; of harmonics .ksplat files were made with two degrees.
      const wanted = ordered(
        truth[name]!,
        truth[name]!.length / source.means!.length * 3,
        golden.order!,
      );
      if (wanted.length !== ours.length) continue;
      const lost = largestError(wanted, ours, { width });
      assert(lost <= 1.001 * golden[`error_${name}`]![0]! + 1e-6, `${name} loses ${lost}`);
    }
    // The same shape, whichever of a Gaussian's axes a writer calls its first.
    const shapes = covariances({
      count,
      logScales: golden.scales!,
      quaternions: golden.rotations!,
    });
    const size = Math.max(...shapes.map(Math.abs));
    const off = largestError(shapes, covariances(splats), { width: 6 });
    assert(off <= 4e-5 * size, `shapes are ${off} of ${size} off`);
  });
}

// Written after the specification: integers, an interleaved view, nodes, an SPZ file within.
for (const file of filesUnder(FOLDER, /^own_.*\.(glb|gltf)$/)) {
  Deno.test(`${basename(file)} decodes to its arrays, in the place its nodes give`, async () => {
    const golden = arraysOf(`${file}.npz`);
    const { splats } = await readSplats(file);
    const turned = turnSplats(copySplats(splats), PLY_FROM_GLTF); // the arrays have glTF's axes
    const within = (name: string, ours: Float32Array, width: number) => {
      const most = Math.max(...golden[name]!.map(Math.abs));
      const off = largestError(golden[name]!, ours, { width });
      assert(off <= Math.max(2e-6, 4e-6 * most), `${name} is ${off} of ${most} off`);
    };
    within("means_world", turned.positions, 3);
    within("cov6_world", covariances(turned), 6);
    within("alpha", turned.opacities.map(sigmoid), 1);
    within("sh0", turned.shDc, 3);
    within("shN_world", turned.shRest, golden.shN_world!.length / splats.count);
  });
}
