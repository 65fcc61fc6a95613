import { assertEquals, assertThrows } from "@std/assert";
import { openSource } from "../../../../data/formats/byte_source.ts";
import { concatBytes } from "../../../../data/formats/zip_write.ts";
import { gaussianPlyChunks, readGaussianPly } from "../../../../data/splats/ply/gaussian_ply.ts";
import { readPlyHeader } from "../../../../data/splats/ply/ply_header.ts";
import type { Splats } from "../../../../data/splats/splats.ts";
import { madeUpSplats } from "../made_up.ts";

const CORE = "x y z f_dc_0 f_dc_1 f_dc_2 opacity scale_0 scale_1 scale_2 rot_0 rot_1 rot_2 rot_3"
  .split(" ");

function read(content: string | Uint8Array): Splats {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const source = openSource(bytes, "a.ply");
  return readGaussianPly(source, readPlyHeader(source));
}

function header(names: readonly string[], { format = "ascii", count = 1, type = "float" } = {}) {
  const properties = names.map((name) => `property ${type} ${name}\n`).join("");
  return `ply\nformat ${format} 1.0\nelement vertex ${count}\n${properties}end_header\n`;
}

Deno.test("the header is the reference's, with the count on the third line", () => {
  const text = new TextDecoder("latin1").decode(concatBytes(gaussianPlyChunks(madeUpSplats(2, 1))));
  const lines = text.slice(0, text.indexOf("end_header")).split("\n");
  assertEquals(lines.slice(0, 3), ["ply", "format binary_little_endian 1.0", "element vertex 2"]);
  const names = lines.slice(3, -1).map((line) => line.replace("property float ", ""));
  const rest = Array.from({ length: 9 }, (_, i) => `f_rest_${i}`);
  assertEquals(names, [
    "x",
    "y",
    "z",
    "nx",
    "ny",
    "nz",
    ...CORE.slice(3, 6),
    ...rest,
    ...CORE.slice(6),
  ]);
});

Deno.test("the rest of the harmonics lies channel by channel in the file", () => {
  const splats = madeUpSplats(1, 1);
  const bytes = concatBytes(gaussianPlyChunks(splats));
  const row = new Float32Array(bytes.slice(-4 * 26).buffer);
  const [r0, g0, b0, r1, , , r2] = splats.shRest;
  assertEquals([...row.subarray(9, 13)], [r0, r1, r2, g0]);
  assertEquals(row[15], b0);
});

Deno.test("properties are found by name, in any order, among others and of any type", () => {
  const values = CORE.map((_, i) => i + 0.5);
  const shuffled = [...CORE].reverse();
  const ascii = `${header(["segment", ...shuffled])}7 ${[...values].reverse().join(" ")}\n`;
  const expected = read(`${header(CORE)}${values.join(" ")}\n`);
  assertEquals(expected.quaternions, Float32Array.of(10.5, 11.5, 12.5, 13.5));
  assertEquals(read(ascii), expected);
  for (const format of ["binary_little_endian", "binary_big_endian"]) {
    const bytes = new Uint8Array(8 * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => view.setFloat64(8 * i, value, format.includes("little")));
    const start = new TextEncoder().encode(header(CORE, { format, type: "double" }));
    assertEquals(read(concatBytes([start, bytes])), expected);
  }
});

Deno.test("other elements before the vertices, comments and Windows line ends are skipped", () => {
  const values = CORE.map((_, i) => i).join(" ");
  const text = header(CORE).replace(
    "element vertex",
    "comment a b\nelement camera 2\nproperty int id\nelement vertex",
  );
  const expected = read(`${header(CORE)}${values}\n`);
  assertEquals(read(`${text}5\n6\n${values}`), expected);
  assertEquals(read(`${text}5\n6\n${values}\n`.replaceAll("\n", "\r\n")), expected);
});

Deno.test("nan and inf are read from text", () => {
  const words = ["nan", "-inf", "Infinity", ...Array(11).fill("0")].join(" ");
  assertEquals(
    read(`${header(CORE)}${words}\n`).positions,
    Float32Array.of(NaN, -Infinity, Infinity),
  );
});

Deno.test("what is no set of Gaussians is refused by name", () => {
  const mesh = "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\n" +
    "property float z\nelement face 3\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n";
  const lack = 'not trained Gaussians, its vertices lack "f_dc_0", "f_dc_1", "f_dc_2" and 8 more';
  assertThrows(
    () => read(mesh),
    SyntaxError,
    `Cannot read "a.ply" at byte 0: it is a mesh with 3 faces, ${lack}`,
  );
  const points = `${header(["x", "y", "z"])}0 0 0\n`;
  assertThrows(() => read(points), SyntaxError, `it is a point cloud, ${lack}`);
  assertThrows(
    () => read(header([...CORE, "f_rest_0"])),
    SyntaxError,
    'it has 1 properties "f_rest_N"',
  );
  const gap = Array.from({ length: 9 }, (_, i) => `f_rest_${i + 1}`);
  assertThrows(
    () => read(header([...CORE, ...gap])),
    SyntaxError,
    "they must be the first 0, 9, 24 or 45",
  );
});

Deno.test("broken files give one error with file and offset", () => {
  const rows = (count: number) => header(CORE, { count, format: "binary_little_endian" });
  const cases: [string, string][] = [
    ["plyx\n", 'at byte 0: a PLY file starts with the line "ply"'],
    [
      "ply\nformat ascii 1.0\n",
      'at byte 21: the PLY header does not end, "end_header" must follow',
    ],
    [
      "ply\nformat ascii 2.0\n",
      'at byte 4: the PLY header has the unknown format "format ascii 2.0"',
    ],
    ["ply\nend_header\n", "at byte 4: the PLY header has no format"],
    ["ply\nproperty float x\n", "at byte 4: the PLY header has a property before any element"],
    ["ply\nelement vertex -1\n", 'at byte 4: the PLY header has the count "-1"'],
    ["ply\nelement vertex 1e3\n", 'the count "1e3", it must be a whole number'],
    ["ply\nelement v 1\nproperty half x\n", 'the unknown property "half x"'],
    ["ply\nelement v 1\nproperty int x\nproperty int x\n", 'the property "x" of "v" twice'],
    ["ply\nwhatever\n", 'at byte 4: the PLY header has the unknown line "whatever"'],
    ["ply\nformat ascii 1.0\nend_header\n", 'it has no "vertex" element'],
    [
      rows(1e14),
      'at byte 371: 100000000000000 rows of "vertex" are declared, the file ends after 0',
    ],
    [`${rows(2)}${" ".repeat(56)}`, '2 rows of "vertex" are declared, the file ends after 1'],
    [`${header(CORE, { count: 9e9 })}1 2 3\n`, '9000000000 rows of "vertex" are declared'],
    [`${header(CORE)}${"1 ".repeat(13)}x\n`, 'row 0 of "vertex" must be 14 numbers'],
    [`${header(CORE)}${"1 ".repeat(15)}\n`, 'row 0 of "vertex" must be 14 numbers'],
    [
      `${header(CORE, { count: 2 })}${"1 ".repeat(14)}\n${" ".repeat(30)}`,
      '1 rows of "vertex" are',
    ],
  ];
  for (const [text, message] of cases) {
    assertThrows(() => read(text), SyntaxError, message, text.slice(0, 40));
  }
});
