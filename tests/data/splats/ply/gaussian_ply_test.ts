import { assertEquals, assertThrows } from "@std/assert";
import { openSource } from "../../../../data/formats/byte_source.ts";
import { concatBytes } from "../../../../data/formats/zip/zip_write.ts";
import { streamOf } from "../../../../data/splats/splat_stream.ts";
import { readAll } from "../../../../data/splats/splat_stream.ts";
import { gaussianPlyChunks, openGaussianPly } from "../../../../data/splats/ply/gaussian_ply.ts";
import type { Splats } from "../../../../data/splats/splats.ts";
import { madeUpSplats } from "../made_up.ts";

const CORE = "x y z f_dc_0 f_dc_1 f_dc_2 opacity scale_0 scale_1 scale_2 rot_0 rot_1 rot_2 rot_3"
  .split(" ");

function read(content: string | Uint8Array): Splats {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const source = openSource(bytes, "a.ply");
  return readAll(openGaussianPly({ source }, { remark: () => {} }));
}

function header(names: readonly string[], { format = "ascii", count = 1, type = "float" } = {}) {
  const properties = names.map((name) => `property ${type} ${name}\n`).join("");
  return `ply\nformat ${format} 1.0\nelement vertex ${count}\n${properties}end_header\n`;
}

Deno.test("the header is the reference's, with the count on the third line", () => {
  const text = new TextDecoder("latin1").decode(
    concatBytes(gaussianPlyChunks(streamOf(madeUpSplats(2, 1)))),
  );
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
  const bytes = concatBytes(gaussianPlyChunks(streamOf(splats)));
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

Deno.test("elements with lists before the vertices are passed over, lists among them are refused", () => {
  const lists = "element face 2\nproperty list uchar short corners\nelement vertex";
  const expected = read(`${header(CORE)}${"1 ".repeat(14)}\n`);
  const text = header(CORE).replace("element vertex", lists);
  assertEquals(read(`${text}3 7 8 9\n0\n${"1 ".repeat(14)}\n`), expected);
  for (const format of ["binary_little_endian", "binary_big_endian"] as const) {
    const start = header(CORE, { format }).replace("element vertex", lists);
    const bytes = new Uint8Array(4 + 56);
    const view = new DataView(bytes.buffer);
    bytes[0] = 1;
    for (let i = 0; i < 14; i++) view.setFloat32(4 + 4 * i, 1, format.includes("little"));
    assertEquals(read(concatBytes([new TextEncoder().encode(start), bytes])), expected);
    const among = header(CORE, { format })
      .replace("end_header", "property list uchar short corners\nend_header");
    assertThrows(
      () => read(concatBytes([new TextEncoder().encode(among), new Uint8Array(57)])),
      SyntaxError,
      'the element "vertex" has lists, it must not',
    );
  }
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
    "they must be the first 0, 9, 24, 45 or 72",
  );
});

Deno.test("broken files give one error with file and offset", () => {
  const rows = (count: number) => header(CORE, { count, format: "binary_little_endian" });
  const cases: [string, string][] = [
    ["plyx\n", "at byte 0: it is text that begins with"],
    ["ply\nformat ascii 1.0\n", "at byte 21: the header has no end"],
    ["ply\nformat ascii 2.0\n", 'at byte 4: the format "ascii 2.0" is not known'],
    ["ply\nend_header\n", "at byte 4: the header names no format"],
    ["ply\nproperty float x\n", "at byte 4: a property belongs to no element"],
    ["ply\nelement vertex -1\n", 'at byte 4: "element vertex -1" is no element with a count'],
    ["ply\nelement vertex 1e3\n", '"element vertex 1e3" is no element with a count'],
    ["ply\nelement v 1\nproperty half x\n", 'at byte 16: the type "half" is not known'],
    ["ply\nelement v 1\nproperty int x\nproperty int x\n", 'the property "x" is there twice'],
    ["ply\nwhatever\n", 'at byte 4: the header line "whatever" is not understood'],
    ["ply\nformat ascii 1.0\nend_header\n", 'it has no "vertex" element'],
    [
      rows(1e14),
      'at byte 371: 5600000000000000 bytes are missing after row 0 of the element "vertex"',
    ],
    [`${rows(2)}${" ".repeat(56)}`, '56 bytes are missing after row 1 of the element "vertex"'],
    [
      `${header(CORE, { count: 9e9 })}1 2 3\n`,
      "126000000000 numbers are declared, the file has room for 3",
    ],
    [`${header(CORE)}${"1 ".repeat(13)}x\n`, '"x" is no number'],
    [
      `${header(CORE)}${"1 ".repeat(15)}\n`,
      'row 0 of the element "vertex" goes on after its last number',
    ],
    [
      `${header(CORE, { count: 2 })}${"1 ".repeat(13)}\n${"1 ".repeat(14)}\n`,
      'row 0 of the element "vertex" goes on after its last number',
    ],
    [
      `${header(CORE, { count: 2 })}${"1 ".repeat(14)}\n${" ".repeat(30)}`,
      "the file ends before its last row",
    ],
  ];
  for (const [text, message] of cases) {
    assertThrows(() => read(text), SyntaxError, message, text.slice(0, 40));
  }
});
