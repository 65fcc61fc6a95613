// The anchors of this frame: those kept with their new places, and turned where asked for; those drawn as the prior has them; a thread owns one Gaussian.
struct Uniforms { count: u32, width: u32, turn: vec4f }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read> anchors: array<f32>;
@group(0) @binding(3) var<storage, read> fractions: array<f32>;
@group(0) @binding(4) var<storage, read> prior: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

override TURN: bool;
const FROM_PRIOR = 0x80000000u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.count) { return; }
  let to = g * u.width;
  let row = rows[g] & ~FROM_PRIOR;
  let from_row = row * u.width;
  if ((rows[g] & FROM_PRIOR) != 0u) {
    for (var column = 0u; column < u.width; column++) {
      y[to + column] = prior[from_row + column];
    }
    return;
  }
  let fraction = vec3f(fractions[3u * row], fractions[3u * row + 1u], fractions[3u * row + 2u]);
  let place = safe_logit(fraction, 1.0 - fraction);
  for (var axis = 0u; axis < 3u; axis++) {
    y[to + axis] = place[axis];
  }
  for (var column = 3u; column < u.width; column++) {
    y[to + column] = anchors[from_row + column];
  }
  if (TURN) {
    let q = vec4f(
      anchors[from_row + 6u], anchors[from_row + 7u], anchors[from_row + 8u], anchors[from_row + 9u],
    );
    // Rows of R(q) are the local axes: R(q') = R(q) M', so q' is q times the conjugate of M's.
    let turned = multiplied(q, vec4f(u.turn.x, -u.turn.yzw));
    for (var axis = 0u; axis < 4u; axis++) {
      y[to + 6u + axis] = turned[axis];
    }
  }
}
