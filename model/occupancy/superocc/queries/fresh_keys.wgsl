// Keys by which initial points sort: those farther than a distance from every propagated point first, largest number first; a thread owns one initial point.
struct Uniforms { points: u32, propagated: u32, squared: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> propagated: array<f32>;
@group(0) @binding(3) var<storage, read> numbers: array<f32>;
@group(0) @binding(4) var<storage, read_write> keys: array<u32>;
@group(0) @binding(5) var<storage, read_write> far: array<u32>;

// Bits of 1.0, above those of any number in [0, 1).
const ONE = 0x3f800000u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.points) { return; }
  let point = vec3f(points[3u * i], points[3u * i + 1u], points[3u * i + 2u]);
  var is_far = true;
  for (var j = 0u; j < u.propagated; j++) {
    let apart = point - vec3f(propagated[3u * j], propagated[3u * j + 1u], propagated[3u * j + 2u]);
    is_far &= dot(apart, apart) > u.squared;
  }
  let rank = ONE - bitcast<u32>(clamp(numbers[i], 0.0, 1.0));
  keys[i] = rank + select(ONE + 1u, 0u, is_far);
  far[i] = select(0u, 1u, is_far);
}
