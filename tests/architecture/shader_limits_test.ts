import { assertEquals } from "@std/assert";
import { checkShaderLimits, workgroupBytes } from "./shader_limits.ts";
import { readSources } from "./source.ts";

const sources = await readSources(new URL("../../", import.meta.url));

Deno.test("architecture: every kernel, or a twin of it, needs no more than every device has", () => {
  assertEquals(checkShaderLimits(sources), []);
});

const binding = (count: number) =>
  Array.from(
    { length: count },
    (_, i) => `@group(0) @binding(${i}) var<storage, read> x${i}: array<f32>; // var<storage`,
  ).join("\n");

Deno.test("architecture refuses nine storage buffers without a twin that binds eight", () => {
  const says = (files: Record<string, string>) =>
    checkShaderLimits(Object.entries(files).map(([path, text]) => ({ path, text }))).length;
  assertEquals(says({ "gpu/ops/x.wgsl": binding(8) }), 0);
  assertEquals(says({ "gpu/ops/x.wgsl": binding(9) }), 1);
  assertEquals(says({ "gpu/ops/x.wgsl": binding(9), "gpu/ops/x_narrow.wgsl": binding(8) }), 0);
  assertEquals(says({ "gpu/ops/x.wgsl": binding(9), "gpu/ops/x_narrow.wgsl": binding(9) }), 2);
  assertEquals(says({ "gpu/ops/x.wgsl": binding(9), "gpu/ops/x_serial.wgsl": binding(8) }), 0);
  const shared = (words: number) => `var<workgroup> a: array<u32, ${words}>;`;
  assertEquals(says({ "gpu/x.wgsl": shared(4096) }), 0);
  assertEquals(says({ "gpu/x.wgsl": shared(4097) }), 1);
  assertEquals(says({ "gpu/x.wgsl": shared(4097), "gpu/x_serial.wgsl": shared(1) }), 0);
});

Deno.test("workgroup memory is counted by types and constants", () => {
  const bytes = (type: string) => workgroupBytes(`const TILE = 64u;\nvar<workgroup> a: ${type};`);
  assertEquals(bytes("u32"), 4);
  assertEquals(bytes("atomic<u32>"), 4);
  assertEquals(bytes("array<vec4f, 96>"), 1536);
  assertEquals(bytes("array<atomic<u32>, TILE>"), 256);
  assertEquals(bytes("array<array<f32, 2>, TILE * 4>"), 2048);
  assertEquals(bytes("array<f32, GIVEN_LATER>"), 0);
});
