// record = (mean, opacity), (row of R / s, 1 / s) for x, y, z, (1/u, 1/v, u/v, s0), (bound, box), (s1 .. s4), ...; a thread owns one superquadric.
struct Uniforms { count: u32, channels: u32, quads: u32, cut: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> means: array<f32>;
@group(0) @binding(2) var<storage, read> rotations: array<f32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read> exponents: array<vec2f>;
@group(0) @binding(5) var<storage, read> opacities: array<f32>;
@group(0) @binding(6) var<storage, read> semantics: array<f32>;
@group(0) @binding(7) var<storage, read> boxes: array<i32>;
@group(0) @binding(8) var<storage, read_write> records: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.count) { return; }
  let start = g * (6u + u.quads);
  records[start] = vec4f(means[3u * g], means[3u * g + 1u], means[3u * g + 2u], opacities[g]);
  for (var axis = 0u; axis < 3u; axis++) {
    let row = 9u * g + 3u * axis;
    let inverse = 1.0 / scales[3u * g + axis];
    records[start + 1u + axis] =
      vec4f(inverse * vec3f(rotations[row], rotations[row + 1u], rotations[row + 2u]), inverse);
  }
  let shape = exponents[g];
  records[start + 4u] =
    vec4f(1.0 / shape.x, 1.0 / shape.y, shape.x / shape.y, semantics[g * u.channels]);
  // f is at least (Y^2)^(1/v) on every axis.
  records[start + 5u] = vec4f(exp2(shape.y * log2(u.cut)), packed_box(g));
  for (var quad = 0u; quad < u.quads; quad++) {
    var values = vec4f(0.0);
    for (var i = 0u; i < 4u; i++) {
      let channel = 1u + 4u * quad + i;
      if (channel < u.channels) {
        values[i] = semantics[g * u.channels + channel];
      }
    }
    records[start + 6u + quad] = values;
  }
}

// Lowest x and y, highest x and y, lowest and highest z: two numbers of 10 bits are exact in an f32.
fn packed_box(g: u32) -> vec3f {
  let low = vec3i(boxes[6u * g], boxes[6u * g + 1u], boxes[6u * g + 2u]);
  let high = vec3i(boxes[6u * g + 3u], boxes[6u * g + 4u], boxes[6u * g + 5u]);
  if (any(low > high)) { return vec3f(1.0, 0.0, 1.0); }
  return vec3f(
    f32(low.x + 1024 * low.y), f32(high.x + 1024 * high.y), f32(low.z + 1024 * high.z),
  );
}
