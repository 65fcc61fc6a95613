// Sixteen rows of A at four depths, which the eight threads of a workgroup hold together: each loads
// eight values and tells the others. A value that all threads load costs a software adapter as much
// as eight that they load one by one. Works from eight threads a subgroup on.
// Whether the depth is A's contiguous axis.
override A_ALONG_K: bool = true;

// Where the batch's A begins.
var<private> base_a: u32;

// Four depths of rows `lane` and 8 + `lane`; or four rows, at depth lane / 4 and two below.
struct Sixteen { first: vec4f, second: vec4f }

// Rows past the end repeat the last one; they are never stored.
fn sixteen_rows(row: u32, k: u32, lane: u32) -> Sixteen {
  if (A_ALONG_K) {
    let last = u.rows - 1u;
    return Sixteen(
      a[(base_a + min(row + lane, last) * u.a_stride + k) >> 2u],
      a[(base_a + min(row + 8u + lane, last) * u.a_stride + k) >> 2u],
    );
  }
  let own = min(row + 4u * (lane & 3u), (u.rows - 1u) & ~3u);
  let at = base_a + own + (k + (lane >> 2u)) * u.a_stride;
  return Sixteen(a[at >> 2u], a[(at + 2u * u.a_stride) >> 2u]);
}

// Rows 4 i to 4 i + 3 at each of the four depths.
fn first_four(s: Sixteen) -> mat4x4f {
  if (A_ALONG_K) { return lower_threads(s.first); }
  return mat4x4f(thread0(s.first), thread4(s.first), thread0(s.second), thread4(s.second));
}

fn second_four(s: Sixteen) -> mat4x4f {
  if (A_ALONG_K) { return upper_threads(s.first); }
  return mat4x4f(thread1(s.first), thread5(s.first), thread1(s.second), thread5(s.second));
}

fn third_four(s: Sixteen) -> mat4x4f {
  if (A_ALONG_K) { return lower_threads(s.second); }
  return mat4x4f(thread2(s.first), thread6(s.first), thread2(s.second), thread6(s.second));
}

fn last_four(s: Sixteen) -> mat4x4f {
  if (A_ALONG_K) { return upper_threads(s.second); }
  return mat4x4f(thread3(s.first), thread7(s.first), thread3(s.second), thread7(s.second));
}

fn lower_threads(v: vec4f) -> mat4x4f {
  return transpose(mat4x4f(thread0(v), thread1(v), thread2(v), thread3(v)));
}

fn upper_threads(v: vec4f) -> mat4x4f {
  return transpose(mat4x4f(thread4(v), thread5(v), thread6(v), thread7(v)));
}

fn thread0(v: vec4f) -> vec4f { return subgroupBroadcast(v, 0u); }
fn thread1(v: vec4f) -> vec4f { return subgroupBroadcast(v, 1u); }
fn thread2(v: vec4f) -> vec4f { return subgroupBroadcast(v, 2u); }
fn thread3(v: vec4f) -> vec4f { return subgroupBroadcast(v, 3u); }
fn thread4(v: vec4f) -> vec4f { return subgroupBroadcast(v, 4u); }
fn thread5(v: vec4f) -> vec4f { return subgroupBroadcast(v, 5u); }
fn thread6(v: vec4f) -> vec4f { return subgroupBroadcast(v, 6u); }
fn thread7(v: vec4f) -> vec4f { return subgroupBroadcast(v, 7u); }
