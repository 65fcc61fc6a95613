import { spokenName } from "../../data/drawing/legend.ts";

// What a picture shows, by its file's name; the first that fits.
const CAPTIONS: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [/^step_(\d+)$/, (step) => `After ${Number(step)} steps`],
  [/^street_(\d+)$/, (number) => `Street ${number}, by the shipped model`],
  [/^live_(\d+)$/, (number) => `Street ${number}, by the model trained just now`],
  [/^\d+_image_(\w+)$/, (camera) => `Photo, ${spokenName(camera)}`],
  [
    /^[a-z]+_\d+_splat_(\w+)$/,
    (camera) => `Gaussians as the camera sees them, ${spokenName(camera)}`,
  ],
  [/^[a-z]+_\d+_topdown$/, () => "Where Gaussians are, from above, block by block"],
  [/^[a-z]+_\d+_overview$/, () => "All of it"],
  [/^[a-z]+_\d+_gt(_bird)?$/, (bird) => seen("Truth", bird)],
  [/^[a-z]+_\d+_pred(_bird)?$/, (bird) => seen("Prediction", bird)],
  [/^[a-z]+_\d+_error(_bird)?$/, (bird) => seen("Error", bird)],
  [/^[a-z]+_\d+_gaussian(_bird)?$/, (bird) => seen("Gaussians", bird)],
  [/^[a-z]+_(\d+)$/, (number) => `Key frame ${number}`],
];

/** What a picture of ours shows, in words, by its file's name (`val_3_gt_bird.png`); the name where it is another's. */
export function captionOf(file: string): string {
  const stem = file.replace(/\.\w+$/, "");
  for (const [pattern, caption] of CAPTIONS) {
    const parts = pattern.exec(stem);
    if (parts) return caption(...parts.slice(1));
  }
  return file;
}

function seen(what: string, bird: string | undefined): string {
  return bird === undefined ? what : `${what}, from above`;
}
