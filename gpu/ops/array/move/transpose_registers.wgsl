// y[b, c, r] = x[b, r, c] in words; one thread owns a block of 4 x 4 (software adapters, where a
// workgroup's barriers cost more than reads across rows).
struct Uniforms { batch: u32, row_quads: u32, column_quads: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4u>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let blocks = u.row_quads * u.column_quads;
  let b = index / blocks;
  if (b >= u.batch) { return; }
  // Neighbouring threads write to neighbouring places: stores miss the cache dearer than loads.
  let row = index % u.row_quads;
  let column = index / u.row_quads % u.column_quads;
  let source = 4u * b * blocks + 4u * row * u.column_quads + column;
  let r0 = x[source];
  let r1 = x[source + u.column_quads];
  let r2 = x[source + 2u * u.column_quads];
  let r3 = x[source + 3u * u.column_quads];
  let place = 4u * b * blocks + 4u * column * u.row_quads + row;
  y[place] = vec4u(r0.x, r1.x, r2.x, r3.x);
  y[place + u.row_quads] = vec4u(r0.y, r1.y, r2.y, r3.y);
  y[place + 2u * u.row_quads] = vec4u(r0.z, r1.z, r2.z, r3.z);
  y[place + 3u * u.row_quads] = vec4u(r0.w, r1.w, r2.w, r3.w);
}
