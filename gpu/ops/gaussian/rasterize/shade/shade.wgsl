// Colours of the visible Gaussians, given or from spherical harmonics; one Gaussian a thread.
struct Uniforms { eye: vec3f, count: u32, rest: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> means: array<f32>;
// Colours [n, 3], or the first coefficient of the harmonics with the others in `harmonics`.
@group(0) @binding(2) var<storage, read> base: array<f32>;
@group(0) @binding(3) var<storage, read> harmonics: array<f32>;
@group(0) @binding(4) var<storage, read_write> radii: array<i32>;
@group(0) @binding(5) var<storage, read_write> touched: array<u32>;
// (r, g, b, 1 for a clamped red + 2 for green + 4 for blue).
@group(0) @binding(6) var<storage, read_write> colours: array<vec4f>;

override GIVEN = false;
override DEGREE = 3u;

fn coefficient(i: u32, k: u32) -> vec3f {
  let at = 3u * (i * u.rest + k - 1u);
  return vec3f(harmonics[at], harmonics[at + 1u], harmonics[at + 2u]);
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  colours[i] = vec4f(0.0);
  if (radii[i] == 0) { return; }
  var colour = vec3f(base[3u * i], base[3u * i + 1u], base[3u * i + 2u]);
  var flags = 0.0;
  if (!GIVEN) {
    let y = sh_basis(normalize(vec3f(means[3u * i], means[3u * i + 1u], means[3u * i + 2u]) - u.eye));
    colour *= SH0;
    if (DEGREE > 0u) {
      colour += y.a.y * coefficient(i, 1u) + y.a.z * coefficient(i, 2u) + y.a.w * coefficient(i, 3u);
    }
    if (DEGREE > 1u) {
      colour += y.b.x * coefficient(i, 4u) + y.b.y * coefficient(i, 5u) +
        y.b.z * coefficient(i, 6u) + y.b.w * coefficient(i, 7u) + y.c.x * coefficient(i, 8u);
    }
    if (DEGREE > 2u) {
      colour += y.c.y * coefficient(i, 9u) + y.c.z * coefficient(i, 10u) +
        y.c.w * coefficient(i, 11u) + y.d.x * coefficient(i, 12u) + y.d.y * coefficient(i, 13u) +
        y.d.z * coefficient(i, 14u) + y.d.w * coefficient(i, 15u);
    }
    colour += 0.5;
    flags = dot(select(vec3f(0.0), vec3f(1.0, 2.0, 4.0), colour < vec3f(0.0)), vec3f(1.0));
  }
  // By bits, for shader compilers may take it that there are no NaNs.
  let bits = bitcast<vec3u>(colour) & vec3u(0x7f800000u);
  if (any(bits == vec3u(0x7f800000u))) {
    radii[i] = 0;
    touched[i] = 0u;
    return;
  }
  colours[i] = vec4f(select(max(colour, vec3f(0.0)), colour, GIVEN), flags);
}
