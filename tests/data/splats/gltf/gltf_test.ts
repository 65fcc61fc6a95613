import { assert, assertEquals, assertThrows } from "@std/assert";
import { openSource } from "../../../../data/formats/byte_source.ts";
import { readGlb } from "../../../../data/formats/glb.ts";
import { concatBytes } from "../../../../data/formats/zip/zip_write.ts";
import { SH_C0, sigmoid } from "../../../../data/splats/activation.ts";
import { readGltf } from "../../../../data/splats/gltf/gltf_read.ts";
import { gltfChunks } from "../../../../data/splats/gltf/gltf_write.ts";
import { displayOf, lightOf } from "../../../../data/splats/gltf/color_space.ts";
import type { WriteSplatsOptions } from "../../../../data/splats/splat_format.ts";
import type { Splats } from "../../../../data/splats/splats.ts";
import { covariances } from "../covariances.ts";
import { largestError, madeUpSplats } from "../made_up.ts";

const remarks: string[] = [];

function read(bytes: Uint8Array, name = "a.glb"): Splats {
  remarks.length = 0;
  return readGltf({ source: openSource(bytes, name), path: name }, {
    remark: (text) => remarks.push(text),
  });
}

const write = (splats: Splats, options?: WriteSplatsOptions) =>
  concatBytes(gltfChunks(splats, options));

/** A text file of the same scene, whose JSON was changed. */
// deno-lint-ignore no-explicit-any
function changed(change: (json: any) => void, splats = madeUpSplats(5, 1)): Uint8Array {
  const { json, buffer } = readGlb(write(splats));
  json.buffers[0].uri = `data:application/octet-stream;base64,${buffer.toBase64()}`;
  change(json);
  return new TextEncoder().encode(JSON.stringify(json));
}

Deno.test("floats come back as they were, in text files and binary ones, antialiasing too", () => {
  for (const degree of [0, 1, 2, 3] as const) {
    const splats = { ...madeUpSplats(200, degree), antialiased: true };
    const back = read(write(splats));
    assertEquals([back.count, back.degree, back.antialiased], [200, degree, true]);
    assertEquals([back.positions, back.shDc, back.shRest], [
      splats.positions,
      splats.shDc,
      splats.shRest,
    ]);
    assert(largestError(back.logScales, splats.logScales, { width: 3 }) < 1e-6);
    assert(largestError(back.opacities, splats.opacities, { width: 1, of: sigmoid }) < 1e-6);
    assert(largestError(covariances(back), covariances(splats), { width: 6 }) < 1e-6);
    assertEquals(remarks, []);
  }
  const text = read(changed(() => {}), "a.gltf");
  assertEquals(text.positions, madeUpSplats(5, 1).positions);
});

Deno.test("the file is what viewers of points need: bounds, linear colours, an identity node", () => {
  const splats = madeUpSplats(50, 0);
  const { json, buffer } = readGlb(write(splats));
  const { attributes } = json.meshes[0].primitives[0];
  const view = (name: string) => json.bufferViews[json.accessors[attributes[name]].bufferView];
  const positions = new Float32Array(buffer.slice(0, 600).buffer);
  const axis = (k: number) => positions.filter((_, at) => at % 3 === k);
  assertEquals(json.accessors[attributes.POSITION].min, [0, 1, 2].map((k) => Math.min(...axis(k))));
  assertEquals(json.accessors[attributes.POSITION].max, [0, 1, 2].map((k) => Math.max(...axis(k))));
  assertEquals(positions[0], -splats.positions[0]!);
  const red = Math.min(1, Math.max(0, 0.5 + SH_C0 * splats.shDc[0]!));
  assertEquals(buffer[view("COLOR_0").byteOffset], Math.round(255 * lightOf(red)[0]));
  assertEquals(json.nodes, [{ mesh: 0 }]);
  assertEquals(json.extensionsRequired, undefined);
});

Deno.test("quantised files are half as large without harmonics, and lose half a step", () => {
  const splats = madeUpSplats(500, 0);
  splats.logScales.forEach((value, at) => splats.logScales[at] = 0.2 * value);
  const bytes = write(splats, { gltfEncoding: "quantised" });
  const back = read(bytes);
  assert(bytes.length < 0.85 * write(splats).length);
  assert(largestError(back.positions, splats.positions, { width: 3 }) < 1e-6);
  assert(largestError(back.logScales, splats.logScales, { width: 3, of: Math.exp }) < 1 / 131000);
  assert(
    largestError(back.opacities, splats.opacities, { width: 1, of: sigmoid }) < 1 / 509,
  );
  assert(largestError(covariances(back), covariances(splats), { width: 6 }) < 2e-4);
});

Deno.test("an SPZ file within brings back what SPZ keeps", () => {
  const splats = madeUpSplats(1000, 2);
  const bytes = write(splats, { gltfEncoding: "spz" });
  assert(bytes.length < 0.4 * write(splats).length);
  assertEquals(readGlb(bytes).json.extensionsRequired.length, 2);
  const back = read(bytes);
  assertEquals(back.degree, 2);
  assert(largestError(back.positions, splats.positions, { width: 3 }) <= 2 ** -13);
  assert(largestError(back.logScales, splats.logScales, { width: 3 }) <= 1 / 32);
  assert(largestError(back.shRest, splats.shRest, { width: 24 }) <= 1 / 16 + 1 / 256);
});

Deno.test("colours in linear light are carried there and back", () => {
  for (const value of [0, 0.001, 0.04, 0.2, 1, 1.3]) {
    const [light, slope] = lightOf(value);
    const [back, other] = displayOf(light);
    assert(Math.abs(back - value) < 1e-6 && Math.abs(slope * other - 1) < 1e-3);
  }
  const splats = madeUpSplats(60, 1);
  const back = read(write(splats, { gltfColors: "linear" }));
  assertEquals(remarks.length, 1);
  for (let at = 0; at < splats.shDc.length; at++) {
    const shown = Math.max(0, 0.5 + SH_C0 * splats.shDc[at]!);
    assert(Math.abs(0.5 + SH_C0 * back.shDc[at]! - shown) < 1e-5);
  }
  assert(largestError(back.shRest, splats.shRest, { width: 9 }) < 2e-3);
});

Deno.test("a mesh in two places is there twice, nodes rotate, scale and move it", () => {
  const once = read(write(madeUpSplats(5, 1)));
  const twice = read(
    changed((json) => {
      json.nodes = [
        { mesh: 0 },
        { scale: [2, 2, 2], children: [2] },
        { mesh: 0, translation: [1, 0, 0], rotation: [0, 0, Math.SQRT1_2, Math.SQRT1_2] },
      ];
      json.scenes = [{ nodes: [0, 1] }];
    }),
    "a.gltf",
  );
  assertEquals(twice.count, 10);
  assertEquals(twice.positions.subarray(0, 15), once.positions);
  // PLY's x and y are glTF's, negated: a quarter turn about z is one in either.
  const [x, y, z] = once.positions;
  const expected = [2 * (-y! - 1), 2 * x!, 2 * z!];
  expected.forEach((value, k) => assert(Math.abs(twice.positions[15 + k]! - value) < 1e-5));
  assert(Math.abs(twice.logScales[15]! - once.logScales[0]! - Math.log(2)) < 1e-6);
});

Deno.test("stretched by a node, a Gaussian's covariance is stretched", () => {
  const once = covariances(read(write(madeUpSplats(30, 0))));
  const bytes = changed(
    (json) => json.nodes = [{ mesh: 0, scale: [3, 1, 0.5] }],
    madeUpSplats(30, 0),
  );
  const stretched = covariances(read(bytes, "a.gltf"));
  const factors = [9, 3, 1.5, 1, 0.5, 0.25];
  for (let at = 0; at < once.length; at++) {
    const expected = factors[at % 6]! * once[at]!;
    assert(Math.abs(stretched[at]! - expected) < 1e-5 * Math.max(1, Math.abs(expected)));
  }
});

Deno.test("older and poorer files: names of drafts, colours of points, meshes beside", () => {
  const own = "KHR_gaussian_splatting";
  const drafts = read(
    changed((json) => {
      const [primitive] = json.meshes[0].primitives;
      for (const name of ["ROTATION", "SCALE"]) {
        primitive.attributes[`_${name}`] = primitive.attributes[`${own}:${name}`];
        delete primitive.attributes[`${own}:${name}`];
      }
      for (const name of ["OPACITY", "SH_DEGREE_0_COEF_0"]) {
        delete primitive.attributes[`${own}:${name}`];
      }
      primitive.extensions[own] = { colorSpace: "BT.709" };
      json.meshes[0].primitives.push({ attributes: {} });
    }),
    "a.gltf",
  );
  const splats = madeUpSplats(5, 1);
  assertEquals(drafts.degree, 1);
  for (let i = 0; i < 5; i++) {
    assert(Math.abs(sigmoid(drafts.opacities[i]!) - sigmoid(splats.opacities[i]!)) < 1 / 500);
    const shown = (dc: number) => Math.min(1, Math.max(0, 0.5 + SH_C0 * dc));
    // Bytes of linear light are 13 times as coarse in the dark.
    assert(Math.abs(shown(drafts.shDc[3 * i]!) - shown(splats.shDc[3 * i]!)) < 0.03);
  }
  assert(remarks.some((text) => text.includes("COLOR_0")));
  assert(remarks.some((text) => text.includes("1 meshes beside the Gaussians")));
});

Deno.test("broken files and what is not known are refused in one error", () => {
  const own = "KHR_gaussian_splatting";
  // deno-lint-ignore no-explicit-any
  const cases: [change: (json: any) => void, message: string][] = [
    [(json) => json.extensionsRequired = ["EXT_new"], 'it requires "EXT_new", which is not known'],
    [(json) => delete json.meshes[0].primitives[0].extensions, "a scene of 1 meshes, not trained"],
    [(json) => json.scenes[0].nodes = [], "there is no mesh in its scene"],
    [(json) => json.nodes[0].mesh = 4, 'it names entry 4 of "meshes"'],
    [(json) => json.nodes[0].children = [0], "node 0 is part of itself"],
    [(json) => json.nodes[0].scale = [-1, 1, 1], "node 0 mirrors, shears or flattens"],
    [(json) => json.nodes[0].scale = [0, 1, 1], "node 0 mirrors, shears or flattens"],
    [(json) => json.nodes[0].matrix = [1, 2], '"matrix" of node 0 must be 16 numbers'],
    [(json) => json.meshes[0].primitives[0].mode = 4, "drawn in mode 4, it must be 0 (points)"],
    [
      (json) => json.meshes[0].primitives[0].extensions[own].kernel = "cube",
      'have the kernel "cube", it must be "ellipse"',
    ],
    [
      (json) => delete json.meshes[0].primitives[0].attributes[`${own}:SCALE`],
      `its Gaussians have no "${own}:SCALE"`,
    ],
    [
      (json) => delete json.meshes[0].primitives[0].attributes[`${own}:SH_DEGREE_1_COEF_1`],
      "its harmonics of degree 1 are 2 of 3",
    ],
    [(json) => json.accessors[3].count = 4, "its attributes have"],
    [(json) => json.accessors[0].count = 1e9, "accessor 0 needs"],
    [(json) => json.accessors[0].sparse = {}, "accessor 0 is sparse"],
    [(json) => json.accessors[0].componentType = 5125, "which are no attributes of Gaussians"],
    [(json) => json.bufferViews[0].byteLength = 1e9, "buffer view 0 has 1000000000 bytes"],
    [(json) => json.buffers[0].uri = "../a.bin", "it must be a file below this folder"],
    [(json) => json.buffers[0].uri = "https://example.org/a.bin", "it must be a file below"],
    [(json) => delete json.buffers[0].uri, 'buffer 0 has no "uri"'],
  ];
  for (const [change, message] of cases) {
    assertThrows(() => read(changed(change), "a.gltf"), SyntaxError, message);
  }
  assertThrows(() => read(new TextEncoder().encode("{"), "a.gltf"), SyntaxError, "Cannot read");
  assertThrows(() => write(madeUpSplats(0, 0)), RangeError, "there are no Gaussians");
});
