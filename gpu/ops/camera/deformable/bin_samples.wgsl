// Counts the kept samples by the cell of their upper left corner, or lists their points by cell; a thread owns one (point, camera) pair.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  first: u32, pairs: u32, cameras: u32, groups: u32, cells: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> location: array<vec2f>;
@group(0) @binding(2) var<storage, read> keep: array<u32>;
@group(0) @binding(3) var<storage, read> starts: array<u32>;
@group(0) @binding(4) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(5) var<storage, read_write> points: array<u32>;

override LEVELS: u32;
override LIST: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.pairs) { return; }
  let pair = u.first + index;
  let word = keep[pair];
  if (word == 0u) { return; }
  let uv = location[pair];
  let camera = pair % u.cameras;
  for (var level = 0u; level < LEVELS; level++) {
    if (((word >> (level * u.groups)) & (0xffffffffu >> (32u - u.groups))) == 0u) { continue; }
    let shape = level_of(level);
    let low = vec2u(vec2i(floor(level_position(uv, shape))) + vec2i(1));
    let cell = camera * u.cells + shape.w + min(low.y, shape.x) * (shape.y + 1u) +
      min(low.x, shape.y);
    let place = atomicAdd(&counts[cell], 1u);
    if (LIST) {
      points[starts[cell] + place] = pair / u.cameras;
    }
  }
}
