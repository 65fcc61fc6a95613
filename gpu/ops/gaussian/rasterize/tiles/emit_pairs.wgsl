// keys[i], owners[i] = tile and Gaussian of pair i, Gaussians by depth, their tiles by rows; one pair a thread.
struct Uniforms { tiles: vec2u, capacity: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> frame: array<u32>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read> places: array<vec4f>;
@group(0) @binding(5) var<storage, read> shapes: array<vec4f>;
@group(0) @binding(6) var<storage, read> radii: array<i32>;
@group(0) @binding(7) var<storage, read_write> keys: array<u32>;
@group(0) @binding(8) var<storage, read_write> owners: array<u32>;

override TIGHT = true;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= min(frame[2], u.capacity)) { return; }
  // The last one that starts at i or before.
  var low = 0u;
  var high = frame[0];
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (offsets[middle] <= i) {
      low = middle;
    } else {
      high = middle;
    }
  }
  let g = order[low];
  var left = i - offsets[low];
  let place = places[g];
  let shape = shapes[g];
  let rect = tile_rect(place.xy, f32(radii[g]));
  // Were two compilations of the span ever to differ by a rounding, the pair goes behind all tiles.
  var tile = u.tiles.x * u.tiles.y;
  if (TIGHT) {
    let ellipse = ellipse_of(place.xy, vec3f(place.zw, shape.x), shape.y);
    for (var row = rect.y; row < rect.w; row++) {
      let span = tile_span(ellipse, rect, row);
      let width = span.y - span.x;
      if (left < width) {
        tile = row * u.tiles.x + span.x + left;
        break;
      }
      left -= width;
    }
  } else {
    let width = rect.z - rect.x;
    tile = (rect.y + left / width) * u.tiles.x + rect.x + left % width;
  }
  keys[i] = tile;
  owners[i] = g;
}
