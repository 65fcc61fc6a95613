// dx = dy / size ((1 - t) sigmoid(x) - t sigmoid(-x)), without the logarithms that are stopped;
// one thread owns one element.
struct Uniforms { size: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dlogits: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.size) { return; }
  let x = logits[i];
  let t = targets[i];
  let push = select(0.0, (1.0 - t) * sigmoid(x), x < 100.0);
  let pull = select(0.0, t * sigmoid(-x), x > -100.0);
  dlogits[i] = dy[0] / f32(u.size) * (push - pull);
}
