// Exclusive prefix sum over a workgroup of 256 threads: (sum of the lanes before, sum of all lanes).
var<workgroup> scan_values: array<u32, 256>;
var<workgroup> scan_rows: array<u32, 16>;

// Sixteen threads sum sixteen lanes each: three barriers instead of the sixteen of log-step doubling.
fn workgroup_scan(value: u32, lane: u32) -> vec2u {
  scan_values[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var sum = 0u;
    for (var i = 16u * lane; i < 16u * lane + 16u; i++) {
      let next = scan_values[i];
      scan_values[i] = sum;
      sum += next;
    }
    scan_rows[lane] = sum;
  }
  workgroupBarrier();
  var before = scan_values[lane];
  var total = 0u;
  for (var row = 0u; row < 16u; row++) {
    let sum = scan_rows[row];
    before += select(0u, sum, row < lane / 16u);
    total += sum;
  }
  workgroupBarrier();
  return vec2u(before, total);
}
