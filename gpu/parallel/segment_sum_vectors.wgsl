// sums[s, c] = sum of values[order[i], c] for offsets[s] <= i < offsets[s + 1], in that order; one
// thread owns four channels of a segment.
struct Uniforms {
  segments: u32, vectors: u32,
  // 1 where the rows are order[i] instead of i.
  ordered: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> values: array<vec4f>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let segment = index / u.vectors;
  if (segment >= u.segments) { return; }
  let vector = index % u.vectors;
  let end = offsets[segment + 1u];
  var sum = vec4f();
  for (var i = offsets[segment]; i < end; i++) {
    var row = i;
    if (u.ordered == 1u) { row = order[i]; }
    sum += values[row * u.vectors + vector];
  }
  sums[index] = sum;
}
