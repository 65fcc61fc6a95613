// frame = (Gaussians that touch a tile, pairs wanted, pairs made, 1 if they are too many); one thread.
struct Uniforms { count: u32, capacity: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> visible: array<u32>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read> wrapped: array<u32>;
@group(0) @binding(4) var<storage, read_write> frame: array<u32>;
@group(0) @binding(5) var<storage, read_write> made: array<u32>;

@compute @workgroup_size(1)
fn main() {
  var wanted = offsets[u.count];
  if (wrapped[0] == 1u) {
    wanted = 0xffffffffu;
  }
  let fits = wanted <= u.capacity;
  frame[0] = visible[0];
  frame[1] = wanted;
  frame[2] = select(0u, wanted, fits);
  frame[3] = select(1u, 0u, fits);
  made[0] = frame[2];
}
