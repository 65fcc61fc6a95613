// The stages of one pixel, from what `ppisp_prepare` left in `shared_values`.
const LN_2 = 0.6931471805599453;
// Keeps the division by the mapped intensity and the logarithms of 0 in range, as the authors' kernel does.
const LEAST_INTENSITY = 1e-5;
const LEAST_LOGARITHM = 1e-8;

struct Falloff { raw: f32, square: f32, offset: vec2f }

// 1 + a1 r2 + a2 r2^2 + a3 r2^3 of a channel; `place` in units of the longer side from the middle.
fn falloff_of(channel: u32, place: vec2f) -> Falloff {
  let at = 10u + 5u * channel;
  let offset = place - vec2f(shared_values[at], shared_values[at + 1u]);
  let r2 = dot(offset, offset);
  let raw = 1.0 +
    r2 * (shared_values[at + 2u] + r2 * (shared_values[at + 3u] + r2 * shared_values[at + 4u]));
  return Falloff(raw, r2, offset);
}

struct Mapped { chromaticity: vec3f, intensity: f32, factor: f32 }

fn mapped_of(colour: vec3f) -> Mapped {
  let intensity = colour.x + colour.y + colour.z;
  let x = vec3f(colour.xy, intensity);
  let q = vec3f(
    dot(vec3f(shared_values[1], shared_values[2], shared_values[3]), x),
    dot(vec3f(shared_values[4], shared_values[5], shared_values[6]), x),
    dot(vec3f(shared_values[7], shared_values[8], shared_values[9]), x),
  );
  return Mapped(q, intensity, intensity / (q.z + LEAST_INTENSITY));
}

fn recoloured(mapped: Mapped) -> vec3f {
  let q = mapped.factor * mapped.chromaticity;
  return vec3f(q.x, q.y, q.z - q.x - q.y);
}

// y of the response before its gamma: the toe a (x/k)^toe, above k the shoulder.
fn response_of(channel: u32, x: f32) -> f32 {
  let at = 25u + 8u * channel;
  let centre = shared_values[at + 3u];
  let height = shared_values[at + 4u];
  if (x <= centre) { return height * power(x / centre, shared_values[at]); }
  return 1.0 - (1.0 - height) * power((1.0 - x) / (1.0 - centre), shared_values[at + 1u]);
}

fn power(base: f32, exponent: f32) -> f32 {
  if (base <= 0.0) { return 0.0; }
  return pow(base, exponent);
}

fn place_of(n: u32, width: u32, height: u32) -> vec2f {
  let size = vec2f(f32(width), f32(height));
  let pixel = vec2f(f32(n % width), f32(n / width)) + 0.5;
  return (pixel - 0.5 * size) / max(size.x, size.y);
}
