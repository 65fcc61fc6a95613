// Colour of the shaded ellipsoids (x - m) A (x - m) = 1 on a ray, blended in the order of their tile's list; a workgroup owns a tile of 16x16 pixels, a thread one pixel.
struct Uniforms {
  size: vec2u,
  columns: u32,
  forward: vec3f,
  across: vec3f,
  down: vec3f,
  light: vec3f,
  background: vec3f,
  // The camera above the ground below the origin, metres; the rest as stage.wgsl has it.
  standing: vec3f,
  bounds: vec4f,
  spacing: f32,
  // Metres that a pixel covers a metre ahead.
  footprint: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
// Centre from the camera and alpha; A's xx, yy, zz, xy; its yz, xz; colour.
@group(0) @binding(1) var<storage, read> records: array<vec4f>;
// First place of each tile in `list`, and one past the last.
@group(0) @binding(2) var<storage, read> starts: array<u32>;
@group(0) @binding(3) var<storage, read> list: array<u32>;
@group(0) @binding(4) var<storage, read_write> picture: array<u32>;

// Rays of a pixel along each axis.
override SAMPLES: u32 = 2;
const TILE = 16u;
// What is behind this much does not show in a byte.
const OPAQUE = 0.002;
const AMBIENT = 0.55;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let tile = group.x + group.y * groups.x;
  let pixel = TILE * vec2u(tile % u.columns, tile / u.columns) + vec2u(thread % TILE, thread / TILE);
  if (any(pixel >= u.size)) { return; }
  var colour = vec3f(0.0);
  for (var v = 0u; v < SAMPLES; v++) {
    for (var s = 0u; s < SAMPLES; s++) {
      colour += along_ray(tile, vec2f(pixel) + (vec2f(vec2u(s, v)) + 0.5) / f32(SAMPLES));
    }
  }
  let bytes = vec3u(round(255.0 * saturate(colour / f32(SAMPLES * SAMPLES))));
  picture[pixel.y * u.size.x + pixel.x] = bytes.x | (bytes.y << 8u) | (bytes.z << 16u) | 0xff000000u;
}

fn along_ray(tile: u32, pixel: vec2f) -> vec3f {
  let place = 2.0 * pixel / vec2f(u.size) - 1.0;
  let ray = u.forward + place.x * u.across + place.y * u.down;
  var colour = vec3f(0.0);
  var passing = 1.0;
  var car = vec4f(STAGE_FAR);
  var ground = STAGE_FAR;
  var ink = 0.0;
  if (u.spacing > 0.0) {
    car = car_on(u.standing, ray);
    ground = ground_on(u.standing, ray);
    ink = ink_at(u.standing.xy + ground * ray.xy, ground * u.footprint, u.bounds, u.spacing);
  }
  let end = starts[tile + 1u];
  for (var i = starts[tile]; i < end && passing > OPAQUE; i++) {
    let start = 4u * list[i];
    let mean = records[start];
    let shape = records[start + 1u];
    let cross = records[start + 2u];
    let pull = times(shape, cross.xy, ray);
    let steepness = dot(ray, pull);
    // Where the ray comes closest to the centre, in the ellipsoid's own measure.
    let middle = dot(mean.xyz, pull) / steepness;
    let offset = middle * ray - mean.xyz;
    let inside = 1.0 - dot(offset, times(shape, cross.xy, offset));
    if (!(inside > 0.0)) { continue; }
    let back = sqrt(inside / steepness);
    let depth = middle - back;
    if ((depth <= 0.0) || (depth >= car.w)) { continue; }
    if ((ink > 0.0) && (ground < min(depth, car.w))) {
      colour += passing * ink * STAGE_INK;
      passing *= 1.0 - ink;
      ink = 0.0;
    }
    let normal = normalize(times(shape, cross.xy, offset - back * ray));
    let bright = AMBIENT + (1.0 - AMBIENT) * max(0.0, dot(normal, u.light));
    colour += passing * mean.w * bright * records[start + 3u].xyz;
    passing *= 1.0 - mean.w;
  }
  if (car.w < ground) { return colour + passing * car.xyz; }
  return colour + passing * mix(u.background, STAGE_INK, ink);
}

fn times(shape: vec4f, cross: vec2f, v: vec3f) -> vec3f {
  return vec3f(
    shape.x * v.x + shape.w * v.y + cross.y * v.z,
    shape.w * v.x + shape.y * v.y + cross.x * v.z,
    cross.y * v.x + cross.x * v.y + shape.z * v.z,
  );
}
