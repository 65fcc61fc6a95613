import { join } from "@std/path";
import { namesIn } from "../../../data/files/names_in.ts";
import { photoTraits } from "../../../data/pictures/photo_traits.ts";
import { readPicture } from "../../../data/pictures/read_picture.ts";

/** Frames that are looked at for each that is taken. */
const CANDIDATES = 4;

/** A video to take photos from. */
export interface VideoOptions {
  /** The file. */
  readonly video: string;
  /** Folder for the photos, which may be there. */
  readonly folder: string;
  /** How many to take. */
  readonly frames: number;
  /** Name or path of ffmpeg. */
  readonly ffmpeg: string;
}

/**
 * Takes the sharpest of each few frames of a video, spread evenly over its time, as frame_00001.jpg and on.
 * Yields how many it has; returns how many it looked at.
 */
export async function* takeFrames(
  { video, folder, frames, ffmpeg }: VideoOptions,
): AsyncGenerator<{ done: number; total: number }, number> {
  const seconds = await durationOf(video, ffmpeg);
  Deno.mkdirSync(folder, { recursive: true });
  const temporary = Deno.makeTempDirSync({ dir: folder, prefix: ".frames-" });
  try {
    const rate = CANDIDATES * frames / seconds;
    await runFfmpeg(ffmpeg, video, [
      ...["-nostdin", "-loglevel", "error", "-i", video],
      ...["-vf", `fps=${rate.toPrecision(6)}`, "-q:v", "2", join(temporary, "%06d.jpg")],
    ]);
    const names = namesIn(temporary).filter((name) => name.endsWith(".jpg")).sort();
    if (!names.length) throw new Error(`Cannot take frames of "${video}": ffmpeg found none`);
    // A short video has fewer frames than were asked for.
    const taken = Math.min(frames, names.length);
    for (let i = 0; i < taken; i++) {
      const first = Math.floor(i * names.length / taken);
      const last = Math.max(first + 1, Math.floor((i + 1) * names.length / taken));
      const best = await sharpest(temporary, names.slice(first, last));
      const name = `frame_${String(i + 1).padStart(5, "0")}.jpg`;
      Deno.renameSync(join(temporary, best), join(folder, name));
      yield { done: i + 1, total: taken };
    }
    return names.length;
  } finally {
    Deno.removeSync(temporary, { recursive: true });
  }
}

async function sharpest(folder: string, names: readonly string[]): Promise<string> {
  let best = { name: names[0]!, sharpness: -1 };
  for (const name of names) {
    const { sharpness } = photoTraits(await readPicture(join(folder, name)));
    if (sharpness > best.sharpness) best = { name, sharpness };
  }
  return best.name;
}

/** Seconds that a video lasts, as ffmpeg tells of its input. */
async function durationOf(video: string, ffmpeg: string): Promise<number> {
  // Without an output it ends with an error, after it has told.
  const said = await say(ffmpeg, video, ["-nostdin", "-hide_banner", "-i", video]);
  const told = /Duration: (\d+):(\d+):(\d+(?:\.\d+)?)/.exec(said.text);
  const [hours = 0, minutes = 0, seconds = 0] = told?.slice(1).map(Number) ?? [];
  const duration = 3600 * hours + 60 * minutes + seconds;
  if (duration > 0) return duration;
  throw new Error(
    `Cannot take frames of "${video}": ffmpeg says "${lastLine(said.text)}", not how long it lasts`,
  );
}

async function runFfmpeg(ffmpeg: string, video: string, words: readonly string[]): Promise<void> {
  const { success, text } = await say(ffmpeg, video, words);
  if (!success) {
    throw new Error(`Cannot take frames of "${video}": ffmpeg says "${lastLine(text)}"`);
  }
}

async function say(
  ffmpeg: string,
  video: string,
  words: readonly string[],
): Promise<{ success: boolean; text: string }> {
  try {
    const { success, stderr } = await new Deno.Command(ffmpeg, {
      args: [...words],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    return { success, text: new TextDecoder().decode(stderr) };
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw Object.assign(
      new Error(`Cannot take frames of "${video}": there is no program "${ffmpeg}"`, { cause }),
      {
        hint: "install ffmpeg (apt install ffmpeg, brew install ffmpeg), or name it: " +
          "--ffmpeg_executable FILE",
      },
    );
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)!.trim();
}
