import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openSource } from "../../../data/formats/byte_source.ts";
import { concatBytes } from "../../../data/formats/zip/zip_write.ts";
import { SH_C0, sigmoid } from "../../../data/splats/activation.ts";
import { byImportance } from "../../../data/splats/importance.ts";
import { mortonOrder } from "../../../data/splats/morton.ts";
import { readSplats, readSplatSource } from "../../../data/splats/read_splats.ts";
import type { SplatFormat } from "../../../data/splats/formats.ts";
import { allocateSplats, type ShDegree, type Splats } from "../../../data/splats/splats.ts";
import type { SpzVersion } from "../../../data/splats/spz/spz_layout.ts";
import { encodeSplats, splatFormatOf, writeSplats } from "../../../data/splats/write_splats.ts";
import { largestAngle, largestError, madeUpSplats } from "./made_up.ts";

/** Largest error of each column that a format may make on `madeUpSplats`. */
interface Errors {
  readonly position: number;
  readonly logScale: number;
  /** Angle between rotations, in radians. */
  readonly angle: number;
  /** Of opacities after the sigmoid. */
  readonly opacity: number;
  /** Of the constant part of the colour, 0 to 1. */
  readonly color: number;
  readonly harmonics: number;
}

// Half a step of each format's grid, and 1e-6 for f32. A rotation whose components are off by e turns
// by at most 4 sqrt(3) e: its largest component, at least 1/2, moves with the others.
const byte = 1 / 510 + 1e-6;
const turn = (e: number) => 4 * Math.sqrt(3) * e;

const FORMATS: Record<string, {
  format: SplatFormat;
  spzVersion?: SpzVersion;
  order: (splats: Splats) => Uint32Array;
  errors: Errors;
  /** False where a file of no Gaussians cannot be. */
  empty?: false;
}> = {
  ply: {
    format: "ply",
    order: identity,
    errors: { position: 0, logScale: 0, angle: 1e-7, opacity: 0, color: 0, harmonics: 0 },
  },
  "compressed PLY": {
    format: "compressed-ply",
    order: (splats) => mortonOrder(splats.positions),
    errors: {
      position: 8 / 2046 + 1e-6, // 10 bits over a chunk's range, at most the scene's 8 m
      logScale: 9 / 2046 + 1e-6,
      angle: turn(Math.SQRT2 / 2046),
      opacity: byte,
      color: byte,
      harmonics: 8 / 512 + 1e-6,
    },
  },
  ".splat": {
    format: "splat",
    order: byImportance,
    errors: {
      position: 0,
      logScale: 2e-6,
      angle: 4 / 128, // eight bits for all four, 1 is clamped to 127/128
      opacity: byte,
      color: byte,
      harmonics: Infinity,
    },
  },
  "SPZ 2": {
    format: "spz",
    spzVersion: 2,
    order: identity,
    // w follows from x, y and z: where it is small their error of 1/255 becomes sqrt(2 sqrt(3)/255).
    errors: { ...spzErrors(), angle: 2 * Math.sqrt(2 * Math.sqrt(3) / 255) },
  },
  "SPZ 3": { format: "spz", spzVersion: 3, order: identity, errors: spzErrors() },
  "SPZ 4": { format: "spz", spzVersion: 4, order: identity, errors: spzErrors() },
  glTF: {
    format: "gltf",
    order: identity,
    // Scales and opacities pass through f32, activated.
    errors: { position: 0, logScale: 2e-6, angle: 1e-6, opacity: 1e-6, color: 0, harmonics: 0 },
    empty: false,
  },
  SOG: {
    format: "sog",
    order: (splats) => mortonOrder(splats.positions),
    errors: {
      position: 5 * Math.log(5) / 65535 + 1e-6, // 16 bits of sign(x) ln(1 + |x|), whose slope is 1/5 at 4 m
      logScale: 2 * 9 / 512, // codebooks: twice the half step of 256 even ones
      angle: turn(Math.SQRT2 / 510),
      opacity: byte,
      color: SH_C0 * 2 * 3.4 / 512,
      harmonics: 2 * 1.8 / 512, // up to 1024 Gaussians each have an entry of their own
    },
  },
};

function spzErrors(): Errors {
  return {
    position: 2 ** -13,
    logScale: 1 / 32,
    angle: turn(Math.SQRT1_2 / 1022),
    opacity: byte,
    color: SH_C0 * (1 / 510 + 1e-6) / 0.15,
    harmonics: 1 / 16 + 1 / 256,
  };
}

function identity({ count }: Splats): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

async function roundTrip(
  splats: Splats,
  format: SplatFormat,
  spzVersion: SpzVersion = 3,
): Promise<{ read: Splats; bytes: Uint8Array }> {
  const bytes = concatBytes(await encodeSplats(splats, format, { spzVersion }));
  const { splats: read, format: found } = await readSplatSource(
    openSource(bytes, `made.${format}`),
  );
  assertEquals(found, format);
  return { read, bytes };
}

for (const [name, { format, spzVersion, order, errors, empty = true }] of Object.entries(FORMATS)) {
  for (const degree of [0, 1, 2, 3] as const) {
    Deno.test(`${name} brings back 700 Gaussians of degree ${degree} within its errors`, async () => {
      const splats = madeUpSplats(700, degree);
      const { read } = await roundTrip(splats, format, spzVersion);
      const kept: ShDegree = format === "splat" ? 0 : degree;
      assertEquals([read.count, read.degree], [700, kept]);
      const at = order(splats);
      const within = (what: keyof Errors, error: number) =>
        assert(error <= errors[what], `${what} is off by ${error}, ${errors[what]} is allowed`);
      within("position", largestError(splats.positions, read.positions, { width: 3, order: at }));
      within("logScale", largestError(splats.logScales, read.logScales, { width: 3, order: at }));
      within("angle", largestAngle(splats.quaternions, read.quaternions, at));
      within(
        "opacity",
        largestError(splats.opacities, read.opacities, { width: 1, order: at, of: sigmoid }),
      );
      within("color", SH_C0 * largestError(splats.shDc, read.shDc, { width: 3, order: at }));
      const width = 3 * ((kept + 1) ** 2 - 1);
      if (width > 0) {
        within("harmonics", largestError(splats.shRest, read.shRest, { width, order: at }));
      }
    });
  }

  Deno.test(`${name} writes the same bytes for the same Gaussians, and reads none and one`, async () => {
    const first = await roundTrip(madeUpSplats(300, 1), format, spzVersion);
    const second = await roundTrip(madeUpSplats(300, 1), format, spzVersion);
    assertEquals(first.bytes, second.bytes);
    if (empty) {
      assertEquals((await roundTrip(allocateSplats(0, 0), format, spzVersion)).read.count, 0);
    }
    const one = await roundTrip(madeUpSplats(1, 0), format, spzVersion);
    assert(
      largestError(madeUpSplats(1, 0).positions, one.read.positions, { width: 3 }) <= 2 ** -13,
    );
  });

  Deno.test(`${name} saved again loses nothing more`, async () => {
    const { read: once } = await roundTrip(madeUpSplats(300, 1), format, spzVersion);
    const { read: twice } = await roundTrip(once, format, spzVersion);
    // The Morton curve and the order of importance may differ by the first rounding.
    const sorted = (column: Float32Array) => column.slice().sort();
    assert(largestError(sorted(once.opacities), sorted(twice.opacities), { width: 1 }) < 1e-6);
    assert(largestError(sorted(once.shDc), sorted(twice.shDc), { width: 1 }) < 2e-6);
  });
}

Deno.test("more Gaussians than palette entries: SOG harmonics stay near, the rest is untouched", async () => {
  const splats = madeUpSplats(3000, 1);
  const { read } = await roundTrip(splats, "sog");
  const at = mortonOrder(splats.positions);
  let squares = 0;
  for (let i = 0; i < 3000; i++) {
    for (let k = 0; k < 9; k++) {
      squares += (splats.shRest[9 * at[i]! + k]! - read.shRest[9 * i + k]!) ** 2;
    }
  }
  // 2048 entries for 3000 points of variance 0.27 in nine dimensions: a third is shared by pairs.
  assert(Math.sqrt(squares / 27000) < 0.2, `${Math.sqrt(squares / 27000)}`);
});

Deno.test("writeSplats and readSplats go through files, and know them by name and content", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const splats = madeUpSplats(20, 1);
    for (const name of ["a.ply", "a.compressed.ply", "a.SPLAT", "a.spz", "a.sog"]) {
      const path = join(folder, name);
      await writeSplats(path, splats);
      const { format, bytes, splats: read } = await readSplats(path);
      assertEquals([format, read.count], [splatFormatOf(path), 20]);
      assertEquals(bytes, Deno.statSync(path).size);
    }
    assertEquals([...Deno.readDirSync(folder)].length, 5);
    // By content: a PLY of another name is a PLY all the same.
    Deno.renameSync(join(folder, "a.ply"), join(folder, "b.splat"));
    assertEquals((await readSplats(join(folder, "b.splat"))).format, "ply");
    await assertRejects(
      () => writeSplats(join(folder, "a.obj"), splats),
      RangeError,
      "its name must end in .compressed.ply, .ply, .spz, .sog, .glb, .splat",
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("only plain PLY takes values that are not finite", async () => {
  const splats = madeUpSplats(3, 0);
  splats.opacities[1] = NaN;
  assertEquals((await roundTrip(splats, "ply")).read.opacities[1], NaN);
  for (const format of ["compressed-ply", "splat", "spz", "sog"] as const) {
    await assertRejects(
      () => encodeSplats(splats, format),
      RangeError,
      `Cannot write "${format}": Gaussian 1 has a NaN or infinite value, all must be finite`,
    );
  }
});

Deno.test("values beyond what a format can hold are clamped to its bounds, far positions refused", async () => {
  const splats = madeUpSplats(2, 1);
  splats.logScales.set([-50, 50, 0]);
  splats.opacities.set([80, -80]);
  splats.shDc.set([9, -9, 0]);
  splats.shRest.set([7, -7]);
  const spz = (await roundTrip(splats, "spz")).read;
  assertEquals(spz.logScales.subarray(0, 3), Float32Array.of(-10, 5.9375, 0));
  // Stored with the other sign: -1 is there, 1 is not.
  assertEquals(spz.shRest.subarray(0, 2), Float32Array.of(1, -0.9921875));
  const packed = (await roundTrip(splats, "compressed-ply")).read;
  assert(packed.logScales.every((value) => Math.abs(value) <= 20));
  assert(packed.shRest.every((value) => Math.abs(value) <= 4));
  splats.positions[0] = 1e8;
  await assertRejects(
    () => encodeSplats(splats, "spz"),
    RangeError,
    "100000000 away from the origin",
  );
  splats.positions[0] = 5000;
  assertEquals((await roundTrip(splats, "spz")).read.positions[0], 5000);
});

Deno.test("whether Gaussians were trained with antialiasing is kept where a format can tell it", async () => {
  const formats: [SplatFormat, SpzVersion, kept: boolean][] = [
    ["ply", 3, true],
    ["spz", 2, true],
    ["spz", 3, true],
    ["spz", 4, true],
    ["gltf", 3, true],
    ["compressed-ply", 3, false],
    ["splat", 3, false],
    ["sog", 3, false],
  ];
  for (const [format, version, kept] of formats) {
    for (const antialiased of [true, false]) {
      const { read } = await roundTrip({ ...madeUpSplats(3, 1), antialiased }, format, version);
      assertEquals(read.antialiased ?? false, kept && antialiased, format);
    }
  }
});
