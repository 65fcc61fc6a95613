import { openSource } from "../formats/byte_source.ts";
import { readBytes } from "../files/door.ts";
import { readJpegHeader } from "../pictures/jpeg/jpeg_header.ts";
import { looksLikeTiff, readTiffHeader } from "../pictures/tiff.ts";
import { pictureSize } from "../pictures/read_picture.ts";
import type { SceneView } from "./scene_view.ts";

/**
 * Size of a picture, and how it must be turned. Cameras were calibrated on pictures as they are stored or as
 * they are shown: one whose EXIF says that it lies on its side is turned only where it has the shape of its
 * camera's, of so many pixels, then alone.
 */
export function pixelsOf(
  file: string,
  camera: readonly [number, number] | null,
): Pick<SceneView, "pixels" | "orientation"> {
  const [width, height] = pictureSize(file);
  if (!camera || !fits([height, width], camera) || fits([width, height], camera)) {
    return { pixels: [width, height] };
  }
  const orientation = orientationOf(file);
  if (orientation < 5) return { pixels: [width, height] };
  return { pixels: [height, width], orientation };
}

/** Whether two shapes have one proportion, to a pixel. */
function fits([width, height]: readonly [number, number], [wide, high]: readonly [number, number]) {
  return Math.abs(width * high / wide - height) <= 1;
}

/** How a JPEG or TIFF file is to be turned; 1, upright, of any other. */
function orientationOf(file: string): number {
  const bytes = readBytes(file);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpegHeader(bytes, file).orientation;
  return looksLikeTiff(bytes) ? readTiffHeader(openSource(bytes, file)).orientation : 1;
}
