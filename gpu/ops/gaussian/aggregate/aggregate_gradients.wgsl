// Gradients of one Gaussian from all points in its box, column by column, by 64 threads. Wants the bindings and
// overrides of the kernels that include it, and functions that read and put what these bind.
var<workgroup> shares: array<f32, SHARES>;
const NORMALIZER = 0.06349363593424097;

fn aggregate_gradients(g: u32, thread: u32) {
  let low = corner_of(corners[g].x);
  let high = corner_of(corners[g].y);
  let start = g * (3u + QUADS);
  let mean = records[start];
  let shape = records[start + 1u];
  let cross = records[start + 2u];
  var semantics0 = vec4f(0.0);
  var semantics1 = vec4f(0.0);
  var semantics2 = vec4f(0.0);
  var semantics3 = vec4f(0.0);
  var semantics4 = vec4f(0.0);
  if (QUADS > 0u) { semantics0 = records[start + 3u]; }
  if (QUADS > 1u) { semantics1 = records[start + 4u]; }
  if (QUADS > 2u) { semantics2 = records[start + 5u]; }
  if (QUADS > 3u) { semantics3 = records[start + 6u]; }
  if (QUADS > 4u) { semantics4 = records[start + 7u]; }
  // d log y / d e of the semantics: the weight without e.
  let opacity = opacity_of(g);
  let density = select(NORMALIZER * factor_of(g), 1.0, ADDITIVE);
  var first = 0.0;
  var sums0 = vec4f(0.0);
  var sums1 = vec4f(0.0);
  var sums2 = vec4f(0.0);
  var sums3 = vec4f(0.0);
  var sums4 = vec4f(0.0);
  var pulled = 0.0;
  var offsets = vec3f(0.0);
  var squares = vec3f(0.0);
  var products = vec3f(0.0);
  let extent = select(vec3u(0u), high + 1u - low, all(low <= high));
  for (var column = thread; column < extent.x * extent.y; column += 64u) {
    let cell = low.xy + vec2u(column / extent.y, column % extent.y);
    let key = (cell.x * u.size.y + cell.y) * u.size.z;
    var next = key + low.z;
    var end = key + high.z + 1u;
    if (!GRID) {
      next = start_of(next);
      end = start_of(end);
    }
    for (var i = next; i < end; i++) {
      var n = i;
      var position: vec3f;
      if (GRID) {
        position = fma(vec3f(vec3u(cell, i - key)) + 0.5, vec3f(u.cell), u.origin);
      } else {
        n = point_at(i);
        position = position_of(n);
      }
      let d = mean.xyz - position;
      var e: f32;
      // d where A d follows from its sum in the end; A d itself where that would cancel.
      var pull = d;
      if (GRID) {
        e = exp2(exponent_of(d.xy, vec4f(d.z), shape, cross.xy).x);
      } else {
        let found = precise_gaussian(mean.xyz, position, shape, cross.xy);
        e = found.e;
        pull = found.pull;
      }
      if (e == 0.0) { continue; }
      let at = n * (1u + QUADS * select(1u, 2u, CENTERED));
      let head = points[at];
      var gain = fma(head.w, cross.z, -head.x);
      if (CENTERED) { gain = head.w * (cross.z - head.x); }
      first = fma(head.w, e, first);
      if (QUADS > 0u) {
        let dy = points[at + 1u];
        gain += dot(dy, centered(semantics0, at, 1u));
        sums0 = fma(dy, vec4f(e), sums0);
      }
      if (QUADS > 1u) {
        let dy = points[at + 2u];
        gain += dot(dy, centered(semantics1, at, 2u));
        sums1 = fma(dy, vec4f(e), sums1);
      }
      if (QUADS > 2u) {
        let dy = points[at + 3u];
        gain += dot(dy, centered(semantics2, at, 3u));
        sums2 = fma(dy, vec4f(e), sums2);
      }
      if (QUADS > 3u) {
        let dy = points[at + 4u];
        gain += dot(dy, centered(semantics3, at, 4u));
        sums3 = fma(dy, vec4f(e), sums3);
      }
      if (QUADS > 4u) {
        let dy = points[at + 5u];
        gain += dot(dy, centered(semantics4, at, 5u));
        sums4 = fma(dy, vec4f(e), sums4);
      }
      pulled = fma(gain, e, pulled);
      var k = gain * mean.w * e;
      if (!ADDITIVE) {
        // A mean on the point itself (e = 1) gives 0 / 1e-9.
        k += e * (head.y / max(1.0 - e, 1e-9) + head.z);
      }
      let kd = k * d;
      offsets = fma(vec3f(k), pull, offsets);
      squares = fma(kd, d, squares);
      products = fma(kd, d.yzx, products);
    }
  }
  put(thread, 0u, vec4f(offsets, pulled));
  put(thread, 4u, vec4f(squares, first));
  shares[8u * 64u + thread] = products.x;
  shares[9u * 64u + thread] = products.y;
  shares[10u * 64u + thread] = products.z;
  if (QUADS > 0u) { put(thread, 11u, sums0); }
  if (QUADS > 1u) { put(thread, 15u, sums1); }
  if (QUADS > 2u) { put(thread, 19u, sums2); }
  if (QUADS > 3u) { put(thread, 23u, sums3); }
  if (QUADS > 4u) { put(thread, 27u, sums4); }
  workgroupBarrier();
  if (thread < VALUES) {
    var sum = 0.0;
    for (var i = 0u; i < 64u; i++) {
      sum += shares[thread * 64u + i];
    }
    shares[thread * 64u] = sum;
  }
  workgroupBarrier();
  if (thread < 6u) {
    // Squares, then products; a single off-diagonal number stands for both of its places.
    let sum = shares[64u * select(thread + 5u, thread + 4u, thread < 3u)];
    put_inverse_covariance(6u * g + thread, select(-1.0, -0.5, thread < 3u) * sum);
  }
  if (thread < 3u) {
    // (xx, xy, xz), (xy, yy, yz), (xz, yz, zz) of the six entries (xx, yy, zz, xy, yz, xz).
    let columns = array<vec3u, 3>(vec3u(0u, 3u, 5u), vec3u(3u, 1u, 4u), vec3u(5u, 4u, 2u));
    let entry = columns[thread];
    var sum = shares[64u * thread];
    if (GRID) {
      sum = inverse_covariance_at(6u * g + entry.x) * shares[0] +
        inverse_covariance_at(6u * g + entry.y) * shares[64] +
        inverse_covariance_at(6u * g + entry.z) * shares[128];
    }
    put_mean(3u * g + thread, -sum);
  }
  if (thread == 0u) {
    put_opacity(g, density * shares[192]);
    if (!ADDITIVE) {
      put_factor(g, NORMALIZER * opacity * shares[192]);
    }
    put_semantics(g * u.channels, mean.w * shares[7u * 64u]);
  }
  if (thread >= 1u && thread < u.channels) {
    put_semantics(g * u.channels + thread, mean.w * shares[64u * (10u + thread)]);
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
