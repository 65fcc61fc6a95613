/** Focal length in pixels of a field of view over so many pixels. */
export function focalOf(fov: number, pixels: number): number {
  return pixels / (2 * Math.tan(fov / 2));
}

/** Field of view of a focal length in pixels over so many pixels. */
export function fovOf(focal: number, pixels: number): number {
  return 2 * Math.atan(pixels / (2 * focal));
}
