// counts += (seen, correct, positive) of each class and of "occupied"; a workgroup strides over voxels.
struct Uniforms { voxels: u32, empty: u32, classes: u32, labels_known: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> predictions: array<u32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> mask: array<u32>;
// Place of a label among the classes, or `classes` for the others.
@group(0) @binding(4) var<storage, read> slots: array<u32>;
// 64-bit counters [classes + 1, 3], low words first and then high words.
@group(0) @binding(5) var<storage, read_write> counts: array<atomic<u32>>;
override MASKED: u32 = 0u;
override COUNTERS: u32 = 51u;

var<workgroup> tally: array<atomic<u32>, COUNTERS>;

fn slot_of(label: u32) -> u32 {
  if (label >= u.labels_known) { return u.classes; }
  return slots[label];
}

fn count(slot: u32, kind: u32) {
  atomicAdd(&tally[slot * 3u + kind], 1u);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  for (var i = lane; i < COUNTERS; i += 64u) {
    atomicStore(&tally[i], 0u);
  }
  workgroupBarrier();
  for (var voxel = group.x * 64u + lane; voxel < u.voxels; voxel += groups.x * 64u) {
    if (MASKED != 0u) {
      if (mask[voxel] == 0u) { continue; }
    }
    let label = labels[voxel];
    let prediction = predictions[voxel];
    let seen = slot_of(label);
    let positive = slot_of(prediction);
    if (seen < u.classes) { count(seen, 0u); }
    if (seen < u.classes && label == prediction) { count(seen, 1u); }
    if (positive < u.classes) { count(positive, 2u); }
    if (label != u.empty) { count(u.classes, 0u); }
    if (label != u.empty && prediction != u.empty) { count(u.classes, 1u); }
    if (prediction != u.empty) { count(u.classes, 2u); }
  }
  workgroupBarrier();
  for (var i = lane; i < COUNTERS; i += 64u) {
    let more = atomicLoad(&tally[i]);
    if (more == 0u) { continue; }
    let before = atomicAdd(&counts[i], more);
    // Exactly the addition that crosses 2^32 sees its sum wrap.
    if (before + more < before) {
      atomicAdd(&counts[COUNTERS + i], 1u);
    }
  }
}
