// Cells counted from the lowest mean, the largest index of each axis, and the cells' numbers in a grid of that
// size; one workgroup owns it all.
struct Uniforms { gaussians: u32, width: u32, edge: f32, low: vec3f, range: vec3f }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> anchor: array<f32>;
@group(0) @binding(2) var<storage, read_write> cells: array<i32>;
@group(0) @binding(3) var<storage, read_write> keys: array<i32>;
@group(0) @binding(4) var<storage, read_write> largest: array<i32>;

var<workgroup> lows: array<vec3f, 256>;
var<workgroup> highs: array<vec3i, 256>;

fn mean_of(g: u32) -> vec3f {
  let a = g * u.width;
  return fma(safe_sigmoid(vec3f(anchor[a], anchor[a + 1u], anchor[a + 2u])), u.range, u.low);
}

fn cell_at(g: u32) -> vec3i {
  return vec3i(cells[3u * g], cells[3u * g + 1u], cells[3u * g + 2u]);
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
  var low = vec3f(3.4e38);
  for (var g = lane; g < u.gaussians; g += 256u) {
    low = min(low, mean_of(g));
  }
  lows[lane] = low;
  workgroupBarrier();
  for (var half = 128u; half > 0u; half /= 2u) {
    if (lane < half) {
      lows[lane] = min(lows[lane], lows[lane + half]);
    }
    workgroupBarrier();
  }
  low = lows[0];
  var high = vec3i(0);
  for (var g = lane; g < u.gaussians; g += 256u) {
    let cell = vec3i((mean_of(g) - low) / u.edge);
    for (var axis = 0u; axis < 3u; axis++) {
      cells[3u * g + axis] = cell[axis];
    }
    high = max(high, cell);
  }
  highs[lane] = high;
  workgroupBarrier();
  for (var half = 128u; half > 0u; half /= 2u) {
    if (lane < half) {
      highs[lane] = max(highs[lane], highs[lane + half]);
    }
    workgroupBarrier();
  }
  high = highs[0];
  for (var g = lane; g < u.gaussians; g += 256u) {
    let cell = cell_at(g);
    keys[3u * g] = (cell.x * high.y + cell.y) * high.z + cell.z;
    keys[3u * g + 1u] = 0;
    keys[3u * g + 2u] = 0;
  }
  if (lane < 3u) {
    largest[lane] = high[lane];
  }
}
