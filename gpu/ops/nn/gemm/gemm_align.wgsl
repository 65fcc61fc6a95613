// aligned[batch, line, i] = x[batch, line, i] by strides, 0 past the last line and the end of a line; one thread owns four values.
struct Uniforms {
  lines: u32, length: u32, x_start: u32, x_stride: u32, x_batch: u32,
  padded_lines: u32, stride: u32, vectors: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> aligned: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.vectors) { return; }
  let i = 4u * index % u.stride + vec4u(0u, 1u, 2u, 3u);
  let line = 4u * index / u.stride % u.padded_lines;
  let batch = 4u * index / u.stride / u.padded_lines;
  let inside = (i < vec4u(u.length)) & vec4<bool>(line < u.lines);
  let at = u.x_start + batch * u.x_batch + line * u.x_stride + i;
  aligned[index] = select(vec4f(), vec4f(x[at.x], x[at.y], x[at.z], x[at.w]), inside);
}
