// y = running sums along the middle axis of x [outer, length, inner], with the sum before each chunk
// from `carry`; or, with `totals`, y [outer, chunks, inner] = the sum of each chunk. One thread owns
// one chunk.
struct Uniforms { outer: u32, length: u32, inner: u32, chunk: u32, chunks: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> carry: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
override totals: bool;
override carried: bool;
override exclusive: bool;
override reverse: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.outer * u.chunks * u.inner) { return; }
  let line = at / u.inner / u.chunks * u.length * u.inner + at % u.inner;
  let first = at / u.inner % u.chunks * u.chunk;
  let last = min(first + u.chunk, u.length);
  var sum = 0.0;
  if (carried) { sum = carry[at]; }
  for (var i = first; i < last; i++) {
    let k = line + select(i, u.length - 1u - i, reverse) * u.inner;
    let before = sum;
    sum += x[k];
    if (!totals) { y[k] = select(sum, before, exclusive); }
  }
  if (totals) { y[at] = sum; }
}
