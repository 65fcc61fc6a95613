// keys[i] = min(index[i], rows): everything past the rows sorts behind them; one thread owns one key.
struct Uniforms { count: u32, rows: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> index: array<u32>;
@group(0) @binding(2) var<storage, read_write> keys: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i < u.count) {
    keys[i] = min(index[i], u.rows);
  }
}
