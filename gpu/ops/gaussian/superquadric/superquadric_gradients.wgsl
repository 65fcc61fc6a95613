// Gradients of each input from the sums over points; a thread owns one superquadric.
struct Uniforms { count: u32, channels: u32, quads: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> records: array<vec4f>;
@group(0) @binding(2) var<storage, read> totals: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dmeans: array<f32>;
@group(0) @binding(4) var<storage, read_write> drotations: array<f32>;
@group(0) @binding(5) var<storage, read_write> dscales: array<f32>;
@group(0) @binding(6) var<storage, read_write> dexponents: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> dopacities: array<f32>;
@group(0) @binding(8) var<storage, read_write> dsemantics: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.count) { return; }
  let start = g * (6u + u.quads);
  let sums = g * (5u + u.quads);
  let moved = totals[sums];
  let stretched = totals[sums + 1u];
  let opacity = records[start].w;
  var dmean = vec3f(0.0);
  for (var axis = 0u; axis < 3u; axis++) {
    let row = records[start + 1u + axis];
    // Y = (R / s) d with d = point - mean.
    dmean -= moved[axis] * row.xyz;
    dscales[3u * g + axis] = -stretched[axis] * row.w;
    let turned = totals[sums + 2u + axis];
    for (var column = 0u; column < 3u; column++) {
      drotations[9u * g + 3u * axis + column] = turned[column] * row.w;
    }
  }
  dmeans[3u * g] = dmean.x;
  dmeans[3u * g + 1u] = dmean.y;
  dmeans[3u * g + 2u] = dmean.z;
  dexponents[g] = vec2f(totals[sums + 2u].w, totals[sums + 3u].w);
  dopacities[g] = moved.w;
  dsemantics[g * u.channels] = opacity * stretched.w;
  for (var channel = 1u; channel < u.channels; channel++) {
    dsemantics[g * u.channels + channel] =
      opacity * totals[sums + 5u + (channel - 1u) / 4u][(channel - 1u) % 4u];
  }
}
