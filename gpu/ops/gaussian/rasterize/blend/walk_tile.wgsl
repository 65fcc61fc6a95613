// Gradients of a tile's Gaussians, walked back to front by 32 threads. Each keeps a block of 4 x 2 pixels in
// registers and passes over the Gaussians that do not reach it; sums of the others meet in workgroup
// memory, in a fixed order. Wants pixel_planes.wgsl: `upstream_of` a pixel is its gradient by (r, g, b,
// 1 / depth), `light_of` and `length_of` are what blending left of it; and `put` for a vector of sums: 0 is
// (u, v, |u|, |v|) in pixels, 1 (conic xx, xy, yy, opacity), 2 (r, g, b, 1 / depth). `is_past` says of a pair
// that neither it nor those in front of it are wanted.
override EXACT = true;
override TIGHT = true;
override DEPTHS = true;
// Whether the sums of magnitudes are wanted.
override MAGNITUDES = true;

// Gaussians that are loaded at once, and blocks that those walked at once may reach.
const BATCH = 32u;
const ROOM = 256u;

// Four pixels of a row.
struct Row {
  y: f32,
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

struct Sums {
  place: vec4f,
  shape: vec4f,
  colour: vec4f,
}

var<workgroup> longest: atomic<u32>;
// What the first thread made out, for all threads to go by: twice the number of Gaussians loaded that
// there is room for, and 1 more if these are the last.
var<workgroup> roomy: u32;
var<workgroup> batch: array<vec4f, 96>;
var<workgroup> heads: array<vec2u, 32>;
// How many blocks each Gaussian reaches, and where its places in `shares` begin and end.
var<workgroup> sizes: array<u32, 32>;
var<workgroup> places_of: array<vec2u, 32>;
// Three vectors for each block that each Gaussian reaches.
var<workgroup> shares: array<vec4f, 768>;

fn load_row(x: u32, y: u32) -> Row {
  var r: Row;
  r.y = f32(y);
  let plane = u.size.x * u.size.y;
  for (var k = 0u; k < 4u; k++) {
    if (x + k >= u.size.x || y >= u.size.y) { continue; }
    let pixel = y * u.size.x + x + k;
    let upstream = upstream_of(pixel, plane);
    r.red[k] = upstream.x;
    r.green[k] = upstream.y;
    r.blue[k] = upstream.z;
    r.near[k] = upstream.w;
    r.light[k] = light_of(pixel);
    r.lengths[k] = length_of(pixel);
  }
  r.behind = u.background.x * r.red + u.background.y * r.green + u.background.z * r.blue;
  return r;
}

fn most(a: vec4u) -> u32 {
  return max(max(a.x, a.y), max(a.z, a.w));
}

fn total4(v: vec4u) -> u32 {
  return (v.x + v.y) + (v.z + v.w);
}

fn total(v: vec4f) -> f32 {
  return (v.x + v.y) + (v.z + v.w);
}

// Four pixels step back in front of a Gaussian, the position-th of the list, and its sums grow.
fn step_back(
  r: ptr<function, Row>,
  sums: ptr<function, Sums>,
  place: vec4f,
  shape: vec4f,
  dx: vec4f,
  k: u32,
  position: u32,
) {
  let dy = place.y - (*r).y;
  let power = exponents(dx, vec4f(dy), place.zw, shape.x);
  let bell = exp(power);
  let full = shape.y * bell;
  let cut = min(vec4f(MOST_ALPHA), full);
  let hit = (power <= vec4f(0.0)) & (cut >= vec4f(LEAST_ALPHA)) &
    (vec4u(position) <= (*r).lengths);
  if (!any(hit)) { return; }
  let colour = batch[3u * k + 2u];
  let alpha = select(vec4f(0.0), cut, hit);
  let light = (*r).light / (1.0 - alpha);
  let weight = alpha * light;
  var dcolour = vec4f(
    dot(weight, (*r).red),
    dot(weight, (*r).green),
    dot(weight, (*r).blue),
    0.0,
  );
  var own = colour.x * (*r).red + colour.y * (*r).green + colour.z * (*r).blue;
  if (DEPTHS) {
    dcolour.w = dot(weight, (*r).near);
    own += shape.z * (*r).near;
  }
  (*sums).colour += dcolour;
  let dalpha = light * (own - (*r).behind);
  (*r).light = light;
  (*r).behind = alpha * own + (1.0 - alpha) * (*r).behind;
  // Where alpha is cut it does not change; the original lets the gradient through.
  let open = hit & ((full <= vec4f(MOST_ALPHA)) | vec4<bool>(!EXACT));
  let slope = select(vec4f(0.0), full * dalpha, open);
  let slope_x = slope * dx;
  let slope_y = dy * total(slope);
  let along = total(slope_x);
  (*sums).shape += vec4f(
    -0.5 * dot(slope_x, dx),
    -dy * along,
    -0.5 * dy * slope_y,
    total(select(vec4f(0.0), bell * dalpha, open)),
  );
  var pull = vec4f(
    -(place.z * along + place.w * slope_y),
    -(shape.x * slope_y + place.w * along),
    0.0,
    0.0,
  );
  if (MAGNITUDES) {
    pull.z = total(abs(slope * (place.z * dx + place.w * dy)));
    pull.w = total(abs(slope * (shape.x * dy + place.w * dx)));
  }
  (*sums).place += pull;
}

fn walk_tile(tile: u32, lane: u32) {
  let corner = vec2u(tile % u.tiles.x, tile / u.tiles.x) * 16u;
  let block = corner + block_corner(lane);
  let x = f32(block.x) + vec4f(0.0, 1.0, 2.0, 3.0);
  var upper = load_row(block.x, block.y);
  var lower = load_row(block.x, block.y + 1u);
  let furthest = most(max(upper.lengths, lower.lengths));
  atomicMax(&longest, furthest);
  workgroupBarrier();
  let start = starts[tile];
  let end = starts[tile + 1u];
  let count = min(atomicLoad(&longest), end - start);
  for (var i = 3u * (start + count) + lane; i < 3u * end; i += 32u) {
    put_nothing(pairs[i / 3u], i % 3u);
  }
  var done = 0u;
  loop {
    let loaded = min(BATCH, count - done);
    var blocks = 0u;
    var head = vec2u(0u);
    if (lane < loaded) {
      let pair = pairs[start + count - 1u - done - lane];
      let owner = owners[pair];
      let place = places[owner];
      let shape = shapes[owner];
      head = vec2u(pair, owner);
      batch[3u * lane] = place;
      batch[3u * lane + 1u] = shape;
      batch[3u * lane + 2u] = colours[owner];
      blocks = block_reach(place, shape, corner);
    }
    reach[lane] = blocks;
    sizes[lane] = countOneBits(blocks);
    workgroupBarrier();
    // From here on, for the sums of the Gaussians before have read theirs until now.
    heads[lane] = head;
    // As many of them as there is room for.
    var fitting = 0u;
    var used = 0u;
    for (var k = 0u; k < BATCH; k += 4u) {
      let size = vec4u(sizes[k], sizes[k + 1u], sizes[k + 2u], sizes[k + 3u]);
      let ends = used + vec4u(size.x, size.x + size.y, size.x + size.y + size.z, total4(size));
      fitting += total4(select(vec4u(0u), vec4u(1u), ends <= vec4u(ROOM)));
      if (lane / 4u == k / 4u) {
        let end_of = ends[lane % 4u];
        places_of[lane] = vec2u(end_of - size[lane % 4u], end_of);
      }
      used = ends.w;
    }
    if (lane == 0u) {
      let here = min(fitting, loaded);
      let next = done + here;
      var last = next == count;
      if (!last) {
        last = is_past(pairs[start + count - 1u - next]);
      }
      roomy = 2u * here + select(0u, 1u, last);
    }
    let turn = workgroupUniformLoad(&roomy);
    let here = turn >> 1u;
    var mine = list_of(lane);
    if (here < BATCH) {
      mine &= (1u << here) - 1u;
    }
    while (mine != 0u) {
      let k = firstTrailingBit(mine);
      mine &= mine - 1u;
      var sums = Sums(vec4f(0.0), vec4f(0.0), vec4f(0.0));
      let position = count - done - k;
      if (position <= furthest) {
        let place = batch[3u * k];
        let shape = batch[3u * k + 1u];
        let dx = place.x - x;
        step_back(&upper, &sums, place, shape, dx, k, position);
        step_back(&lower, &sums, place, shape, dx, k, position);
      }
      let at = 3u * (places_of[k].x + countOneBits(reach[k] & ((1u << lane) - 1u)));
      shares[at] = sums.place;
      shares[at + 1u] = sums.shape;
      shares[at + 2u] = sums.colour;
    }
    workgroupBarrier();
    for (var i = lane; i < 3u * here; i += 32u) {
      let k = i / 3u;
      let own = places_of[k];
      let first = 3u * own.x + i % 3u;
      let behind = 3u * own.y;
      var sum = vec4f(0.0);
      for (var at = first; at < behind; at += 3u) {
        sum += shares[at];
      }
      put(heads[k], i % 3u, sum);
    }
    if ((turn & 1u) == 1u) { break; }
    done += here;
  }
}
