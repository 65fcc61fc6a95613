import { Kernel } from "../../../gpu/kernel.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { sinCosSnippet } from "../../../gpu/wgsl/sin_cos.ts";
import { assertClose, gpuTest, noise } from "../../support.ts";

const kernel = new Kernel(
  "tests/gpu/wgsl/sin_cos.wgsl",
  `@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> sine: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> cosine: array<vec4f>;
@compute @workgroup_size(1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let both = sin_cos(x[id.x]);
  sine[id.x] = both.sine;
  cosine[id.x] = both.cosine;
}`,
  { include: [sinCosSnippet] },
);

const quarters = Array.from({ length: 32 }, (_, i) => (i - 16) * Math.PI / 8);
const ANGLES: [string, Float32Array, number][] = [
  ["near 0 and at quarters of a turn", Float32Array.of(0, 1e-20, -1e-6, 0.5, ...quarters), 2e-7],
  ["of a turn or so", Float32Array.from(noise(1, 400, -10, 10)), 2e-7],
  ["far out", Float32Array.from(noise(2, 400, -20_000, 20_000)), 5e-7],
];
for (const [name, angles, atol] of ANGLES) {
  gpuTest(`sine and cosine ${name}`, async (gpu) => {
    const x = Tensor.from(gpu, angles);
    const [sine, cosine] = [Tensor.empty(gpu, x.shape), Tensor.empty(gpu, x.shape)];
    kernel.dispatch(gpu, { x, sine, cosine }, {}, { threads: angles.length / 4 });
    assertClose(await sine.read("f32"), angles.map(Math.sin), { atol, rtol: 0 }, "sine");
    assertClose(await cosine.read("f32"), angles.map(Math.cos), { atol, rtol: 0 }, "cosine");
  });
}
