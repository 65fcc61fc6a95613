// y = many chained fused multiply-adds, 64 independent ones a thread; one thread owns one value.
struct Uniforms { turns: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = vec4f(0.999 - 1e-6 * f32(id.x));
  let term = vec4f(0.001);
  var a = mat4x4f(term, term, term, term);
  var b = a;
  var c = a;
  var d = a;
  for (var turn = 0u; turn < u.turns; turn++) {
    a = advance(advance(a, factor, term), factor, term);
    b = advance(advance(b, factor, term), factor, term);
    c = advance(advance(c, factor, term), factor, term);
    d = advance(advance(d, factor, term), factor, term);
  }
  let sum = (a[0] + a[1] + a[2] + a[3]) + (b[0] + b[1] + b[2] + b[3]) +
    (c[0] + c[1] + c[2] + c[3]) + (d[0] + d[1] + d[2] + d[3]);
  y[id.x] = dot(sum, vec4f(1.0));
}

fn advance(x: mat4x4f, factor: vec4f, term: vec4f) -> mat4x4f {
  return mat4x4f(
    fma(x[0], factor, term), fma(x[1], factor, term), fma(x[2], factor, term), fma(x[3], factor, term),
  );
}
