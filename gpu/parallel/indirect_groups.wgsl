// groups[k] = workgroups (x, y, 1) for the part of count[0] items that lies in chunk k; one chunk a thread.
struct Uniforms {
  // Item counts[at] says how many items there are.
  at: u32,
  items_per_group: u32,
  items_per_chunk: u32,
  chunks: u32,
  max_groups: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> counts: array<u32>;
@group(0) @binding(2) var<storage, read_write> groups_out: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let chunk = id.x;
  if (chunk >= u.chunks) { return; }
  let first = chunk * u.items_per_chunk;
  let count = counts[u.at];
  let items = min(max(count, first) - first, u.items_per_chunk);
  let wanted = (items + u.items_per_group - 1u) / u.items_per_group;
  let rows = max(1u, (wanted + u.max_groups - 1u) / u.max_groups);
  groups_out[3u * chunk] = (wanted + rows - 1u) / rows;
  groups_out[3u * chunk + 1u] = rows;
  groups_out[3u * chunk + 2u] = 1u;
}
