import { assertEquals, assertThrows } from "@std/assert";
import { writeNpy } from "../../../data/formats/npy.ts";
import { writeNpz } from "../../../data/formats/npz.ts";
import { coarsenOccupancy, readOcc3d, readSurroundOcc } from "../../../data/nuscenes/occupancy.ts";

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

Deno.test("a coarse voxel takes its most frequent class, noise only without one", () => {
  // 4x2x2 fine voxels to 2x1x1: cells of eight.
  const cells = [[17, 17, 17, 17, 17, 17, 5, 17], [17, 17, 0, 17, 17, 17, 17, 17]];
  const coarse = coarsenOccupancy(new Uint8Array(cells.flat()), [4, 2, 2], [2, 2, 2]);
  assertEquals([...coarse.labels], [5, 0]);
  assertEquals([...coarse.mask], [1, 0]);
  const more = [[4, 4, 11, 11, 11, 17, 17, 0], [9, 9, 3, 3, 17, 17, 17, 17]];
  assertEquals(
    [...coarsenOccupancy(new Uint8Array(more.flat()), [4, 2, 2], [2, 2, 2]).labels],
    [11, 3],
  );
  // Along one axis only: the index order matters.
  const fine = new Uint8Array([1, 17, 17, 2, 17, 17, 17, 3]); // [2, 2, 2]
  assertEquals([...coarsenOccupancy(fine, [2, 2, 2], [1, 1, 2]).labels], [1, 2, 17, 3]);
  assertEquals([...coarsenOccupancy(fine, [2, 2, 2], [2, 1, 1]).labels], [1, 17, 17, 2]);
  assertThrows(() => coarsenOccupancy(fine, [2, 2, 2], [3, 1, 1]), RangeError, "3x1x1");
  assertThrows(() => coarsenOccupancy(fine, [2, 2, 3], [1, 1, 1]), RangeError, "there are 8");
});

Deno.test("Occ3D labels come with the mask that is asked for", () => {
  const array = (values: number[]) => ({
    shape: [1, 2, 2],
    dtype: "uint8" as const,
    data: new Uint8Array(values),
  });
  const file = writeNpz({
    semantics: array([17, 4, 0, 11]),
    mask_camera: array([0, 1, 1, 0]),
    mask_lidar: array([1, 1, 0, 0]),
  });
  const { dims, labels, mask } = readOcc3d(file);
  assertEquals([[...dims], [...labels], [...mask]], [[1, 2, 2], [17, 4, 0, 11], [0, 1, 1, 0]]);
  assertEquals([...readOcc3d(file, { mask: "lidar" }).mask], [1, 1, 0, 0]);
  assertEquals([...readOcc3d(file, { mask: "none" }).mask], [1, 1, 1, 1]);
  assertThrows(
    () => readOcc3d(writeNpz({ semantics: array([18, 0, 0, 0]) }), { file: "o.npz" }),
    SyntaxError,
    'Cannot read "o.npz/semantics.npy" at byte 0: voxel 0 has class 18',
  );
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
    const occ3d = "nuscenes_extra/occ3d/29796060110c4163b07f06eff4af0753/labels.npz";
    const { dims, mask } = readOcc3d(new URL(occ3d, SHARED).pathname);
    assertEquals(dims, [200, 200, 16]);
    assertEquals(mask.some((seen) => seen === 1), true);
  },
});
