// y[row, chunk] = factor * sum (or largest) of one chunk of a row; one workgroup owns one chunk.
struct Uniforms { rows: u32, length: u32, chunk: u32, chunks: u32, factor: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
override largest: bool;
// Whether rows and chunks start on whole vectors.
override vectors: bool;

var<workgroup> scratch: array<f32, 64>;

// Compilers take p != p for false, so the bits decide.
fn is_nan(p: f32) -> bool {
  return (bitcast<u32>(p) & 0x7fffffffu) > 0x7f800000u;
}

fn join(p: f32, q: f32) -> f32 {
  if (largest) { return select(q, p, p > q || is_nan(p)); }
  return p + q;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = group.x + group.y * groups.x;
  if (at >= u.rows * u.chunks) { return; }
  let row_start = at / u.chunks * u.length;
  let start = row_start + at % u.chunks * u.chunk;
  let end = min(start + u.chunk, row_start + u.length);
  // A largest value starts from a member of the chunk, a sum from nothing.
  var total = 0.0;
  if (largest) { total = x[start >> 2u][start & 3u]; }
  if (vectors) {
    for (var i = (start >> 2u) + lane; 4u * i < end; i += 64u) {
      let v = x[i];
      total = join(total, join(join(v.x, v.y), join(v.z, v.w)));
    }
  } else {
    for (var i = start + lane; i < end; i += 64u) {
      total = join(total, x[i >> 2u][i & 3u]);
    }
  }
  scratch[lane] = total;
  workgroupBarrier();
  for (var stride = 32u; stride > 0u; stride >>= 1u) {
    if (lane < stride) { scratch[lane] = join(scratch[lane], scratch[lane + stride]); }
    workgroupBarrier();
  }
  if (lane == 0u) { y[at] = u.factor * scratch[0]; }
}
