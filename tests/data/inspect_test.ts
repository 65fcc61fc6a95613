import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { decodeBase64 } from "@std/encoding/base64";
import { type ContentNode, inspectFile } from "../../data/inspect.ts";
import { writeNpy } from "../../data/formats/numpy/npy.ts";
import { writeNpz } from "../../data/formats/numpy/npz.ts";
import { encodePly } from "../../data/formats/ply.ts";
import { encodePng } from "../../data/pictures/png/png.ts";
import { encodeSafetensors } from "../../data/formats/safetensors.ts";
import { concatBytes } from "../../data/formats/zip/zip_write.ts";
import { encodeSplats } from "../../data/splats/write_splats.ts";
import { madeUpSplats } from "./splats/made_up.ts";
import checkpoints from "../fixtures/formats/torch.json" with { type: "json" };

const array = {
  shape: [2, 3],
  dtype: "float32" as const,
  data: Float32Array.of(1, -2, 3, NaN, 5, 6),
};

/** The nodes as lines: indentation, name, what, range. */
function lines(nodes: readonly ContentNode[], indent = ""): string[] {
  return nodes.flatMap(({ name, what, range, children = [] }) => [
    `${indent}${name}: ${what}${range ? ` ${range.min}..${range.max} (${range.nonFinite})` : ""}`,
    ...lines(children, indent + " "),
  ]);
}

async function described(name: string, bytes: Uint8Array, values: boolean): Promise<string[]> {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, name);
    Deno.writeFileSync(path, bytes);
    const { format, size, content } = await inspectFile(path, { values });
    assertEquals(size, bytes.length);
    return [format, ...lines(content)];
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const checkpoint = decodeBase64(checkpoints.find(({ name }) => name === "training, zip")!.base64);
const ply = encodePly({
  comments: [],
  elements: new Map([["vertex", {
    count: 2,
    properties: new Map([["x", Float32Array.of(1, 2)]]),
  }]]),
});
const files: [name: string, bytes: Uint8Array, expected: string[]][] = [
  ["a.npy", writeNpy(array), ["NumPy array", "array: float32 [2, 3] -2..6 (1)"]],
  ["a.npz", writeNpz({ a: array }), ["NumPy archive", "a: float32 [2, 3] -2..6 (1)"]],
  ["b.npz", writeNpz({ a: array }, { compress: true }), [
    ...["NumPy archive", "a: float32 [2, 3] -2..6 (1)"],
  ]],
  ["a.safetensors", encodeSafetensors([["w", array]], { preset: "tiny" }), [
    ...["safetensors", "metadata: 1 texts", ` preset: "tiny"`, "w: float32 [2, 3] -2..6 (1)"],
  ]],
  ["a.ply", ply, [
    "PLY",
    "format: binary_little_endian",
    "vertex: element of 2",
    " x: float32 [2] 1..2 (0)",
  ]],
  ["a.png", encodePng({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3) }), [
    ...["PNG", "picture: 1 x 1, 8 bits, rgb", "pixels: uint8 [1, 1, 3] 1..3 (0)"],
  ]],
];

for (const [name, bytes, expected] of files) {
  Deno.test(`inspectFile describes ${name}, with and without values`, async () => {
    assertEquals(await described(name, bytes, true), expected);
    const headers = expected.filter((line) => !line.startsWith("pixels"))
      .map((line) => line.replace(/ -?\d+\.\.\d+ \(\d\)$/, ""));
    assertEquals(await described(name, bytes, false), headers);
  });
}

Deno.test("inspectFile describes a checkpoint as a tree", async () => {
  const rows = await described("a.pth", checkpoint, false);
  assertEquals(rows.slice(0, 9), [
    "PyTorch checkpoint",
    "meta: dict of 5",
    " epoch: 3",
    " iter: 1200",
    ` config: "x = 1\\n"`,
    ` classes: list of 2: "car", "bus"`,
    " best: null",
    "state_dict: dict of 9",
    " module.0.weight: float32 [3, 2, 3, 3]",
  ]);
});

Deno.test("inspectFile refuses what it does not know, and files that are cut", async () => {
  await assertRejects(
    () => described("a.txt", new Uint8Array(20), true),
    SyntaxError,
    "neither its first bytes nor its name tell its format",
  );
  const cut = writeNpy(array).subarray(0, 140);
  await assertRejects(() => described("a.npy", cut, false), SyntaxError, "only 12 are there");
  await assertRejects(() => described("a.npy", cut, true), SyntaxError, "only 12 are there");
});

Deno.test("inspectFile describes lidar, tables, other JSON and trained Gaussians", async () => {
  const sweep = new Uint8Array(Float32Array.of(1, 2, 3, 40, 5, -1, -2, -3, 0, 31).buffer);
  assertEquals(await described("a.pcd.bin", sweep, true), [
    ...["lidar sweep", "points: float32 [2, 5]", " x: column -1..1 (0)", " y: column -2..2 (0)"],
    ...[" z: column -3..3 (0)", " intensity: column 0..40 (0)", " ring: column 5..31 (0)"],
  ]);
  assertEquals(await described("a.pcd.bin", sweep, false), [
    ...["lidar sweep", "points: float32 [2, 5]"],
  ]);
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  assertEquals(await described("sample.json", text([{ token: "a", n: 1 }, { token: "b" }]), true), [
    ...["JSON", "table: 2 records, the first of them:", ` token: "a"`, " n: 1"],
  ]);
  assertEquals(await described("x.json", text({ frames: [1] }), true), [
    ...["JSON", "value: dict of 1", " frames: list of 1: 1"],
  ]);
  const splat = concatBytes(await encodeSplats(madeUpSplats(4, 0), "splat"));
  const [format, first, ...columns] = await described("a.splat", splat, false);
  assertEquals([format, first], [
    "trained Gaussians",
    "Gaussians: 4, harmonics of degree 0, splat",
  ]);
  assertEquals(columns[0], "positions: float32 [4, 3]");
});
