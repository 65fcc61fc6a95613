// y[plane, p] = (added[plane, p] +) x[plane, ...] at p of a resized image; one thread owns four
// neighbours of a row, whose places in x it works out together.
struct Uniforms { planes: u32, start_x: u32, start_y: u32, start_added: u32, input: vec2u, output: vec2u, ratio: vec2f }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> added: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

override ADD: bool = false;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let across = u.output.y >> 2u;
  let line = index / across;
  if (line >= u.planes * u.output.x) { return; }
  let first = (index % across) << 2u;
  let row = draw(line % u.output.x, u.ratio.x, u.input.x);
  let plane = u.start_x + line / u.output.x * u.input.x * u.input.y;
  let near = plane + row.near * u.input.y;
  let far = plane + row.far * u.input.y;
  let a = draw(first, u.ratio.y, u.input.y);
  let b = draw(first + 1u, u.ratio.y, u.input.y);
  let c = draw(first + 2u, u.ratio.y, u.input.y);
  let d = draw(first + 3u, u.ratio.y, u.input.y);
  var value = vec4f(x[near + a.near], x[near + b.near], x[near + c.near], x[near + d.near]);
  if (LINEAR) {
    let share = vec4f(a.share, b.share, c.share, d.share);
    let above = mix(
      value,
      vec4f(x[near + a.far], x[near + b.far], x[near + c.far], x[near + d.far]),
      share,
    );
    let below = mix(
      vec4f(x[far + a.near], x[far + b.near], x[far + c.near], x[far + d.near]),
      vec4f(x[far + a.far], x[far + b.far], x[far + c.far], x[far + d.far]),
      share,
    );
    value = mix(above, below, row.share);
  }
  if (ADD) { value += added[(u.start_added >> 2u) + index]; }
  y[(u.start_y >> 2u) + index] = value;
}
