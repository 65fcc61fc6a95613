// dimage of each pixel, and per workgroup the sums of what goes to exposure (1), map (9), vignetting (15), decoded response (12); a thread owns every so manieth pixel.
struct Uniforms { width: u32, height: u32, threads: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> shared_values: array<f32>;
@group(0) @binding(2) var<storage, read> image: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dimage: array<f32>;
@group(0) @binding(5) var<storage, read_write> partials: array<f32>;

override FRAME: bool;
override CAMERA: bool;
const SUMS = 37u;
var<workgroup> shares: array<f32, 2368>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  var sums: array<f32, 37>;
  let pixels = u.width * u.height;
  for (var n = group.x * 64u + thread; n < pixels; n += u.threads) {
    // Forward again: what each stage was given.
    let input = vec3f(image[n], image[pixels + n], image[2u * pixels + n]);
    var exposed = input;
    if (FRAME) { exposed *= shared_values[0]; }
    var vignetted = exposed;
    var shade = vec3f(1.0);
    let place = place_of(n, u.width, u.height);
    if (CAMERA) {
      for (var channel = 0u; channel < 3u; channel++) {
        shade[channel] = clamp(falloff_of(channel, place).raw, 0.0, 1.0);
      }
      vignetted *= shade;
    }
    var mapped: Mapped;
    var colour = vignetted;
    if (FRAME) {
      mapped = mapped_of(vignetted);
      colour = recoloured(mapped);
    }
    var gradient = vec3f(dy[n], dy[pixels + n], dy[2u * pixels + n]);
    if (CAMERA) {
      for (var channel = 0u; channel < 3u; channel++) {
        let at = 25u + 8u * channel;
        let x = clamp(colour[channel], 0.0, 1.0);
        let value = response_of(channel, x);
        let given = gradient[channel];
        gradient[channel] = 0.0;
        if (value <= 0.0) { continue; }
        let toe = shared_values[at];
        let shoulder = shared_values[at + 1u];
        let gamma = shared_values[at + 2u];
        let centre = shared_values[at + 3u];
        let height = shared_values[at + 4u];
        let to = 25u + 4u * channel;
        let raised = pow(value, gamma);
        sums[to + 2u] += given * raised * log(value + LEAST_LOGARITHM);
        let dvalue = given * gamma * raised / value;
        let low = x <= centre;
        let base = select((1.0 - x) / (1.0 - centre), x / centre, low);
        if (base <= 0.0) {
          // 1 at the top whatever the shoulder, 0 at the bottom whatever the toe.
          continue;
        }
        let exponent = select(shoulder, toe, low);
        let lifted = pow(base, exponent);
        let logarithm = log(base + LEAST_LOGARITHM);
        // y = a base^toe, or 1 - (1 - a) base^shoulder: both grow with a by base^exponent.
        let dheight = dvalue * lifted;
        let factor = select(height - 1.0, height, low);
        let dexponent = dvalue * factor * lifted * logarithm;
        let dbase = dvalue * factor * exponent * lifted / base;
        let dcentre = dbase *
          select((1.0 - x) / ((1.0 - centre) * (1.0 - centre)), -x / (centre * centre), low);
        sums[to] += dheight * shared_values[at + 5u] + select(0.0, dexponent, low);
        sums[to + 1u] += dheight * shared_values[at + 6u] + select(dexponent, 0.0, low);
        sums[to + 3u] += dheight * shared_values[at + 7u] + dcentre;
        let inside = colour[channel] > 0.0 && colour[channel] < 1.0;
        gradient[channel] = select(0.0, dbase * select(-1.0 / (1.0 - centre), 1.0 / centre, low), inside);
      }
    }
    if (FRAME) {
      let dq = vec3f(gradient.xy - gradient.z, gradient.z);
      let dfactor = dot(dq, mapped.chromaticity);
      let rest = mapped.chromaticity.z + LEAST_INTENSITY;
      var dchromaticity = dq * mapped.factor;
      dchromaticity.z -= dfactor * mapped.factor / rest;
      let x = vec3f(vignetted.xy, mapped.intensity);
      for (var i = 0u; i < 9u; i++) {
        sums[1u + i] += dchromaticity[i / 3u] * x[i % 3u];
      }
      let dx = vec3f(
        dot(vec3f(shared_values[1], shared_values[4], shared_values[7]), dchromaticity),
        dot(vec3f(shared_values[2], shared_values[5], shared_values[8]), dchromaticity),
        dot(vec3f(shared_values[3], shared_values[6], shared_values[9]), dchromaticity),
      );
      let dintensity = dx.z + select(0.0, dfactor / rest, mapped.intensity > LEAST_LOGARITHM);
      gradient = vec3f(dx.xy, 0.0) + dintensity;
    }
    if (CAMERA) {
      for (var channel = 0u; channel < 3u; channel++) {
        let falloff = falloff_of(channel, place);
        // The ends count as inside: 1 is where every vignetting starts.
        if (falloff.raw < 0.0 || falloff.raw > 1.0) { continue; }
        let to = 10u + 5u * channel;
        let at = to + 2u;
        let r2 = falloff.square;
        let dfalloff = gradient[channel] * exposed[channel];
        let dsquare = dfalloff * (shared_values[at] +
          r2 * (2.0 * shared_values[at + 1u] + 3.0 * r2 * shared_values[at + 2u]));
        sums[to] -= 2.0 * dsquare * falloff.offset.x;
        sums[to + 1u] -= 2.0 * dsquare * falloff.offset.y;
        sums[to + 2u] += dfalloff * r2;
        sums[to + 3u] += dfalloff * r2 * r2;
        sums[to + 4u] += dfalloff * r2 * r2 * r2;
      }
      gradient *= shade;
    }
    if (FRAME) {
      sums[0] += LN_2 * dot(gradient, exposed);
      gradient *= shared_values[0];
    }
    dimage[n] = gradient.x;
    dimage[pixels + n] = gradient.y;
    dimage[2u * pixels + n] = gradient.z;
  }
  for (var i = 0u; i < SUMS; i++) {
    shares[64u * i + thread] = sums[i];
  }
  workgroupBarrier();
  if (thread < SUMS) {
    var sum = 0.0;
    for (var i = 0u; i < 64u; i++) {
      sum += shares[64u * thread + i];
    }
    partials[SUMS * group.x + thread] = sum;
  }
}
