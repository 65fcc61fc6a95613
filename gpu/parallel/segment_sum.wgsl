// sums[s, c] = sum of values[order[i], c] for offsets[s] <= i < offsets[s + 1], in a fixed order. Of a
// workgroup's 64 threads COLUMNS stand side by side, an element each, ROWS share a segment; the rest are more
// segments.
struct Uniforms {
  segments: u32, columns: u32, blocks: u32,
  // 1 where the rows are order[i] instead of i.
  ordered: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> values: array<Element>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read_write> sums: array<Element>;

override COLUMNS = 64u;
override ROWS = 1u;
var<workgroup> partial: array<Element, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let per_group = 64u / (COLUMNS * ROWS);
  let owned = group.x + group.y * groups.x;
  let segment = owned / u.blocks * per_group + lane / (COLUMNS * ROWS);
  let row_lane = lane / COLUMNS % ROWS;
  let column = owned % u.blocks * COLUMNS + lane % COLUMNS;
  let owns = segment < u.segments && column < u.columns;
  var sum = Element();
  if (owns) {
    let end = offsets[segment + 1u];
    for (var i = offsets[segment] + row_lane; i < end; i += ROWS) {
      var row = i;
      if (u.ordered == 1u) {
        row = order[i];
      }
      sum += values[row * u.columns + column];
    }
  }
  if (ROWS == 1u) {
    if (owns) {
      sums[segment * u.columns + column] = sum;
    }
    return;
  }
  partial[lane] = sum;
  workgroupBarrier();
  for (var stride = ROWS / 2u; stride > 0u; stride /= 2u) {
    if (row_lane < stride) {
      partial[lane] += partial[lane + stride * COLUMNS];
    }
    workgroupBarrier();
  }
  if (owns && row_lane == 0u) {
    sums[segment * u.columns + column] = partial[lane];
  }
}
