// Over cameras: mean squared centres of the vignettings, their mean positive coefficients, and the mean variances over red, green, blue of vignettings and of raw responses; forward the terms, backward the rows' gradients; a single workgroup.
struct Uniforms { cameras: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> vignetting: array<f32>;
@group(0) @binding(2) var<storage, read> response: array<f32>;
@group(0) @binding(3) var<storage, read_write> terms: array<f32>;
@group(0) @binding(4) var<storage, read> dterms: array<f32>;
@group(0) @binding(5) var<storage, read_write> dvignetting: array<f32>;
@group(0) @binding(6) var<storage, read_write> dresponse: array<f32>;

override BACKWARD: bool;
var<workgroup> shares: array<vec4f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) thread: u32) {
  let cameras = f32(u.cameras);
  if (BACKWARD) {
    for (var camera = thread; camera < u.cameras; camera += 64u) {
      for (var i = 0u; i < 15u; i++) {
        let value = vignetting[15u * camera + i];
        let mean = mean_over_channels_v(camera, i % 5u);
        // The derivative of a population variance over three: 2 (x - mean) / 3.
        var slope = dterms[2] / (5.0 * cameras) * 2.0 * (value - mean) / 3.0;
        if (i % 5u < 2u) {
          slope += dterms[0] / (3.0 * cameras) * 2.0 * value;
        } else if (value > 0.0) {
          slope += dterms[1] / (9.0 * cameras);
        }
        dvignetting[15u * camera + i] = slope;
      }
      for (var i = 0u; i < 12u; i++) {
        let away = response[12u * camera + i] - mean_over_channels_r(camera, i % 4u);
        dresponse[12u * camera + i] = dterms[3] / (4.0 * cameras) * 2.0 * away / 3.0;
      }
    }
    return;
  }
  var sums = vec4f(0.0);
  for (var camera = thread; camera < u.cameras; camera += 64u) {
    for (var i = 0u; i < 15u; i++) {
      let value = vignetting[15u * camera + i];
      let away = value - mean_over_channels_v(camera, i % 5u);
      sums.z += away * away / 15.0;
      if (i % 5u < 2u) {
        sums.x += value * value / 3.0;
      } else {
        sums.y += max(value, 0.0) / 9.0;
      }
    }
    for (var i = 0u; i < 12u; i++) {
      let away = response[12u * camera + i] - mean_over_channels_r(camera, i % 4u);
      sums.w += away * away / 12.0;
    }
  }
  shares[thread] = sums;
  workgroupBarrier();
  if (thread == 0u) {
    var total = vec4f(0.0);
    for (var i = 0u; i < 64u; i++) {
      total += shares[i];
    }
    for (var i = 0u; i < 4u; i++) {
      terms[i] = total[i] / cameras;
    }
  }
}

fn mean_over_channels_v(camera: u32, i: u32) -> f32 {
  let at = 15u * camera + i;
  return (vignetting[at] + vignetting[at + 5u] + vignetting[at + 10u]) / 3.0;
}

fn mean_over_channels_r(camera: u32, i: u32) -> f32 {
  let at = 12u * camera + i;
  return (response[at] + response[at + 4u] + response[at + 8u]) / 3.0;
}
