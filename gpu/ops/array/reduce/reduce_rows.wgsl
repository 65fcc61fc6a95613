// y[row, chunk] = factor * sum (or largest) of one chunk of a row; LANES threads own one chunk.
struct Uniforms { rows: u32, length: u32, chunk: u32, chunks: u32, factor: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
override largest: bool;
// Whether rows and chunks start on whole vectors.
override vectors: bool;

fn join(p: f32, q: f32) -> f32 {
  if (largest) { return larger(p, q); }
  return p + q;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = (group.x + group.y * groups.x) * (64u / LANES) + lane / LANES;
  let owned = at < u.rows * u.chunks;
  let row_start = select(0u, at / u.chunks * u.length, owned);
  let start = row_start + at % u.chunks * u.chunk;
  let end = select(0u, min(start + u.chunk, row_start + u.length), owned);
  let own = lane % LANES;
  // A largest value starts from a member of the chunk, a sum from nothing.
  var total = 0.0;
  if (largest) { total = x[start >> 2u][start & 3u]; }
  if (vectors) {
    for (var i = (start >> 2u) + own; 4u * i < end; i += LANES) {
      let v = x[i];
      total = join(total, join(join(v.x, v.y), join(v.z, v.w)));
    }
  } else {
    for (var i = start + own; i < end; i += LANES) {
      total = join(total, x[i >> 2u][i & 3u]);
    }
  }
  var result = 0.0;
  if (largest) {
    result = row_largest(total, lane);
  } else {
    result = row_sum(total, lane);
  }
  if (owned && own == 0u) { y[at] = u.factor * result; }
}
