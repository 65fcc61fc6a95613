// Gradients of colours or harmonics, the latter's by direction added to those of the means; one Gaussian a thread.
struct Uniforms { eye: vec3f, count: u32, rest: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> means: array<f32>;
@group(0) @binding(2) var<storage, read> harmonics: array<f32>;
@group(0) @binding(3) var<storage, read> touched: array<u32>;
@group(0) @binding(4) var<storage, read> colours: array<vec4f>;
@group(0) @binding(5) var<storage, read> sums: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dbase: array<f32>;
@group(0) @binding(7) var<storage, read_write> dharmonics: array<f32>;
@group(0) @binding(8) var<storage, read_write> dmeans: array<f32>;

override GIVEN = false;
override DEGREE = 3u;

// Writes the gradient of coefficient k and returns how much its basis function counts.
fn pass_back(i: u32, k: u32, basis: f32, dcolour: vec3f) -> f32 {
  let at = 3u * (i * u.rest + k - 1u);
  let d = basis * dcolour;
  let weight = dot(vec3f(harmonics[at], harmonics[at + 1u], harmonics[at + 2u]), dcolour);
  dharmonics[at] = d.x;
  dharmonics[at + 1u] = d.y;
  dharmonics[at + 2u] = d.z;
  return weight;
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  var dcolour = vec3f(0.0);
  if (touched[i] > 0u) {
    dcolour = sums[3u * i + 2u].xyz;
    let flags = u32(colours[i].w);
    dcolour = select(dcolour, vec3f(0.0), (vec3u(flags) & vec3u(1u, 2u, 4u)) > vec3u(0u));
  }
  let dfirst = select(SH0, 1.0, GIVEN) * dcolour;
  dbase[3u * i] = dfirst.x;
  dbase[3u * i + 1u] = dfirst.y;
  dbase[3u * i + 2u] = dfirst.z;
  if (GIVEN) { return; }
  if (touched[i] == 0u || DEGREE == 0u) {
    for (var k = 0u; k < 3u * u.rest; k++) {
      dharmonics[3u * u.rest * i + k] = 0.0;
    }
    return;
  }
  let away = vec3f(means[3u * i], means[3u * i + 1u], means[3u * i + 2u]) - u.eye;
  let inverse = inverseSqrt(dot(away, away));
  let direction = away * inverse;
  let y = sh_basis(direction);
  var w: Basis;
  w.a.y = pass_back(i, 1u, y.a.y, dcolour);
  w.a.z = pass_back(i, 2u, y.a.z, dcolour);
  w.a.w = pass_back(i, 3u, y.a.w, dcolour);
  var used = 3u;
  if (DEGREE > 1u) {
    w.b.x = pass_back(i, 4u, y.b.x, dcolour);
    w.b.y = pass_back(i, 5u, y.b.y, dcolour);
    w.b.z = pass_back(i, 6u, y.b.z, dcolour);
    w.b.w = pass_back(i, 7u, y.b.w, dcolour);
    w.c.x = pass_back(i, 8u, y.c.x, dcolour);
    used = 8u;
  }
  if (DEGREE > 2u) {
    w.c.y = pass_back(i, 9u, y.c.y, dcolour);
    w.c.z = pass_back(i, 10u, y.c.z, dcolour);
    w.c.w = pass_back(i, 11u, y.c.w, dcolour);
    w.d.x = pass_back(i, 12u, y.d.x, dcolour);
    w.d.y = pass_back(i, 13u, y.d.y, dcolour);
    w.d.z = pass_back(i, 14u, y.d.z, dcolour);
    w.d.w = pass_back(i, 15u, y.d.w, dcolour);
    used = 15u;
  }
  for (var k = 3u * used; k < 3u * u.rest; k++) {
    dharmonics[3u * u.rest * i + k] = 0.0;
  }
  let slope = sh_slope(direction, w);
  let turn = (slope - direction * dot(direction, slope)) * inverse;
  dmeans[3u * i] += turn.x;
  dmeans[3u * i + 1u] += turn.y;
  dmeans[3u * i + 2u] += turn.z;
}
