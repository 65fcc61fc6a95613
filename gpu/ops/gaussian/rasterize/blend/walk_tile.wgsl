// Gradients of a tile's Gaussians, walked back to front. THREADS neighbouring Gaussians have a thread
// each, and the 256 pixels pass from thread to thread: at step s thread k sees pixel s - k. So a pixel
// meets the Gaussians in their order, a Gaussian's sums stay in its thread and no two threads ever
// add to one number. Wants the bindings below by name, the overrides THREADS and EXACT, and `put`.
var<workgroup> light: array<vec2f, 256>;
var<workgroup> upstream: array<vec4f, 256>;
var<workgroup> lengths: array<u32, 256>;
var<workgroup> longest: atomic<u32>;

struct Splat {
  place: vec4f,
  shape: vec4f,
  colour: vec4f,
  pair: u32,
  owner: u32,
  // Its place in the list counted from 1; 0 where there is none.
  position: u32,
}

struct Sums {
  // (u, v, |u|, |v|) in pixels; (conic xx, xy, yy, opacity); (r, g, b, 1 / depth).
  place: vec4f,
  shape: vec4f,
  colour: vec4f,
}

fn walk_tile(tile: u32, lane: u32) {
  let corner = vec2u(tile % u.tiles.x, tile / u.tiles.x) * 16u;
  let plane = u.size.x * u.size.y;
  for (var q = lane; q < 256u; q += THREADS) {
    let at = corner + vec2u(q % 16u, q / 16u);
    var length = 0u;
    if (all(at < u.size)) {
      let pixel = at.y * u.size.x + at.x;
      var d = vec4f(dimage[pixel], dimage[plane + pixel], dimage[2u * plane + pixel], 0.0);
      if (u.depths == 1u) {
        d.w = dinverse_depth[pixel];
      }
      upstream[q] = d;
      // What a pixel sees behind a Gaussian only counts by its product with the upstream gradient.
      light[q] = vec2f(remaining[pixel], dot(u.background, d.xyz));
      length = depth_of_list[pixel];
    }
    lengths[q] = length;
    atomicMax(&longest, length);
  }
  workgroupBarrier();
  let start = starts[tile];
  let end = starts[tile + 1u];
  let count = min(atomicLoad(&longest), end - start);
  let nothing = Sums(vec4f(0.0), vec4f(0.0), vec4f(0.0));
  for (var i = start + count + lane; i < end; i += THREADS) {
    put(pairs[i], 0u, nothing, false);
  }
  let batches = (count + THREADS - 1u) / THREADS;
  let steps = select(256u * batches + THREADS - 1u, 0u, batches == 0u);
  var next: Splat;
  var splat: Splat;
  var sums = nothing;
  for (var s = 0u; s < steps; s++) {
    let turn = s & 255u;
    if (turn == 0u) {
      // All threads load together, each for its own turn to come.
      let i = (s >> 8u) * THREADS + lane;
      next.position = select(count - i, 0u, i >= count);
      if (next.position > 0u) {
        next.pair = pairs[start + next.position - 1u];
        next.owner = owners[next.pair];
        next.place = places[next.owner];
        next.shape = shapes[next.owner];
        next.colour = vec4f(colours[next.owner].xyz, next.shape.z);
      }
    }
    if (turn == lane) {
      if (splat.position > 0u) {
        put(splat.pair, splat.owner, sums, true);
      }
      splat = next;
      sums = nothing;
    }
    let q = (s - lane) & 255u;
    if (splat.position > 0u && splat.position <= lengths[q]) {
      let dx = splat.place.x - f32(corner.x + (q & 15u));
      let dy = splat.place.y - f32(corner.y + (q >> 4u));
      let power = exponent(dx, dy, splat.place.zw, splat.shape.x);
      let bell = exp(power);
      let full = splat.shape.y * bell;
      let alpha = min(MOST_ALPHA, full);
      if (power <= 0.0 && alpha >= LEAST_ALPHA) {
        let behind = light[q];
        let d = upstream[q];
        let t = behind.x / (1.0 - alpha);
        let own = dot(splat.colour, d);
        light[q] = vec2f(t, alpha * own + (1.0 - alpha) * behind.y);
        sums.colour += (alpha * t) * d;
        var dalpha = t * (own - behind.y);
        if (EXACT && full > MOST_ALPHA) {
          dalpha = 0.0;
        }
        let slope = full * dalpha;
        let pull = -slope * vec2f(
          splat.place.z * dx + splat.place.w * dy,
          splat.shape.x * dy + splat.place.w * dx,
        );
        sums.place += vec4f(pull, abs(pull));
        sums.shape += vec4f(
          -0.5 * slope * dx * dx,
          -slope * dx * dy,
          -0.5 * slope * dy * dy,
          bell * dalpha,
        );
      }
    }
    workgroupBarrier();
  }
  if (splat.position > 0u) {
    put(splat.pair, splat.owner, sums, true);
  }
}
