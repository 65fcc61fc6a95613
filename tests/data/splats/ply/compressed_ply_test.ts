import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { openSource } from "../../../../data/formats/byte_source.ts";
import { bytesOf } from "../../../../data/formats/elements.ts";
import { concatBytes } from "../../../../data/formats/zip/zip_write.ts";
import { sigmoid } from "../../../../data/splats/activation.ts";
import {
  CHUNK_PROPERTIES,
  isCompressedPly,
  PACKED_PROPERTIES,
  readCompressedPly,
} from "../../../../data/splats/ply/compressed_ply.ts";
import type { Splats } from "../../../../data/splats/splats.ts";

interface Made {
  bounds?: readonly string[];
  chunks?: number;
  vertices?: number;
  harmonics?: number;
  harmonicRows?: number;
  harmonicType?: string;
}

function make(
  {
    bounds = CHUNK_PROPERTIES,
    chunks = 1,
    vertices = 1,
    harmonics = 0,
    harmonicRows = vertices,
    harmonicType = "uchar",
  }: Made,
  words: number[],
  bytes: number[] = [],
): Uint8Array {
  const header = [
    "ply",
    "format binary_little_endian 1.0",
    `element chunk ${chunks}`,
    ...bounds.map((name) => `property float ${name}`),
    `element vertex ${vertices}`,
    ...PACKED_PROPERTIES.map((name) => `property uint ${name}`),
    ...(harmonics ? [`element sh ${harmonicRows}`] : []),
    ...Array.from({ length: harmonics }, (_, i) => `property ${harmonicType} f_rest_${i}`),
    "end_header\n",
  ];
  // Positions from 0 to 10, log scales from -4 to 0, colours from 0.25 to 0.75.
  const values = [0, 0, 0, 10, 10, 10, -4, -4, -4, 0, 0, 0, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75];
  return concatBytes([
    new TextEncoder().encode(header.join("\n")),
    bytesOf(Float32Array.from(Array(chunks).fill(values.slice(0, bounds.length)).flat())),
    bytesOf(Uint32Array.from(words)),
    Uint8Array.from(bytes),
  ]);
}

function read(bytes: Uint8Array): Splats {
  const source = openSource(bytes, "c.ply");
  assertEquals(isCompressedPly({ source }), true);
  return readCompressedPly({ source }, { remark: () => {} });
}

// x at its maximum, y in the middle, z at its minimum; rotation: largest is y, w 0, x +sqrt(1/2), z 0.
const POSITION = (2047 << 21 | 512 << 11 | 0) >>> 0;
const ROTATION = (2 << 30 | 512 << 20 | 1023 << 10 | 512) >>> 0;
const COLOR = (255 << 24 | 0 << 16 | 51 << 8 | 204) >>> 0;

Deno.test("a word of each kind is taken apart as the format lays it out", () => {
  const splats = read(make({}, [POSITION, ROTATION, POSITION, COLOR]));
  assertAlmostEquals(splats.positions[0]!, 10, 1e-6);
  assertAlmostEquals(splats.positions[1]!, 10 * 512 / 1023, 1e-6);
  assertEquals(splats.positions[2], 0);
  assertAlmostEquals(splats.logScales[1]!, -4 + 4 * 512 / 1023, 1e-6);
  const [w, x, y, z] = splats.quaternions;
  [[w!, 0], [x!, Math.SQRT1_2], [y!, Math.SQRT1_2], [z!, 0]].forEach(([found, expected]) =>
    assertAlmostEquals(found!, expected!, 1e-3)
  );
  const rgb = [...splats.shDc].map((value) => 0.5 + 0.28209479177387814 * value);
  [0.75, 0.25, 0.35].forEach((expected, k) => assertAlmostEquals(rgb[k]!, expected, 1e-6));
  assertAlmostEquals(sigmoid(splats.opacities[0]!), 0.8, 1e-6);
});

Deno.test("files without bounds of colour have it between 0 and 1", () => {
  const splats = read(make({ bounds: CHUNK_PROPERTIES.slice(0, 12) }, [0, 0, 0, COLOR]));
  const rgb = [...splats.shDc].map((value) => 0.5 + 0.28209479177387814 * value);
  [1, 0, 0.2].forEach((expected, k) => assertAlmostEquals(rgb[k]!, expected, 1e-6));
});

Deno.test("harmonics run channel by channel in bytes over ±4, whose ends are exact", () => {
  const bytes = [0, 255, 128, 1, 128, 128, 127, 128, 128];
  const { degree, shRest } = read(make({ harmonics: 9 }, [0, 0, 0, 0], bytes));
  const centre = 1 / 64;
  assertEquals(degree, 1);
  assertEquals(
    [...shRest],
    [-4, -4 + 3 * centre, -centre, 4, centre, centre, centre, centre, centre],
  );
});

Deno.test("counts that do not fit are refused before anything is allocated", () => {
  const zeros = [0, 0, 0, 0];
  const cases: [Uint8Array, string][] = [
    [make({ chunks: 0 }, zeros), "it has 0 chunks, 1 Gaussians need 1"],
    [
      make({ vertices: 3e9 }, zeros),
      'bytes are missing after row 1 of the element "vertex"',
    ],
    [
      make({ bounds: CHUNK_PROPERTIES.slice(1) }, zeros),
      'a compressed PLY needs "min_x" in "chunk"',
    ],
    [
      make({ harmonics: 10 }, zeros, Array(10).fill(0)),
      '"sh" has 10 properties, it must be the first 9',
    ],
    [make({ harmonics: 9, harmonicType: "char" }, zeros, Array(9).fill(0)), "as uchar"],
    [
      make({ harmonics: 9, harmonicRows: 2 }, zeros, Array(18).fill(0)),
      'it has 2 rows of "sh" for 1 Gaussians',
    ],
    [
      make({ harmonics: 9 }, zeros, Array(8).fill(0)),
      '1 bytes are missing after row 0 of the element "sh"',
    ],
  ];
  for (const [bytes, message] of cases) assertThrows(() => read(bytes), SyntaxError, message);
});
