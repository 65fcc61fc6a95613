import { assertEquals, assertThrows } from "@std/assert";
import validator from "gltf-validator";
import { encodeGlb, type GlbMesh, readGlb } from "../../../data/formats/glb.ts";

const TRIANGLE: GlbMesh = {
  name: 'a "triangle" ü',
  positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 2, -1),
  normals: Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1),
  colours: Uint8Array.of(255, 0, 128, 255, 1, 2, 3, 255, 0, 0, 0, 255),
  indices: Uint32Array.of(0, 1, 2),
};

/** The validator's messages of any weight. */
async function remarksOn(bytes: Uint8Array) {
  const { issues } = await validator.validateBytes(bytes);
  return issues.messages.map(({ code, pointer }: { code: string; pointer: string }) =>
    `${code} ${pointer}`
  );
}

Deno.test("a GLB file gives its meshes back and passes the Khronos validator without a remark", async () => {
  const bytes = encodeGlb([TRIANGLE, { ...TRIANGLE, name: "second" }]);
  assertEquals(await remarksOn(bytes), []);
  const { json, buffer } = readGlb(bytes);
  assertEquals(json.nodes.map(({ name }: { name: string }) => name), [TRIANGLE.name, "second"]);
  const primitive = json.meshes[1].primitives[0];
  const read = (accessor: number) => {
    const { bufferView, count } = json.accessors[accessor];
    const { byteOffset, byteLength } = json.bufferViews[bufferView];
    return { count, bytes: buffer.slice(byteOffset, byteOffset + byteLength).buffer };
  };
  const place = json.accessors[primitive.attributes.POSITION];
  assertEquals([place.min, place.max], [[0, 0, -1], [1, 2, 0]]);
  assertEquals(
    new Float32Array(read(primitive.attributes.POSITION).bytes),
    TRIANGLE.positions,
  );
  assertEquals(new Float32Array(read(primitive.attributes.NORMAL).bytes), TRIANGLE.normals);
  assertEquals(new Uint32Array(read(primitive.indices).bytes), TRIANGLE.indices);
  // 128 of 255 on a screen is 0.2158605 of the light (IEC 61966-2-1).
  const colours = new Uint16Array(read(primitive.attributes.COLOR_0).bytes);
  assertEquals([...colours.subarray(0, 4)], [65535, 0, Math.round(65535 * 0.2158605), 65535]);
});

Deno.test("a scene without triangles is valid too", async () => {
  const bytes = encodeGlb([{ ...TRIANGLE, indices: new Uint32Array(0) }]);
  assertEquals(await remarksOn(bytes), []);
  assertEquals(readGlb(bytes).buffer.length, 0);
});

Deno.test("meshes that do not fit together and broken files are refused", () => {
  assertThrows(
    () => encodeGlb([{ ...TRIANGLE, normals: new Float32Array(6) }]),
    RangeError,
    "6 normals",
  );
  assertThrows(
    () => encodeGlb([{ ...TRIANGLE, indices: Uint32Array.of(0, 1, 3) }]),
    RangeError,
    "names vertex 3, it has 3",
  );
  const bytes = encodeGlb([TRIANGLE]);
  const changed = (at: number, value: number) => {
    const copy = bytes.slice();
    copy[at] = value;
    return copy;
  };
  for (
    const [broken, words] of [
      [bytes.subarray(0, 12), "does not begin"],
      [changed(0, 0), "does not begin"],
      [changed(4, 1), "version is 1"],
      [bytes.subarray(0, -4), "bytes, "],
      [changed(15, 255), "past the end"],
      [changed(20, 0), "not JSON"],
    ] as const
  ) {
    assertThrows(() => readGlb(broken, "x.glb"), SyntaxError, words);
  }
});
