// Blends a tile's Gaussians front to back: 32 threads, 4 x 2 pixels each. Wants the bindings of the kernels that
// include it, the override TIGHT and `put_pixel`.
// Of 32 Gaussians at a time: place, shape and colour.
var<workgroup> batch: array<vec4f, 96>;
var<workgroup> finished: atomic<u32>;
// What `finished` was when the first thread looked, for all threads to go by.
var<workgroup> seen_finished: u32;

// Four pixels of a row.
struct Row {
  live: vec4<bool>,
  light: vec4f,
  red: vec4f,
  green: vec4f,
  blue: vec4f,
  near: vec4f,
  // Place in the list of the last Gaussian taken, from 1.
  last: vec4u,
}

fn row_of(inside: vec4<bool>) -> Row {
  let zero = vec4f(0.0);
  return Row(inside, vec4f(1.0), zero, zero, zero, zero, vec4u(0u));
}

fn step_on(
  r: ptr<function, Row>,
  xx_xy: vec2f,
  shape: vec4f,
  dx: vec4f,
  dy: f32,
  k: u32,
  position: u32,
) {
  let power = exponents(dx, vec4f(dy), xx_xy, shape.x);
  let alpha = min(vec4f(MOST_ALPHA), shape.y * exp(power));
  let hit = (*r).live & (power <= vec4f(0.0)) & (alpha >= vec4f(LEAST_ALPHA));
  if (!any(hit)) { return; }
  let light = (*r).light;
  let next = light * (1.0 - alpha);
  let take = hit & (next >= vec4f(LEAST_LIGHT));
  (*r).live = (*r).live & (take | !hit);
  let weight = select(vec4f(0.0), alpha * light, take);
  let colour = batch[3u * k + 2u];
  (*r).red += colour.x * weight;
  (*r).green += colour.y * weight;
  (*r).blue += colour.z * weight;
  (*r).near += shape.z * weight;
  (*r).light = select(light, next, take);
  (*r).last = select((*r).last, vec4u(position), take);
}

fn write_row(r: Row, x: u32, y: u32, poison: u32) {
  if (y >= u.size.y) { return; }
  let plane = u.size.x * u.size.y;
  let red = r.red + r.light * u.background.x;
  let green = r.green + r.light * u.background.y;
  let blue = r.blue + r.light * u.background.z;
  for (var k = 0u; k < 4u; k++) {
    if (x + k >= u.size.x) { return; }
    let pixel = y * u.size.x + x + k;
    let colour = bitcast<vec3f>(bitcast<vec3u>(vec3f(red[k], green[k], blue[k])) | vec3u(poison));
    let near = bitcast<f32>(bitcast<u32>(r.near[k]) | poison);
    put_pixel(pixel, plane, colour, near, r.light[k], r.last[k]);
  }
}

fn blend_tile(tile: u32, lane: u32) {
  let corner = vec2u(tile % u.tiles.x, tile / u.tiles.x) * 16u;
  let own = corner + block_corner(lane);
  let columns = vec4u(own.x) + vec4u(0u, 1u, 2u, 3u);
  let x = vec4f(columns);
  let y = f32(own.y);
  let inside = columns < vec4u(u.size.x);
  var upper = row_of(inside & vec4<bool>(own.y < u.size.y));
  var lower = row_of(inside & vec4<bool>(own.y + 1u < u.size.y));
  let start = starts[tile];
  let end = starts[tile + 1u];
  var counted = false;
  for (var first = start; first < end; first += 32u) {
    if (!counted && !any(upper.live | lower.live)) {
      counted = true;
      atomicAdd(&finished, 1u);
    }
    workgroupBarrier();
    if (lane == 0u) {
      seen_finished = atomicLoad(&finished);
    }
    var blocks = 0u;
    if (lane < end - first) {
      let g = owners[pairs[first + lane]];
      let place = places[g];
      let shape = shapes[g];
      batch[3u * lane] = place;
      batch[3u * lane + 1u] = shape;
      batch[3u * lane + 2u] = colours[g];
      blocks = block_reach(place, shape, corner);
    }
    reach[lane] = blocks;
    if (workgroupUniformLoad(&seen_finished) == 32u) { break; }
    // Each thread walks through a list of its own.
    var mine = select(list_of(lane), 0u, counted);
    while (mine != 0u) {
      let k = firstTrailingBit(mine);
      mine &= mine - 1u;
      let place = batch[3u * k];
      let shape = batch[3u * k + 1u];
      let dx = place.x - x;
      let position = first - start + k + 1u;
      step_on(&upper, place.zw, shape, dx, place.y - y, k, position);
      step_on(&lower, place.zw, shape, dx, place.y - (y + 1.0), k, position);
      if (!any(upper.live | lower.live)) { break; }
    }
  }
  // Without room for all pairs there is no picture: NaN, made of bits known at run time only.
  let poison = select(0u, 0x7fc00000u, frame[3] == 1u);
  write_row(upper, own.x, own.y, poison);
  write_row(lower, own.x, own.y + 1u, poison);
}
