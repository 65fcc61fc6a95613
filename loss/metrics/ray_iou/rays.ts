/** Angles above the horizon in radians, from 45 degrees below it to 12.55 above: 39. */
export function rayPitches(): Float64Array {
  const pitches = Array.from({ length: 10 }, (_, k) => Math.atan(k + 1) - Math.PI / 2);
  while (pitches.at(-1)! < 0.21) {
    pitches.push(pitches.at(-1)! + (pitches.at(-1)! - pitches.at(-2)!));
  }
  return Float64Array.from(pitches);
}

/** Radians of a degree, rounded before it is multiplied: every f32 of the published rays comes out. */
const RADIANS = Math.PI / 180;

/**
 * The unit directions of RayIoU (SparseOcc, section 3.4), `[14040, 3]`: every pitch, and for each the
 * 360 whole degrees of azimuth, in f32 as the published evaluation holds them.
 */
export function rayDirections(): Float32Array {
  const pitches = rayPitches();
  const directions = new Float32Array(pitches.length * 360 * 3);
  let at = 0;
  for (const pitch of pitches) {
    for (let degree = 0; degree < 360; degree++) {
      const azimuth = degree * RADIANS;
      directions[at++] = Math.cos(pitch) * Math.cos(azimuth);
      directions[at++] = Math.cos(pitch) * Math.sin(azimuth);
      directions[at++] = Math.sin(pitch);
    }
  }
  return directions;
}
