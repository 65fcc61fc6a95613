// Steps from a node to one of its 64 children, drawn by weight: the first one whose running sum exceeds
// the node's sum times a random number; one draw a thread.
struct Uniforms {
  count: u32,
  // Children of all nodes.
  size: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> random: array<f32>;
@group(0) @binding(3) var<storage, read_write> nodes: array<u32>;

const CHILDREN = 64u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let first = CHILDREN * nodes[i];
  let end = min(u.size, first + CHILDREN);
  var sum = 0.0;
  for (var child = first; child < end; child++) { sum += weights[child]; }
  let goal = sum * random[i];
  // Where rounding lets no sum exceed the goal, it is the last one that weighs anything.
  var drawn = first;
  var running = 0.0;
  for (var child = first; child < end; child++) {
    let weight = weights[child];
    running += weight;
    if (weight > 0.0) { drawn = child; }
    if (running > goal) { break; }
  }
  nodes[i] = drawn;
}
