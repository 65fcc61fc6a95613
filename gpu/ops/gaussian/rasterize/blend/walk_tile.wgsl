// Gradients of a tile's Gaussians, walked back to front by 32 threads. Each keeps eight pixels of a
// column in registers; sums of eight Gaussians at a time meet in workgroup memory, in a fixed order.
// Wants the bindings of the kernels that include it, the override EXACT, and `put` for a vector of sums:
// 0 is (u, v, |u|, |v|) in pixels, 1 (conic xx, xy, yy, opacity), 2 (r, g, b, 1 / depth).
// Four pixels of a column.
struct Pixels {
  y: vec4f,
  // Upstream gradients.
  red: vec4f,
  green: vec4f,
  blue: vec4f,
  near: vec4f,
  // Light that passes what was walked, and what shines from behind it; the latter only counts by its
  // product with the upstream gradient.
  light: vec4f,
  behind: vec4f,
  // How many Gaussians of the list each takes.
  lengths: vec4u,
}

struct Splat {
  place: vec4f,
  shape: vec4f,
  colour: vec4f,
  // Its place in the list, counted from 1.
  position: u32,
}

// Sums over the pixels of a thread, rows four apart added up.
struct Column {
  red: vec4f,
  green: vec4f,
  blue: vec4f,
  near: vec4f,
  opacity: vec4f,
  // Slopes of the exponent, times dy, times dy dy.
  slope: vec4f,
  slope_y: vec4f,
  slope_yy: vec4f,
  pull_x: vec4f,
  pull_y: vec4f,
}

var<workgroup> longest: atomic<u32>;
var<workgroup> batch: array<vec4f, 24>;
var<workgroup> heads: array<vec2u, 8>;
// Three vectors of each thread for each Gaussian of the batch; one more keeps these in different banks.
var<workgroup> shares: array<vec4f, 776>;

fn load_pixels(x: u32, y: u32) -> Pixels {
  var p: Pixels;
  let plane = u.size.x * u.size.y;
  for (var k = 0u; k < 4u; k++) {
    p.y[k] = f32(y + k);
    if (x >= u.size.x || y + k >= u.size.y) { continue; }
    let pixel = (y + k) * u.size.x + x;
    p.red[k] = dimage[pixel];
    p.green[k] = dimage[plane + pixel];
    p.blue[k] = dimage[2u * plane + pixel];
    if (u.depths == 1u) {
      p.near[k] = dinverse_depth[pixel];
    }
    p.light[k] = remaining[pixel];
    p.lengths[k] = depth_of_list[pixel];
  }
  p.behind = u.background.x * p.red + u.background.y * p.green + u.background.z * p.blue;
  return p;
}

fn most(a: vec4u) -> u32 {
  return max(max(a.x, a.y), max(a.z, a.w));
}

fn total(v: vec4f) -> f32 {
  return (v.x + v.y) + (v.z + v.w);
}

// Four pixels step back in front of a Gaussian, and its sums grow.
fn step_back(p: ptr<function, Pixels>, c: ptr<function, Column>, s: Splat, dx: f32) {
  let dy = s.place.y - (*p).y;
  let power = exponents(vec4f(dx), dy, s.place.zw, s.shape.x);
  let bell = exp(power);
  let full = s.shape.y * bell;
  let cut = min(vec4f(MOST_ALPHA), full);
  let hit = power <= vec4f(0.0) & cut >= vec4f(LEAST_ALPHA) &
    vec4u(s.position) <= (*p).lengths;
  if (!any(hit)) { return; }
  let alpha = select(vec4f(0.0), cut, hit);
  let light = (*p).light / (1.0 - alpha);
  let weight = alpha * light;
  (*c).red += weight * (*p).red;
  (*c).green += weight * (*p).green;
  (*c).blue += weight * (*p).blue;
  (*c).near += weight * (*p).near;
  let own = s.colour.x * (*p).red + s.colour.y * (*p).green + s.colour.z * (*p).blue +
    s.colour.w * (*p).near;
  let dalpha = light * (own - (*p).behind);
  (*p).light = light;
  (*p).behind = alpha * own + (1.0 - alpha) * (*p).behind;
  // Where alpha is cut it does not change; the original lets the gradient through.
  let open = hit & (full <= vec4f(MOST_ALPHA) | vec4<bool>(!EXACT));
  let slope = select(vec4f(0.0), full * dalpha, open);
  (*c).opacity += select(vec4f(0.0), bell * dalpha, open);
  (*c).slope += slope;
  (*c).slope_y += slope * dy;
  (*c).slope_yy += slope * dy * dy;
  (*c).pull_x += abs(slope * (s.place.z * dx + s.place.w * dy));
  (*c).pull_y += abs(slope * (s.shape.x * dy + s.place.w * dx));
}

fn walk_tile(tile: u32, lane: u32) {
  let corner = vec2u(tile % u.tiles.x, tile / u.tiles.x) * 16u;
  // The upper half of the tile first, so that a small Gaussian is passed over by all threads at once.
  let column = corner.x + lane % 16u;
  let row = corner.y + lane / 16u * 4u;
  var upper = load_pixels(column, row);
  var lower = load_pixels(column, row + 8u);
  atomicMax(&longest, most(max(upper.lengths, lower.lengths)));
  workgroupBarrier();
  let start = starts[tile];
  let end = starts[tile + 1u];
  let count = min(atomicLoad(&longest), end - start);
  for (var i = 3u * (start + count) + lane; i < 3u * end; i += 32u) {
    put_nothing(pairs[i / 3u], i % 3u);
  }
  for (var done = 0u; done < count; done += 8u) {
    let here = min(8u, count - done);
    if (lane < here) {
      let pair = pairs[start + count - 1u - done - lane];
      let owner = owners[pair];
      let shape = shapes[owner];
      heads[lane] = vec2u(pair, owner);
      batch[3u * lane] = places[owner];
      batch[3u * lane + 1u] = shape;
      batch[3u * lane + 2u] = vec4f(colours[owner].xyz, shape.z);
    }
    workgroupBarrier();
    for (var k = 0u; k < here; k++) {
      let s = Splat(batch[3u * k], batch[3u * k + 1u], batch[3u * k + 2u], count - done - k);
      let dx = s.place.x - f32(column);
      let zero = vec4f(0.0);
      var c = Column(zero, zero, zero, zero, zero, zero, zero, zero, zero, zero);
      step_back(&upper, &c, s, dx);
      step_back(&lower, &c, s, dx);
      let slope = total(c.slope);
      let slope_y = total(c.slope_y);
      let at = 97u * k + 3u * lane;
      shares[at] = vec4f(
        -(s.place.z * dx * slope + s.place.w * slope_y),
        -(s.shape.x * slope_y + s.place.w * dx * slope),
        total(c.pull_x),
        total(c.pull_y),
      );
      shares[at + 1u] = vec4f(
        -0.5 * dx * dx * slope,
        -dx * slope_y,
        -0.5 * total(c.slope_yy),
        total(c.opacity),
      );
      shares[at + 2u] = vec4f(total(c.red), total(c.green), total(c.blue), total(c.near));
    }
    workgroupBarrier();
    let mine = lane / 3u;
    if (mine < here) {
      var sum = vec4f(0.0);
      for (var k = lane % 3u; k < 96u; k += 3u) {
        sum += shares[97u * mine + k];
      }
      put(heads[mine], lane % 3u, sum);
    }
    workgroupBarrier();
  }
}
