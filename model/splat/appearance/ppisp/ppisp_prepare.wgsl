// What every pixel of a picture shares: 2^exposure, the colour map, the vignettings, the decoded responses; a single thread.
struct Uniforms { camera: u32, frame: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> exposure: array<f32>;
@group(0) @binding(2) var<storage, read> vignetting: array<f32>;
@group(0) @binding(3) var<storage, read> colour: array<f32>;
@group(0) @binding(4) var<storage, read> response: array<f32>;
// 0: gain; 1: map, row by row; 10: vignetting of red, green, blue; 25: response of each.
@group(0) @binding(5) var<storage, read_write> shared_values: array<f32>;

override FRAME: bool;
override CAMERA: bool;

@compute @workgroup_size(1)
fn main() {
  if (FRAME) {
    shared_values[0] = exp2(exposure[u.frame]);
    let at = 8u * u.frame;
    let h = homography_of(
      vec2f(colour[at], colour[at + 1u]), vec2f(colour[at + 2u], colour[at + 3u]),
      vec2f(colour[at + 4u], colour[at + 5u]), vec2f(colour[at + 6u], colour[at + 7u]),
    );
    var norm = 1.0;
    if (abs(h.map[2][2]) > SMALLEST) { norm = 1.0 / h.map[2][2]; }
    for (var i = 0u; i < 9u; i++) {
      shared_values[1u + i] = norm * h.map[i % 3u][i / 3u];
    }
  }
  if (CAMERA) {
    for (var i = 0u; i < 15u; i++) {
      shared_values[10u + i] = vignetting[15u * u.camera + i];
    }
    for (var channel = 0u; channel < 3u; channel++) {
      let at = 12u * u.camera + 4u * channel;
      let toe = 0.3 + softplus(response[at]);
      let shoulder = 0.3 + softplus(response[at + 1u]);
      let gamma = 0.1 + softplus(response[at + 2u]);
      let centre = 1.0 / (1.0 + exp(-response[at + 3u]));
      let slope = toe + centre * (shoulder - toe);
      let to = 25u + 8u * channel;
      shared_values[to] = toe;
      shared_values[to + 1u] = shoulder;
      shared_values[to + 2u] = gamma;
      shared_values[to + 3u] = centre;
      // The height of the toe, at which the slopes of both branches agree, and its derivatives.
      shared_values[to + 4u] = shoulder * centre / slope;
      shared_values[to + 5u] = -shoulder * centre * (1.0 - centre) / (slope * slope);
      shared_values[to + 6u] = centre * toe * (1.0 - centre) / (slope * slope);
      shared_values[to + 7u] = shoulder * toe / (slope * slope);
    }
  }
}

fn softplus(x: f32) -> f32 {
  return max(x, 0.0) + log(1.0 + exp(-abs(x)));
}
