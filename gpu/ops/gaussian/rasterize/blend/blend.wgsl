// Blends each tile's Gaussians front to back; a workgroup owns a tile, a thread 2 x 2 pixels.
struct Uniforms { background: vec3f, size: vec2u, tiles: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> frame: array<u32>;
@group(0) @binding(2) var<storage, read> starts: array<u32>;
@group(0) @binding(3) var<storage, read> pairs: array<u32>;
@group(0) @binding(4) var<storage, read> owners: array<u32>;
@group(0) @binding(5) var<storage, read> places: array<vec4f>;
@group(0) @binding(6) var<storage, read> shapes: array<vec4f>;
@group(0) @binding(7) var<storage, read> colours: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> image: array<f32>;
@group(0) @binding(9) var<storage, read_write> inverse_depth: array<f32>;
// What the background shines through each pixel with, and how many of the tile's list it takes.
@group(0) @binding(10) var<storage, read_write> remaining: array<f32>;
@group(0) @binding(11) var<storage, read_write> depth_of_list: array<u32>;

// Of 64 Gaussians at a time: place, shape and colour.
var<workgroup> batch: array<vec4f, 192>;
var<workgroup> finished: atomic<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = group.x + group.y * groups.x;
  if (tile >= u.tiles.x * u.tiles.y) { return; }
  // Quads in Morton order: neighbouring threads skip the same Gaussians.
  let quad = vec2u(
    (lane & 1u) | ((lane >> 1u) & 2u) | ((lane >> 2u) & 4u),
    ((lane >> 1u) & 1u) | ((lane >> 2u) & 2u) | ((lane >> 3u) & 4u),
  );
  let corner = vec2u(tile % u.tiles.x, tile / u.tiles.x) * 16u + 2u * quad;
  let x = f32(corner.x) + vec4f(0.0, 1.0, 0.0, 1.0);
  let y = f32(corner.y) + vec4f(0.0, 0.0, 1.0, 1.0);
  let inside = vec4u(corner.x, corner.x + 1u, corner.x, corner.x + 1u) < vec4u(u.size.x) &
    vec4u(corner.yy, corner.yy + 1u) < vec4u(u.size.y);
  var live = inside;
  var t = vec4f(1.0);
  var red = vec4f(0.0);
  var green = vec4f(0.0);
  var blue = vec4f(0.0);
  var nearness = vec4f(0.0);
  var last = vec4u(0u);
  let start = starts[tile];
  let end = starts[tile + 1u];
  var counted = false;
  for (var first = start; first < end; first += 64u) {
    if (!counted && !any(live)) {
      counted = true;
      atomicAdd(&finished, 1u);
    }
    workgroupBarrier();
    if (atomicLoad(&finished) == 64u) { break; }
    if (first + lane < end) {
      let g = owners[pairs[first + lane]];
      batch[3u * lane] = places[g];
      batch[3u * lane + 1u] = shapes[g];
      batch[3u * lane + 2u] = colours[g];
    }
    workgroupBarrier();
    let here = select(min(64u, end - first), 0u, counted);
    for (var k = 0u; k < here; k++) {
      let place = batch[3u * k];
      let shape = batch[3u * k + 1u];
      let power = exponents(place.x - x, place.y - y, place.zw, shape.x);
      let alpha = min(vec4f(MOST_ALPHA), shape.y * exp(power));
      let hit = live & power <= vec4f(0.0) & alpha >= vec4f(LEAST_ALPHA);
      if (!any(hit)) { continue; }
      let next = t * (1.0 - alpha);
      let take = hit & next >= vec4f(LEAST_LIGHT);
      live = live & (take | !hit);
      let weight = select(vec4f(0.0), alpha * t, take);
      let colour = batch[3u * k + 2u];
      red += colour.x * weight;
      green += colour.y * weight;
      blue += colour.z * weight;
      nearness += shape.z * weight;
      t = select(t, next, take);
      last = select(last, vec4u(first - start + k + 1u), take);
      if (!any(live)) { break; }
    }
  }
  red += t * u.background.x;
  green += t * u.background.y;
  blue += t * u.background.z;
  let plane = u.size.x * u.size.y;
  // Without room for all pairs there is no picture: NaN, made of bits known at run time only.
  let poison = select(0u, 0x7fc00000u, frame[3] == 1u);
  for (var k = 0u; k < 4u; k++) {
    if (!inside[k]) { continue; }
    let pixel = (corner.y + k / 2u) * u.size.x + corner.x + k % 2u;
    image[pixel] = bitcast<f32>(bitcast<u32>(red[k]) | poison);
    image[plane + pixel] = bitcast<f32>(bitcast<u32>(green[k]) | poison);
    image[2u * plane + pixel] = bitcast<f32>(bitcast<u32>(blue[k]) | poison);
    inverse_depth[pixel] = bitcast<f32>(bitcast<u32>(nearness[k]) | poison);
    remaining[pixel] = t[k];
    depth_of_list[pixel] = last[k];
  }
}
