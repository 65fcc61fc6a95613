// From the covariance and the pixel on the screen back to the Gaussian, through ewa.wgsl.
fn projection_gradients(
  i: u32,
  p: vec3f,
  shape: Shape,
  screen: Screen,
  dcovariance: vec3f,
  dpixel: vec2f,
  dnear: f32,
) {
  // The covariance on the screen is rows times covariance times rows.
  let pull0 = dcovariance.x * screen.row0 + 0.5 * dcovariance.y * screen.row1;
  let pull1 = 0.5 * dcovariance.y * screen.row0 + dcovariance.z * screen.row1;
  let squares = screen.row0 * pull0 + screen.row1 * pull1;
  let products = 0.5 * (screen.row0.xxy * pull0.yzz + screen.row0.yzz * pull0.xxy +
    screen.row1.xxy * pull1.yzz + screen.row1.yzz * pull1.xxy);
  if (COVARIANCES) {
    put_covariance(i, squares, 2.0 * products);
  }
  if (!PRECOMPUTED) {
    put_scale(i, stretch_backward(i, shape, squares, products));
  }
  let drow0 = 2.0 * times_covariance(shape, pull0);
  let drow1 = 2.0 * times_covariance(shape, pull1);
  put_mean(i, mean_backward(screen, p, drow0, drow1, dpixel, dnear));
}

// From the covariance to rotation and scale; the former is written, the latter returned.
fn stretch_backward(i: u32, shape: Shape, squares: vec3f, products: vec3f) -> vec3f {
  let gradient = Shape(vec3f(0.0), vec3f(0.0), vec3f(0.0), squares, products);
  let d0 = 2.0 * times_covariance(gradient, shape.column0);
  let d1 = 2.0 * times_covariance(gradient, shape.column1);
  let d2 = 2.0 * times_covariance(gradient, shape.column2);
  return columns_backward(i, d0, d1, d2);
}
