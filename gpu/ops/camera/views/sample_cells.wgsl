// The cell of each sample of a frame: level, camera and upper left corner, and its group; the number of all cells where the picture is 0. A thread owns one row and level.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  rows: u32, points: u32, groups: u32, frames: u32, frame: u32, levels: u32, cameras: u32,
  cells: u32, width: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> location: array<vec2f>;
@group(0) @binding(2) var<storage, read> view: array<u32>;
@group(0) @binding(3) var<storage, read_write> keys: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
) {
  let index = id.x + id.y * workgroups.x * 64u;
  if (index >= u.rows * u.levels) { return; }
  let row = index / u.levels;
  let place = u.frame * u.rows + row;
  let shape = level_of(index % u.levels);
  let position = level_place(location[place], shape);
  var key = u.groups * u.cameras * u.cells;
  if (is_near(position, shape)) {
    // A level has one cell more than pixels on each axis, for the corner may lie one pixel outside.
    let low = vec2u(vec2i(floor(position)) + vec2i(1));
    key = (group_of(row) * u.cameras + view[place]) * u.cells + shape.w + low.y * (shape.y + 1u) +
      low.x;
  }
  keys[index] = key;
}
