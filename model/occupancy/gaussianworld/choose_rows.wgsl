// Row of each Gaussian of this frame: those kept come first, then draws from the prior, marked by the highest bit; a thread owns one Gaussian.
struct Uniforms { count: u32, fallback: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> kept: array<u32>;
@group(0) @binding(2) var<storage, read> history: array<u32>;
@group(0) @binding(3) var<storage, read> candidates: array<u32>;
@group(0) @binding(4) var<storage, read> candidate_count: array<u32>;
// In [0, 1): draw k decides row `history + k`.
@group(0) @binding(5) var<storage, read> uniforms: array<f32>;
@group(0) @binding(6) var<storage, read_write> rows: array<u32>;

const FROM_PRIOR = 0x80000000u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.count) { return; }
  let old = history[0];
  if (g < old) {
    rows[g] = kept[g];
    return;
  }
  let found = candidate_count[0];
  let from_rows = select(u.fallback, found, found > 0u);
  let drawn = min(u32(floor(uniforms[g - old] * f32(from_rows))), from_rows - 1u);
  var row = drawn;
  if (found > 0u) { row = candidates[drawn]; }
  rows[g] = FROM_PRIOR | row;
}
