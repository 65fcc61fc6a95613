// dx = y (dy - sum dy y), or dy - exp(y) sum dy for a logarithmic y; LANES threads own one row and
// take four neighbours at a time.
struct Uniforms { rows: u32, length: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> y: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;
override logarithmic: bool;
// Whether rows start on whole vectors.
override vectors: bool;

fn y_at(k: u32) -> f32 { return y[k >> 2u][k & 3u]; }
fn dy_at(k: u32) -> f32 { return dy[k >> 2u][k & 3u]; }

fn values(k: u32) -> vec4f {
  if (vectors) { return y[k >> 2u]; }
  return vec4f(y_at(k), y_at(k + 1u), y_at(k + 2u), y_at(k + 3u));
}

fn upstream(k: u32, end: u32) -> vec4f {
  if (vectors) { return dy[k >> 2u]; }
  let inside = vec4u(k) + vec4u(0u, 1u, 2u, 3u) < vec4u(end);
  let d = vec4f(dy_at(k), dy_at(k + 1u), dy_at(k + 2u), dy_at(k + 3u));
  return select(vec4f(0.0), d, inside);
}

fn store(k: u32, end: u32, v: vec4f) {
  dx[k] = v.x;
  if (k + 1u < end) { dx[k + 1u] = v.y; }
  if (k + 2u < end) { dx[k + 2u] = v.z; }
  if (k + 3u < end) { dx[k + 3u] = v.w; }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = (group.x + group.y * groups.x) * (64u / LANES) + lane / LANES;
  let owned = row < u.rows;
  let end = select(0u, (row + 1u) * u.length, owned);
  let start = select(0u, row * u.length, owned) + 4u * (lane % LANES);
  var sum = 0.0;
  for (var k = start; k < end; k += 4u * LANES) {
    if (logarithmic) {
      sum += dot(upstream(k, end), vec4f(1.0));
    } else {
      sum += dot(upstream(k, end), values(k));
    }
  }
  let total = row_sum(sum, lane);
  for (var k = start; k < end; k += 4u * LANES) {
    if (logarithmic) {
      store(k, end, upstream(k, end) - exp(values(k)) * total);
    } else {
      store(k, end, values(k) * (upstream(k, end) - total));
    }
  }
}
