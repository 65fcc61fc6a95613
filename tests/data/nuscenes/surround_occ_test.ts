import { assertEquals, assertThrows } from "@std/assert";
import { writeNpy } from "../../../data/formats/numpy/npy.ts";
import { readSurroundOcc } from "../../../data/nuscenes/surround_occ.ts";

const SHARED = new URL("../../../../shared/data/", import.meta.url);
const haveShared = await Deno.stat(SHARED).then(() => true, () => false);
if (!haveShared) console.log("skipping the tests on real labels: ../shared/data is absent");

const rows = (values: number[][]) =>
  writeNpy({
    shape: [values.length, 4],
    dtype: "int64",
    data: BigInt64Array.from(values.flat(), BigInt),
  });

Deno.test("rows become a dense grid, empty elsewhere, noise masked", () => {
  const { labels, mask, dims } = readSurroundOcc(
    rows([[0, 0, 0, 11], [199, 199, 15, 0], [3, 4, 5, 16]]),
  );
  assertEquals(dims, [200, 200, 16]);
  assertEquals([labels[0], labels[639999], labels[(3 * 200 + 4) * 16 + 5]], [11, 0, 16]);
  assertEquals(labels.filter((label) => label === 17).length, 640000 - 3);
  assertEquals([mask[0], mask[639999], mask[5]], [1, 0, 1]);
  assertEquals(readSurroundOcc(rows([])).labels.every((label) => label === 17), true);
});

Deno.test("a row out of the grid or a class out of range is named", () => {
  const broken = (values: number[][], message: string) =>
    assertThrows(() => readSurroundOcc(rows(values), "x.npy"), SyntaxError, message);
  broken(
    [[0, 0, 0, 1], [0, 200, 0, 1]],
    'Cannot read "x.npy" at byte 160: row 1 is voxel (0, 200, 0)',
  );
  broken([[-1, 0, 0, 1]], "row 0 is voxel (-1, 0, 0)");
  broken([[0, 0, 0, 18]], "row 0 has class 18");
  broken([[0, 0, 0, -3]], "row 0 has class -3");
  const flat = writeNpy({ shape: [8], dtype: "int32", data: new Int32Array(8) });
  assertThrows(() => readSurroundOcc(flat, "x.npy"), SyntaxError, "its shape is [8]");
  assertThrows(() => readSurroundOcc(rows([[1, 2, 3, 4]]).subarray(0, 150)), SyntaxError);
  const half = writeNpy({
    shape: [1, 4],
    dtype: "float32",
    data: new Float32Array([1, 2, 3, 4.5]),
  });
  assertThrows(() => readSurroundOcc(half), SyntaxError, "class 4.5");
});

Deno.test({
  name: "real label files",
  ignore: !haveShared,
  fn() {
    const dir = new URL("surroundocc/samples/", SHARED);
    const counts = [...Deno.readDirSync(dir)].map(({ name }) => {
      const { labels } = readSurroundOcc(Deno.readFileSync(new URL(name, dir)), name);
      return labels.filter((label) => label !== 17).length;
    });
    assertEquals(counts.sort(), [6258, 6404]);
  },
});
