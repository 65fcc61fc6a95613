// The gradient of a pose camera_from_world from the sums over Gaussians; one thread. Each point of the camera's
// frame is R mean + t, each covariance there R covariance R^T, and the camera stands at -R^T t.
struct Uniforms { unused: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
// Row by row.
@group(0) @binding(1) var<storage, read> pose: array<f32>;
// As pose_sums leaves them.
@group(0) @binding(2) var<storage, read> sums: array<f32>;
// The sum of the gradients of means, by their directions too.
@group(0) @binding(3) var<storage, read> whole: array<f32>;
@group(0) @binding(4) var<storage, read_write> dpose: array<f32>;

@compute @workgroup_size(1)
fn main() {
  let all = vec3f(whole[0], whole[1], whole[2]);
  let seen = all - vec3f(sums[9], sums[10], sums[11]);
  for (var row = 0u; row < 3u; row++) {
    let r = vec3f(pose[4u * row], pose[4u * row + 1u], pose[4u * row + 2u]);
    for (var column = 0u; column < 3u; column++) {
      let turned = vec3f(sums[column], sums[3u + column], sums[6u + column]);
      dpose[4u * row + column] = dot(r, turned) + pose[4u * row + 3u] * seen[column];
    }
    dpose[4u * row + 3u] = dot(r, all);
  }
  for (var column = 0u; column < 4u; column++) {
    dpose[12u + column] = 0.0;
  }
}
