// atomic_sums.wgsl for devices that add f32 to memory by themselves.
@group(0) @binding(11) var<storage, read_write> sums_of: array<atomic<f32>>;

fn add_to_sum(at: u32, value: f32) {
  atomicAdd(&sums_of[at], value);
}
