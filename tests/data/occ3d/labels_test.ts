import { assertEquals, assertThrows } from "@std/assert";
import { writeNpz } from "../../../data/formats/numpy/npz.ts";
import { readOcc3d } from "../../../data/occ3d/labels.ts";

const SHARED = new URL("../../../../shared/data/", import.meta.url);
const haveShared = await Deno.stat(SHARED).then(() => true, () => false);
if (!haveShared) console.log("skipping the tests on real labels: ../shared/data is absent");

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
  name: "a real label file",
  ignore: !haveShared,
  fn() {
    const occ3d = "nuscenes_extra/occ3d/29796060110c4163b07f06eff4af0753/labels.npz";
    const { dims, mask } = readOcc3d(new URL(occ3d, SHARED).pathname);
    assertEquals(dims, [200, 200, 16]);
    assertEquals(mask.some((seen) => seen === 1), true);
  },
});
