// Twelve sums a Gaussian, bits of f32 that start at 0; adds by exchanging what nobody else has changed.
@group(0) @binding(11) var<storage, read_write> sums_of: array<atomic<u32>>;

fn add_to_sum(at: u32, value: f32) {
  var seen = atomicLoad(&sums_of[at]);
  loop {
    let sum = bitcast<u32>(bitcast<f32>(seen) + value);
    let swap = atomicCompareExchangeWeak(&sums_of[at], seen, sum);
    if (swap.exchanged) { break; }
    seen = swap.old_value;
  }
}
