// y[outer, chunk, inner] = factor * sum (or largest) over one chunk of the middle axis of
// x [outer, length, inner]; one thread owns one sum, or four neighbours with `vectors`.
struct Uniforms { outer: u32, length: u32, inner: u32, chunk: u32, chunks: u32, factor: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
override largest: bool;
override vectors: bool;

// Compilers take p != p for false, so the bits decide.
fn is_nan(p: vec4f) -> vec4<bool> {
  return (bitcast<vec4u>(p) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
}

fn join(p: vec4f, q: vec4f) -> vec4f {
  if (largest) { return select(q, p, (p > q) | is_nan(p)); }
  return p + q;
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let lanes = select(1u, 4u, vectors);
  let at = lanes * (id.x + id.y * groups.x * 64u);
  if (at >= u.outer * u.chunks * u.inner) { return; }
  let column = at % u.inner;
  let chunk = at / u.inner % u.chunks;
  let line = at / u.inner / u.chunks * u.length * u.inner + column;
  let first = chunk * u.chunk;
  let last = min(first + u.chunk, u.length);
  var total = vec4f(0.0);
  if (vectors) {
    if (largest) { total = x[(line + first * u.inner) >> 2u]; }
    for (var i = first; i < last; i++) {
      total = join(total, x[(line + i * u.inner) >> 2u]);
    }
    total *= u.factor;
    y[at] = total.x;
    y[at + 1u] = total.y;
    y[at + 2u] = total.z;
    y[at + 3u] = total.w;
    return;
  }
  if (largest) {
    let k = line + first * u.inner;
    total = vec4f(x[k >> 2u][k & 3u]);
  }
  for (var i = first; i < last; i++) {
    let k = line + i * u.inner;
    total = join(total, vec4f(x[k >> 2u][k & 3u]));
  }
  y[at] = u.factor * total.x;
}
