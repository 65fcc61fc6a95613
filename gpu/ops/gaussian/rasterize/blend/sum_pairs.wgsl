// sums[g] = gradients of Gaussian g over its pairs, in their order; a thread owns a Gaussian of at most 64
// pairs, and its workgroup of 64 threads together one with more.
struct Uniforms {
  count: u32,
  // Rows of sums bound here and the first of them: the rest is left to other windows.
  first: u32,
  rows: u32,
  // Of the window of pairs: the first, and how many Gaussians of it may begin at.
  first_pair: u32,
  begins: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> frame: array<u32>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read> dplaces: array<vec4f>;
@group(0) @binding(5) var<storage, read> dshapes: array<vec4f>;
@group(0) @binding(6) var<storage, read> dcolours: array<vec4f>;
// Twelve numbers a Gaussian: place, shape, colour.
@group(0) @binding(7) var<storage, read_write> sums: array<vec4f>;

// Whether the three vectors of a pair stand together in one tensor, which is bound three times.
override TOGETHER = false;

fn place_of(pair: u32) -> vec4f {
  return dplaces[select(pair, 3u * pair, TOGETHER)];
}

fn shape_of(pair: u32) -> vec4f {
  return dshapes[select(pair, 3u * pair + 1u, TOGETHER)];
}

fn colour_of(pair: u32) -> vec4f {
  return dcolours[select(pair, 3u * pair + 2u, TOGETHER)];
}

var<workgroup> firsts: array<u32, 64>;
var<workgroup> lengths: array<u32, 64>;
var<workgroup> crowded: atomic<u32>;
var<workgroup> any_crowded: u32;
var<workgroup> shares: array<vec4f, 192>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let base = 64u * (group.x + group.y * groups.x);
  let j = base + lane;
  var length = 0u;
  var first = 0u;
  var row = 0u;
  if (j < u.count && j < frame[0]) {
    row = order[j] - u.first;
    // Without room for the pairs there are none, which the first window says.
    first = select(offsets[j], 0u, frame[3] == 1u) - u.first_pair;
  }
  if (j < u.count && j < frame[0] && row < u.rows && first < u.begins) {
    length = select(offsets[j + 1u] - offsets[j], 0u, frame[3] == 1u);
    if (length <= 64u) {
      var place = vec4f(0.0);
      var shape = vec4f(0.0);
      var colour = vec4f(0.0);
      for (var i = first; i < first + length; i++) {
        place += place_of(i);
        shape += shape_of(i);
        colour += colour_of(i);
      }
      sums[3u * row] = place;
      sums[3u * row + 1u] = shape;
      sums[3u * row + 2u] = colour;
    } else {
      atomicAdd(&crowded, 1u);
    }
  }
  firsts[lane] = first;
  lengths[lane] = length;
  workgroupBarrier();
  if (lane == 0u) {
    any_crowded = atomicLoad(&crowded);
  }
  if (workgroupUniformLoad(&any_crowded) == 0u) { return; }
  for (var k = 0u; k < 64u; k++) {
    let many = workgroupUniformLoad(&lengths[k]);
    if (many <= 64u) { continue; }
    var place = vec4f(0.0);
    var shape = vec4f(0.0);
    var colour = vec4f(0.0);
    for (var i = firsts[k] + lane; i < firsts[k] + many; i += 64u) {
      place += place_of(i);
      shape += shape_of(i);
      colour += colour_of(i);
    }
    shares[lane] = place;
    shares[64u + lane] = shape;
    shares[128u + lane] = colour;
    workgroupBarrier();
    for (var stride = 32u; stride > 0u; stride /= 2u) {
      if (lane < stride) {
        shares[lane] += shares[lane + stride];
        shares[64u + lane] += shares[64u + lane + stride];
        shares[128u + lane] += shares[128u + lane + stride];
      }
      workgroupBarrier();
    }
    if (lane < 3u) {
      sums[3u * (order[base + k] - u.first) + lane] = shares[64u * lane];
    }
    workgroupBarrier();
  }
}
