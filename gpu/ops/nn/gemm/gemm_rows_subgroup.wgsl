// Values of A that all threads of a workgroup need: four threads load one each and tell the others.
// On a software adapter that is twice as fast as four loads. Works from four threads a subgroup on.
// Whether the depth is A's contiguous axis.
override A_ALONG_K: bool = true;

// Where the batch's A begins, and the thread's place among four.
var<private> base_a: u32;
var<private> quarter: u32;

fn shared_four(value: f32) -> vec4f {
  return vec4f(
    subgroupBroadcast(value, 0u), subgroupBroadcast(value, 1u),
    subgroupBroadcast(value, 2u), subgroupBroadcast(value, 3u),
  );
}

fn load_a(row: u32, k: u32) -> f32 {
  let at = base_a + select(row + k * u.a_stride, row * u.a_stride + k, A_ALONG_K);
  return a[at >> 2u][at & 3u];
}

// Four rows at each of four depths. Rows past the end repeat the last one; they are never stored.
fn panel_a(row: u32, k: u32) -> mat4x4f {
  let last = u.rows - 1u;
  if (A_ALONG_K) {
    return transpose(mat4x4f(
      shared_four(load_a(min(row, last), k + quarter)),
      shared_four(load_a(min(row + 1u, last), k + quarter)),
      shared_four(load_a(min(row + 2u, last), k + quarter)),
      shared_four(load_a(min(row + 3u, last), k + quarter)),
    ));
  }
  let own = min(row + quarter, last);
  return mat4x4f(
    shared_four(load_a(own, k)), shared_four(load_a(own, k + 1u)),
    shared_four(load_a(own, k + 2u)), shared_four(load_a(own, k + 3u)),
  );
}

fn strip_a(row: u32, k: u32) -> vec4f {
  return shared_four(load_a(min(row + quarter, u.rows - 1u), k));
}
