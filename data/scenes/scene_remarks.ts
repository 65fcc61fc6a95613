import type { SceneView } from "./scene_view.ts";

/** Pixels that a principal point may be off the middle without a word. */
const ASIDE = 0.5;

/** Cameras that look straight ahead elsewhere than at the middle: one line, or none. */
export function camerasAside(views: readonly SceneView[]): string[] {
  const aside = views.map(({ name, centre, calibration: [width, height] }) => {
    const [x, y] = centre ? [centre[0] - width / 2, centre[1] - height / 2] : [0, 0];
    return { name, x, y, far: Math.max(Math.abs(x), Math.abs(y)) };
  }).filter(({ far }) => far > ASIDE);
  if (!aside.length) return [];
  const { name, x, y } = aside.reduce((most, one) => one.far > most.far ? one : most);
  return [
    `${aside.length} of ${views.length} cameras have their principal point off the middle, that of ` +
    `"${name}" by ${signed(x)}, ${signed(y)} pixels: it is used; the reference takes the middle ` +
    "(--principal-point centre)",
  ];
}

/** Pictures whose sides are not in their cameras' proportion: one line, or none. */
export function otherShapes(views: readonly SceneView[]): string[] {
  const others = views.filter(({ pixels, calibration }) =>
    Math.abs(pixels[0] * calibration[1] / calibration[0] - pixels[1]) > 1
  );
  const [first] = others;
  if (!first) return [];
  const { name, pixels, calibration } = first;
  const turned = pixels[0] === calibration[1] && pixels[1] === calibration[0];
  return [
    `${others.length} of ${views.length} pictures have another shape than their cameras, the first ` +
    `"${name}": ${pixels.join(" x ")} pixels, the camera's are ${
      calibration.join(" x ")
    }; they are ` +
    `stretched to it${turned ? ", though turned by 90 degrees they would fit" : ""}`,
  ];
}

/** Pictures that are turned as their files say: one line, or none. */
export function turnedPictures(views: readonly SceneView[]): string[] {
  const turned = views.filter(({ orientation }) => orientation !== undefined);
  return turned.length
    ? [
      `${turned.length} of ${views.length} pictures are turned as their EXIF says, so that they have the ` +
      `shape of their cameras, the first "${turned[0]!.name}"`,
    ]
    : [];
}

function signed(value: number): string {
  return `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(1)}`;
}
