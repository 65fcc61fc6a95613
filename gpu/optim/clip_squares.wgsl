// partial[first + group] = sum of the squares of 16384 gradients, and how many are NaN or infinite is
// added to broken[tensor]; one workgroup owns one such piece.
struct Uniforms { count: u32, groups: u32, first: u32, tensor: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;
@group(0) @binding(3) var<storage, read_write> broken: array<atomic<u32>>;
const PIECE = 4096u;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let piece = group.x + group.y * groups.x;
  if (piece >= u.groups) { return; }
  let end = min((piece + 1u) * PIECE, (u.count + 3u) / 4u);
  var squares = vec4f(0.0);
  var bad = vec4u(0u);
  for (var i = piece * PIECE + lane; i < end; i += 64u) {
    var g = gradient[i];
    // Lanes past the end count for nothing.
    let inside = vec4u(4u * i) + vec4u(0u, 1u, 2u, 3u) < vec4u(u.count);
    g = select(vec4f(0.0), g, inside);
    squares += g * g;
    let bits = bitcast<vec4u>(g) & vec4u(0x7f800000u);
    bad += select(vec4u(0u), vec4u(1u), bits == vec4u(0x7f800000u));
  }
  let total = workgroup_sum(squares.x + squares.y + squares.z + squares.w, lane);
  if (lane == 0u) { partial[u.first + piece] = total; }
  // Sums of integers do not depend on the order of the threads.
  let count = bad.x + bad.y + bad.z + bad.w;
  if (count != 0u) { atomicAdd(&broken[u.tensor], count); }
}
