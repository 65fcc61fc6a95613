// Colour of the first voxel on a ray, found cell by cell (Amanatides and Woo 1987); one thread owns one pixel.
struct Uniforms {
  size: vec2u,
  classes: u32,
  dims: vec3u,
  origin: vec3f,
  cell: f32,
  position: vec3f,
  forward: vec3f,
  across: vec3f,
  down: vec3f,
  background: vec3f,
  // The camera above the ground below the origin, metres; the rest as stage.wgsl has it.
  standing: vec3f,
  bounds: vec4f,
  spacing: f32,
  // Metres that a pixel covers a metre ahead.
  footprint: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read> palette: array<f32>;
@group(0) @binding(3) var<storage, read_write> picture: array<u32>;

// Rays of a pixel along each axis.
override SAMPLES: u32 = 2;

// Part of an edge that is drawn as an outline, and how dark.
const OUTLINE = 0.05;
const OUTLINE_LIGHT = 0.72;
// Of a grid's lowest voxels; gives bird's-eye views their depth.
const LOWEST_LIGHT = 0.75;
const NEVER_ZERO = 1e-9;
// Lines on the ground lie on what is at most so much higher or lower, metres.
const DRAPED = 1.0;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.size.x * u.size.y) { return; }
  let pixel = vec2f(vec2u(at % u.size.x, at / u.size.x));
  var colour = vec3f(0.0);
  for (var v = 0u; v < SAMPLES; v++) {
    for (var s = 0u; s < SAMPLES; s++) {
      colour += along_ray(pixel + (vec2f(vec2u(s, v)) + 0.5) / f32(SAMPLES));
    }
  }
  let bytes = vec3u(round(255.0 * saturate(colour / f32(SAMPLES * SAMPLES))));
  picture[at] = bytes.x | (bytes.y << 8u) | (bytes.z << 16u) | 0xff000000u;
}

fn along_ray(pixel: vec2f) -> vec3f {
  let place = 2.0 * pixel / vec2f(u.size) - 1.0;
  let raw = u.forward + place.x * u.across + place.y * u.down;
  let ray = select(raw, vec3f(NEVER_ZERO), abs(raw) < vec3f(NEVER_ZERO));
  let seen = first_voxel(ray);
  if (u.spacing <= 0.0) { return seen.xyz; }
  let car = car_on(u.standing, ray);
  if (car.w < seen.w) { return car.xyz; }
  // On the voxel where it is as high as the ground, else on the ground in front of it.
  let low = abs(u.standing.z + seen.w * ray.z) < DRAPED;
  let ground = select(ground_on(u.standing, ray), seen.w, low);
  if (ground > seen.w) { return seen.xyz; }
  let at = u.standing.xy + ground * ray.xy;
  return mix(seen.xyz, STAGE_INK, ink_at(at, ground * u.footprint, u.bounds, u.spacing));
}

// Colour of the first voxel on a ray and its depth, of the background STAGE_FAR.
fn first_voxel(ray: vec3f) -> vec4f {
  let nothing = vec4f(u.background, STAGE_FAR);
  let start = (u.position - u.origin) / u.cell;
  let inverse = 1.0 / ray;
  let dims = vec3f(u.dims);
  let walls = array(-start * inverse, (dims - start) * inverse);
  let near = min(walls[0], walls[1]);
  let far = max(walls[0], walls[1]);
  var depth = max(max(near.x, near.y), max(near.z, 0.0));
  if (depth >= min(far.x, min(far.y, far.z))) { return nothing; }

  let ahead = vec3f(ray > vec3f(0.0));
  let stride = 2.0 * ahead - 1.0;
  var axis = select(select(2u, 1u, near.y == depth), 0u, near.x == depth);
  var voxel = clamp(floor(start + depth * ray), vec3f(0.0), dims - 1.0);
  if (depth > 0.0) { voxel[axis] = select(dims[axis] - 1.0, 0.0, ray[axis] > 0.0); }
  // Every step goes on by one cell along one axis.
  for (var i = 0u; i < u.dims.x + u.dims.y + u.dims.z; i++) {
    let index = vec3u(voxel);
    let label = labels[(index.x * u.dims.y + index.y) * u.dims.z + index.z];
    if (label < u.classes) {
      let colour = vec3f(palette[3u * label], palette[3u * label + 1u], palette[3u * label + 2u]);
      let bright = light(start + depth * ray - voxel, axis, ray) *
        mix(LOWEST_LIGHT, 1.0, (voxel.z + 0.5) / dims.z);
      return vec4f(colour * bright, depth * u.cell);
    }
    let next = (voxel + ahead - start) * inverse;
    axis = select(select(2u, 1u, next.y <= next.z), 0u, next.x <= min(next.y, next.z));
    depth = next[axis];
    voxel[axis] += stride[axis];
    if (voxel[axis] < 0.0 || voxel[axis] >= dims[axis]) { break; }
  }
  return nothing;
}

// Light from above and behind; `inside` is where the ray meets the voxel, from 0 to 1.
fn light(inside: vec3f, axis: u32, ray: vec3f) -> f32 {
  var face = select(select(0.5, 1.0, ray.z < 0.0), 0.85, axis == 1u);
  if (axis == 0u) { face = 0.72; }
  var edges = min(inside, 1.0 - inside);
  edges[axis] = 1.0;
  let edge = min(edges.x, min(edges.y, edges.z));
  return face * select(1.0, OUTLINE_LIGHT, edge < OUTLINE);
}
