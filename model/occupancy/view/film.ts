import { join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { encodeMp4 } from "../../../data/formats/mp4.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { titled } from "../../../data/drawing/legend.ts";
import type { RgbPicture } from "../../../data/pictures/picture.ts";
import { above, beside } from "../../../data/pictures/sheet.ts";
import type { ViewCamera } from "../../../gpu/ops/view/voxel_view.ts";
import type { Layer } from "./layers.ts";
import { legendsOf } from "./key_frame_sheet.ts";
import { orbitView, type Viewpoint } from "./view_cameras.ts";

/** How a film goes. */
export interface FilmOptions {
  /** Pictures in all. */
  readonly frames: number;
  /** Pictures a second. */
  readonly fps: number;
  /** Once around the scene, or through it from behind the car to ahead of it. */
  readonly path: "orbit" | "fly";
}

/** A film's files. */
export interface Film {
  /** Of the numbered pictures. */
  readonly folder: string;
  /** Null where no ffmpeg is installed. */
  readonly mp4: string | null;
}

// Orbits look down less than the still pictures.
const ORBIT_ELEVATION = 32;
const FLIGHT = { height: 11, pitch: 22, fieldOfView: 60 };

/** The cameras of a film's pictures. */
export function filmCameras(
  { frames, path }: FilmOptions,
  { viewpoint, range, size: [width, height] }: {
    readonly viewpoint: Partial<Viewpoint>;
    readonly range: readonly number[];
    readonly size: readonly [number, number];
  },
): ViewCamera[] {
  return Array.from({ length: frames }, (_, i) => {
    if (path === "orbit") {
      const azimuth = (viewpoint.azimuth ?? 0) + 360 * i / frames;
      const elevation = viewpoint.elevation ?? ORBIT_ELEVATION;
      return orbitView({ ...viewpoint, elevation, azimuth }, { width, height, range });
    }
    const tangent = Math.tan(FLIGHT.fieldOfView / 2 * Math.PI / 180);
    const pitch = FLIGHT.pitch * Math.PI / 180;
    const [low, high] = [range[1]!, range[4]!];
    // The last tenth has nothing ahead any more.
    const y = low + (high - low) * 0.9 * (frames > 1 ? i / (frames - 1) : 0);
    return {
      width,
      height,
      tangents: [tangent * width / height, tangent],
      position: [(range[0]! + range[3]!) / 2, y, FLIGHT.height],
      right: [1, 0, 0],
      down: [0, -Math.sin(pitch), -Math.cos(pitch)],
      forward: [0, Math.cos(pitch), -Math.sin(pitch)],
    };
  });
}

/** Films layers side by side: numbered pictures, and an MP4 where ffmpeg is installed. */
export async function writeFilm(
  layers: readonly Layer[],
  cameras: readonly ViewCamera[],
  { folder, fps, onFrame }: {
    readonly folder: string;
    readonly fps: number;
    readonly onFrame?: (() => void) | undefined;
  },
): Promise<Film> {
  const film = await FilmWriter.open(folder, fps);
  for (const camera of cameras) {
    const panels = [];
    // One ray a pixel is enough for what moves.
    for (const layer of layers) panels.push(titled(layer.title, await layer.draw(camera, 1)));
    const row = beside(panels);
    film.add(above([row, legendsOf(layers, row.width)], 0));
    onFrame?.();
  }
  return await film.close();
}

/** Takes the pictures of a film one after the other, all of one size. */
export class FilmWriter {
  #count = 0;

  private constructor(private readonly folder: string, private readonly fps: number) {}

  /** Makes the folder of its pictures. */
  static async open(folder: string, fps: number): Promise<FilmWriter> {
    await Deno.mkdir(folder, { recursive: true });
    return new FilmWriter(folder, fps);
  }

  /** Writes the next picture. */
  add(picture: RgbPicture): void {
    const name = `frame_${String(this.#count++).padStart(5, "0")}.png`;
    writeAtomically(join(this.folder, name), encodePng(picture));
  }

  /** Makes the MP4 of all pictures, where ffmpeg is installed. */
  async close(): Promise<Film> {
    const { folder, fps } = this;
    const mp4 = `${folder}.mp4`;
    const made = await encodeMp4(join(folder, "frame_%05d.png"), mp4, { fps });
    return { folder, mp4: made ? mp4 : null };
  }
}
