// sums[s, c] = sum of values[order[i], c] for offsets[s] <= i < offsets[s + 1], in a fixed order. Of a
// workgroup's 64 threads CHANNELS stand side by side, ROWS share a segment; the rest are more segments.
struct Uniforms {
  segments: u32, channels: u32, blocks: u32,
  // 1 where the rows are order[i] instead of i.
  ordered: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read_write> sums: array<f32>;

override CHANNELS = 64u;
override ROWS = 1u;
var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let per_group = 64u / (CHANNELS * ROWS);
  let owned = group.x + group.y * groups.x;
  let segment = owned / u.blocks * per_group + lane / (CHANNELS * ROWS);
  let row_lane = lane / CHANNELS % ROWS;
  let channel = owned % u.blocks * CHANNELS + lane % CHANNELS;
  let owns = segment < u.segments && channel < u.channels;
  var sum = 0.0;
  if (owns) {
    let end = offsets[segment + 1u];
    for (var i = offsets[segment] + row_lane; i < end; i += ROWS) {
      var row = i;
      if (u.ordered == 1u) {
        row = order[i];
      }
      sum += values[row * u.channels + channel];
    }
  }
  if (ROWS == 1u) {
    if (owns) {
      sums[segment * u.channels + channel] = sum;
    }
    return;
  }
  partial[lane] = sum;
  workgroupBarrier();
  for (var stride = ROWS / 2u; stride > 0u; stride /= 2u) {
    if (row_lane < stride) {
      partial[lane] += partial[lane + stride * CHANNELS];
    }
    workgroupBarrier();
  }
  if (owns && row_lane == 0u) {
    sums[segment * u.channels + channel] = partial[lane];
  }
}
