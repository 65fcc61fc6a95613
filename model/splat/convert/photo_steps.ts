import { isFolder } from "../../../data/files/path_kind.ts";
import { namesIn } from "../../../data/files/names_in.ts";
import type { ConvertEvent, ConvertOptions } from "./convert_scene.ts";
import { checkPhotos } from "./photo_check.ts";
import { takeFrames, type VideoOptions } from "./video_frames.ts";

/** Photos that are named; more are counted. */
const NAMED = 8;

/** Takes photos from a video into a folder that has none. */
export async function* fromVideo(
  video: Omit<VideoOptions, "folder">,
  folder: string,
): AsyncGenerator<ConvertEvent> {
  if (isFolder(folder) && namesIn(folder).length) {
    throw Object.assign(
      new Error(`Cannot take frames of "${video.video}": "${folder}" has photos already`),
      { hint: "without --video they are used; another -s takes the frames" },
    );
  }
  const frames = takeFrames({ ...video, folder });
  let next = await frames.next();
  for (; !next.done; next = await frames.next()) yield { type: "taken", ...next.value };
  const text =
    `took the sharpest frames of ${next.value} that were looked at, spread over the video`;
  yield { type: "remark", text };
}

/** Names blurred photos and those there twice; returns the words that leave the former out, if wanted. */
export async function* lookAtPhotos(
  { skipBlurred }: Pick<ConvertOptions, "skipBlurred">,
  folder: string,
  list: string,
): AsyncGenerator<ConvertEvent, string[]> {
  const looking = checkPhotos(folder);
  let next = await looking.next();
  for (; !next.done; next = await looking.next()) yield { type: "looked", ...next.value };
  const { names, blurred, duplicates } = next.value;
  if (duplicates.length) {
    const pairs = duplicates.slice(0, NAMED).map(([name, of]) => `${name} (${of})`);
    const text = `${duplicates.length} photos are there twice: ${pairs.join(", ")}${
      duplicates.length > NAMED ? " and more" : ""
    }`;
    yield { type: "remark", text };
  }
  if (!blurred.length) return [];
  const listed = `${blurred.slice(0, NAMED).join(", ")}${
    blurred.length > NAMED ? " and more" : ""
  }`;
  const done = skipBlurred ? "and left out" : "--skip-blurred leaves them out";
  yield {
    type: "remark",
    text: `${blurred.length} photos are blurred beside the others, ${done}: ${listed}`,
  };
  if (!skipBlurred) return [];
  const kept = names.filter((name) => !blurred.includes(name));
  Deno.writeTextFileSync(list, `${kept.join("\n")}\n`);
  return ["--image_list_path", list];
}
