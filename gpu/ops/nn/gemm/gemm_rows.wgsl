// Sixteen rows of A at four depths, which all threads of a workgroup need: each loads them for itself.
// Whether the depth is A's contiguous axis.
override A_ALONG_K: bool = true;

// Where the batch's A begins.
var<private> base_a: u32;

struct Sixteen { row: u32, k: u32 }

fn sixteen_rows(row: u32, k: u32, lane: u32) -> Sixteen { return Sixteen(row, k); }

fn first_four(s: Sixteen) -> mat4x4f { return four_rows(s.row, s.k); }
fn second_four(s: Sixteen) -> mat4x4f { return four_rows(s.row + 4u, s.k); }
fn third_four(s: Sixteen) -> mat4x4f { return four_rows(s.row + 8u, s.k); }
fn last_four(s: Sixteen) -> mat4x4f { return four_rows(s.row + 12u, s.k); }

// Four rows at each of four depths. Rows past the end repeat the last one; they are never stored.
fn four_rows(row: u32, k: u32) -> mat4x4f {
  let last = u.rows - 1u;
  if (A_ALONG_K) {
    return transpose(mat4x4f(
      a[(base_a + min(row, last) * u.a_stride + k) >> 2u],
      a[(base_a + min(row + 1u, last) * u.a_stride + k) >> 2u],
      a[(base_a + min(row + 2u, last) * u.a_stride + k) >> 2u],
      a[(base_a + min(row + 3u, last) * u.a_stride + k) >> 2u],
    ));
  }
  let at = base_a + min(row, last & ~3u) + k * u.a_stride;
  return mat4x4f(
    a[at >> 2u],
    a[(at + u.a_stride) >> 2u],
    a[(at + 2u * u.a_stride) >> 2u],
    a[(at + 3u * u.a_stride) >> 2u],
  );
}
