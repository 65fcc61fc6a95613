// dgrid of one node = sum over the pixels within a cell of it, weight dy (r, g, b, 1); a workgroup owns a node, so that no sum needs atomics.
struct Uniforms { width: u32, height: u32, size: vec3u, start: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> image: array<f32>;
@group(0) @binding(2) var<storage, read> places: array<vec2f>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dgrids: array<f32>;

override PLACED: bool;
var<workgroup> shares: array<f32, 768>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = group.x + group.y * groups.x;
  if (index >= u.size.x * u.size.y * u.size.z) { return; }
  let node = vec3u(index % u.size.x, (index / u.size.x) % u.size.y, index / (u.size.x * u.size.y));
  let pixels = u.width * u.height;
  let extent = vec2u(u.width, u.height);
  var first = vec2u(0u);
  var last = extent;
  if (!PLACED) {
    // Pixels whose middles lie within a cell of the node, and one more for rounding.
    let cells = max(vec2f(u.size.xy - 1u), vec2f(1.0));
    let from_pixel = vec2f(extent) / cells;
    first = vec2u(max(floor((vec2f(node.xy) - 1.0) * from_pixel) - 1.0, vec2f(0.0)));
    last = min(vec2u(ceil((vec2f(node.xy) + 1.0) * from_pixel) + 1.0), extent);
  }
  let span = last - first;
  var sums: array<f32, 12>;
  for (var i = thread; i < span.x * span.y; i += 64u) {
    let n = (first.y + i / span.x) * u.width + first.x + i % span.x;
    let colour = vec3f(image[n], image[pixels + n], image[2u * pixels + n]);
    let coordinate = coordinate_of(place_of(n), dot(colour, LUMINANCE));
    let near = max(1.0 - abs(coordinate - vec3f(node)), vec3f(0.0));
    let weight = near.x * near.y * near.z;
    if (weight == 0.0) { continue; }
    for (var channel = 0u; channel < 3u; channel++) {
      let given = weight * dy[channel * pixels + n];
      sums[4u * channel] += given * colour.x;
      sums[4u * channel + 1u] += given * colour.y;
      sums[4u * channel + 2u] += given * colour.z;
      sums[4u * channel + 3u] += given;
    }
  }
  for (var i = 0u; i < 12u; i++) {
    shares[64u * i + thread] = sums[i];
  }
  workgroupBarrier();
  if (thread < 12u) {
    var sum = 0.0;
    for (var i = 0u; i < 64u; i++) {
      sum += shares[64u * thread + i];
    }
    dgrids[u.start + thread * u.size.x * u.size.y * u.size.z + index] = sum;
  }
}
