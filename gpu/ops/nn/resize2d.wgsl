// y[plane, p] = (added[plane, p] +) x[plane, ...] at p of a resized image; one thread owns one value.
struct Uniforms { planes: u32, start_x: u32, start_y: u32, start_added: u32, input: vec2u, output: vec2u, ratio: vec2f }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> added: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

override ADD: bool = false;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.planes * u.output.x * u.output.y) { return; }
  let row = draw(index / u.output.y % u.output.x, u.ratio.x, u.input.x);
  let col = draw(index % u.output.y, u.ratio.y, u.input.y);
  let plane = u.start_x + index / u.output.y / u.output.x * u.input.x * u.input.y;
  let near = plane + row.near * u.input.y;
  var value = x[near + col.near];
  if (LINEAR) {
    let far = plane + row.far * u.input.y;
    value = mix(
      mix(value, x[near + col.far], col.share),
      mix(x[far + col.near], x[far + col.far], col.share),
      row.share,
    );
  }
  if (ADD) { value += added[u.start_added + index]; }
  y[u.start_y + index] = value;
}
