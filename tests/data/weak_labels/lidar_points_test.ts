import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { encodePly } from "../../../data/formats/ply.ts";
import { writeNpy } from "../../../data/formats/numpy/npy.ts";
import { readLidarPoints, readPointClasses } from "../../../data/weak_labels/lidar_points.ts";

const dir = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
const write = (name: string, content: Uint8Array) => {
  const path = join(dir, name);
  Deno.writeFileSync(path, content);
  return path;
};
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

Deno.test("points are read from every kind of file that lidar comes in", () => {
  const columns = [[1, 4], [2, 5], [3, 6]].map((values) => Float64Array.from(values));
  const ply = encodePly({
    comments: [],
    elements: new Map([["vertex", {
      count: 2,
      properties: new Map(["x", "y", "z"].map((name, i) => [name, columns[i]!] as const)),
    }]]),
  });
  const data = Float64Array.of(1, 2, 3, 4, 5, 6);
  const files: [string, Uint8Array, number][] = [
    ["a.npy", writeNpy({ dtype: "float64", shape: [2, 3], data }), 3],
    ["a.ply", ply, 3],
    ["a.bin", floats(1, 2, 3, 0.5, 4, 5, 6, 0.5), 4],
    ["a.pcd.bin", floats(1, 2, 3, 9, 0, 4, 5, 6, 9, 1), 5],
  ];
  for (const [name, content, wide] of files) {
    const { numbers, stride } = readLidarPoints(write(name, content));
    assertEquals(stride, wide, name);
    assertEquals([...numbers.subarray(0, 3), ...numbers.subarray(stride, stride + 3)], [
      1,
      2,
      3,
      4,
      5,
      6,
    ]);
  }
});

Deno.test("points that are none are refused by file and place", () => {
  const cases: [string, Uint8Array, string][] = [
    ["b.bin", floats(1, 2, 3), "it has 12 bytes, a multiple of 16 is right"],
    ["b.bin", new Uint8Array(), "it holds no points"],
    ["c.bin", floats(1, 2, 3, 0, 1, NaN, 3, 0), "point 1 holds NaN"],
    [
      "b.npy",
      writeNpy({ dtype: "float32", shape: [6], data: new Float32Array(6) }),
      "[N, 3] or more",
    ],
    ["b.las", new Uint8Array(8), ".npy, .ply, .bin or .pcd.bin"],
  ];
  for (const [name, content, message] of cases) {
    assertThrows(() => readLidarPoints(write(name, content)), SyntaxError, message);
  }
  const classes = (...values: number[]) =>
    write(
      "classes.npy",
      writeNpy({ dtype: "uint8", shape: [values.length], data: Uint8Array.from(values) }),
    );
  assertEquals([...readPointClasses(classes(0, 6, 255), 3, 7)], [0, 6, 255]);
  assertThrows(() => readPointClasses(classes(0, 7), 2, 7), SyntaxError, "point 1 has class 7");
  assertThrows(() => readPointClasses(classes(0), 2, 7), SyntaxError, "its sweep has 2 points");
});
