// Gradients of one superquadric from all points in its box, column by column: each a sum that `superquadric_gradients` takes apart; a workgroup owns a superquadric.
struct Uniforms {
  size: vec3u, channels: u32, origin: vec3f, cell: f32, count: u32, cut: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> records: array<vec4f>;
@group(0) @binding(2) var<storage, read> points: array<vec4f>;
@group(0) @binding(3) var<storage, read> positions: array<f32>;
// Points by ascending voxel, and where each voxel's points start; unused on the grid.
@group(0) @binding(4) var<storage, read> order: array<u32>;
@group(0) @binding(5) var<storage, read> starts: array<u32>;
@group(0) @binding(6) var<storage, read_write> totals: array<f32>;

override GRID: bool;
// dy (semantics - y) one channel at a time, instead of the difference of two sums: exact where one
// superquadric makes up a whole point, for twice the memory traffic.
override CENTERED: bool;
override QUADS: u32;
// Values that each thread sums: 18 of the geometry, opacity and first channel, 4 a quad.
override VALUES: u32;
override SHARES: u32;
var<workgroup> shares: array<f32, SHARES>;
const LN_2 = 0.6931471805599453;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let g = group.x + group.y * groups.x;
  if (g >= u.count) { return; }
  let start = g * (6u + QUADS);
  let mean = records[start];
  let row_x = records[start + 1u].xyz;
  let row_y = records[start + 2u].xyz;
  let row_z = records[start + 3u].xyz;
  let shape = records[start + 4u];
  let limits = records[start + 5u];
  let box = box_of(limits.yzw);
  let low = box.low;
  var semantics0 = vec4f(0.0);
  var semantics1 = vec4f(0.0);
  var semantics2 = vec4f(0.0);
  var semantics3 = vec4f(0.0);
  var semantics4 = vec4f(0.0);
  if (QUADS > 0u) { semantics0 = records[start + 6u]; }
  if (QUADS > 1u) { semantics1 = records[start + 7u]; }
  if (QUADS > 2u) { semantics2 = records[start + 8u]; }
  if (QUADS > 3u) { semantics3 = records[start + 9u]; }
  if (QUADS > 4u) { semantics4 = records[start + 10u]; }
  var first = 0.0;
  var sums0 = vec4f(0.0);
  var sums1 = vec4f(0.0);
  var sums2 = vec4f(0.0);
  var sums3 = vec4f(0.0);
  var sums4 = vec4f(0.0);
  var pulled = 0.0;
  var bent = vec2f(0.0);
  var moved = vec3f(0.0);
  var stretched = vec3f(0.0);
  var turned_x = vec3f(0.0);
  var turned_y = vec3f(0.0);
  var turned_z = vec3f(0.0);
  let extent = select(vec3u(0u), box.high + 1u - low, all(low <= box.high));
  for (var column = thread; column < extent.x * extent.y; column += 64u) {
    let cell = low.xy + vec2u(column / extent.y, column % extent.y);
    let key = (cell.x * u.size.y + cell.y) * u.size.z;
    var next = key + low.z;
    var end = key + box.high.z + 1u;
    if (!GRID) {
      next = starts[next];
      end = starts[end];
    }
    for (var i = next; i < end; i++) {
      var n = i;
      var position: vec3f;
      if (GRID) {
        position = fma(vec3f(vec3u(cell, i - key)) + 0.5, vec3f(u.cell), u.origin);
      } else {
        n = order[i];
        position = vec3f(positions[3u * n], positions[3u * n + 1u], positions[3u * n + 2u]);
      }
      let d = position - mean.xyz;
      let local = vec3f(dot(row_x, d), dot(row_y, d), dot(row_z, d));
      if (outside(local, limits.x)) { continue; }
      let found = superquadric_at(local, shape.xyz, u.cut);
      if (found.p == 0.0) { continue; }
      let at = n * (1u + QUADS * select(1u, 2u, CENTERED));
      let head = points[at];
      var gain = fma(head.w, shape.w, -head.x);
      if (CENTERED) { gain = head.w * (shape.w - head.x); }
      first = fma(head.w, found.p, first);
      if (QUADS > 0u) {
        let dy = points[at + 1u];
        gain += dot(dy, centered(semantics0, at, 1u));
        sums0 = fma(dy, vec4f(found.p), sums0);
      }
      if (QUADS > 1u) {
        let dy = points[at + 2u];
        gain += dot(dy, centered(semantics1, at, 2u));
        sums1 = fma(dy, vec4f(found.p), sums1);
      }
      if (QUADS > 2u) {
        let dy = points[at + 3u];
        gain += dot(dy, centered(semantics2, at, 3u));
        sums2 = fma(dy, vec4f(found.p), sums2);
      }
      if (QUADS > 3u) {
        let dy = points[at + 4u];
        gain += dot(dy, centered(semantics3, at, 4u));
        sums3 = fma(dy, vec4f(found.p), sums3);
      }
      if (QUADS > 4u) {
        let dy = points[at + 5u];
        gain += dot(dy, centered(semantics4, at, 5u));
        sums4 = fma(dy, vec4f(found.p), sums4);
      }
      pulled = fma(gain, found.p, pulled);
      // At the very centre all derivatives of f are 0 and so is 1 - p.
      let hidden = hidden_of(found.f, found.p);
      let others = select(0.0, head.y / hidden, hidden > 0.0);
      let k = -0.5 * found.p * (gain * mean.w + others + head.z);
      bent += k * shape.y * LN_2 *
        vec2f(found.a * found.entropy, -(found.a * found.log_a + found.b * found.log_b));
      let parts = vec3f(found.a * found.shares, found.b);
      let safe = select(local, vec3f(1.0), abs(local) < vec3f(1e-12));
      let slope = select(2.0 * k * shape.y * parts / safe, vec3f(0.0), abs(local) < vec3f(1e-12));
      moved += slope;
      stretched = fma(slope, local, stretched);
      turned_x = fma(vec3f(slope.x), d, turned_x);
      turned_y = fma(vec3f(slope.y), d, turned_y);
      turned_z = fma(vec3f(slope.z), d, turned_z);
    }
  }
  put(thread, 0u, vec4f(moved, pulled));
  put(thread, 4u, vec4f(stretched, first));
  put(thread, 8u, vec4f(turned_x, bent.x));
  put(thread, 12u, vec4f(turned_y, bent.y));
  put(thread, 16u, vec4f(turned_z, 0.0));
  if (QUADS > 0u) { put(thread, 20u, sums0); }
  if (QUADS > 1u) { put(thread, 24u, sums1); }
  if (QUADS > 2u) { put(thread, 28u, sums2); }
  if (QUADS > 3u) { put(thread, 32u, sums3); }
  if (QUADS > 4u) { put(thread, 36u, sums4); }
  workgroupBarrier();
  if (thread < VALUES) {
    var sum = 0.0;
    for (var i = 0u; i < 64u; i++) {
      sum += shares[thread * 64u + i];
    }
    totals[g * VALUES + thread] = sum;
  }
}

fn centered(semantics: vec4f, at: u32, quad: u32) -> vec4f {
  if (CENTERED) { return semantics - points[at + QUADS + quad]; }
  return semantics;
}

fn put(thread: u32, value: u32, values: vec4f) {
  shares[value * 64u + thread] = values.x;
  shares[(value + 1u) * 64u + thread] = values.y;
  shares[(value + 2u) * 64u + thread] = values.z;
  shares[(value + 3u) * 64u + thread] = values.w;
}
