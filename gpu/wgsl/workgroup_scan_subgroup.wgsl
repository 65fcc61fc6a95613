// Exclusive prefix sum over a workgroup of 256 threads: (sum of the lanes before, sum of all lanes).
// Subgroups are taken to hold consecutive lanes, as they do in one-dimensional workgroups.
var<workgroup> scan_sums: array<u32, 64>;

fn workgroup_scan(value: u32, lane: u32) -> vec2u {
  let size = subgroupAdd(1u);
  let inside = subgroupExclusiveAdd(value);
  let mine = lane / size;
  if (lane % size == size - 1u) {
    scan_sums[mine] = inside + value;
  }
  workgroupBarrier();
  var before = inside;
  var total = 0u;
  for (var i = 0u; i < 256u / size; i++) {
    let sum = scan_sums[i];
    before += select(0u, sum, i < mine);
    total += sum;
  }
  workgroupBarrier();
  return vec2u(before, total);
}
