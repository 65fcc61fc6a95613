// Makes a picture of docs/images/ of one that a command left:
// deno run -A bench/pictures.ts out/demo/street_1.png docs/images/demo.jpg 1100
import { encodeJpeg } from "../data/pictures/jpeg/jpeg.ts";
import { rgbPicture } from "../data/pictures/picture.ts";
import { decodePng } from "../data/pictures/png/png.ts";
import { resizePixels } from "../data/pictures/resample.ts";

// Letters stay clean, and a page loads at once.
const QUALITY = 76;

const [from, to, most] = Deno.args as [string, string, string | undefined];
const picture = rgbPicture(decodePng(Deno.readFileSync(from), { file: from }));
const width = Math.min(picture.width, Number(most ?? picture.width));
const height = Math.round(picture.height * width / picture.width);
Deno.writeFileSync(to, encodeJpeg(resizePixels(picture, [width, height], "bicubic"), QUALITY));
