// y[i] = offset of the tile + sum of x before i (and x[i], if inclusive); one workgroup owns a tile of 4096.
struct Uniforms { count: u32, outputs: u32, tiles: u32, flags: u32, inclusive: u32, offset: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;

// One word in 33 stays empty, so that neither rows nor columns of sixteen fall into one bank.
var<workgroup> words: array<u32, 4224>;

fn padded(i: u32) -> u32 {
  return i + (i >> 5u);
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = group.x + group.y * groups.x;
  if (tile >= u.tiles) { return; }
  let start = tile * 4096u;
  for (var i = lane; i < 4096u; i += 256u) {
    var value = 0u;
    if (start + i < u.count) {
      value = x[start + i];
    }
    words[padded(i)] = select(value, min(value, 1u), u.flags == 1u);
  }
  workgroupBarrier();
  var sum = 0u;
  for (var i = 0u; i < 16u; i++) {
    sum += words[padded(16u * lane + i)];
  }
  var before = workgroup_scan(sum, lane).x;
  // A single tile has no offsets.
  if (u.offset != 0xffffffffu) {
    before += offsets[u.offset + tile];
  }
  for (var i = 0u; i < 16u; i++) {
    let at = padded(16u * lane + i);
    let value = words[at];
    words[at] = before + select(0u, value, u.inclusive == 1u);
    before += value;
  }
  workgroupBarrier();
  for (var i = lane; i < min(4096u, u.outputs - start); i += 256u) {
    y[start + i] = words[padded(i)];
  }
}
