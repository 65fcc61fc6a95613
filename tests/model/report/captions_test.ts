import { assertEquals } from "@std/assert";
import { captionOf } from "../../../model/report/captions.ts";
import { spokenDuration } from "../../../model/report/duration.ts";
import { htmlPair, htmlPicture } from "../../../model/report/page.ts";

const CAPTIONS: Readonly<Record<string, string>> = {
  "step_000120.png": "After 120 steps",
  "street_2.png": "Street 2, by the shipped model",
  "live_1.png": "Street 1, by the model trained just now",
  "3_image_CAM_FRONT_LEFT.png": "Photo, front left",
  "val_3_splat_CAM_BACK.png": "Gaussians as the camera sees them, back",
  "val_3_topdown.png": "Where Gaussians are, from above, block by block",
  "val_3_gt.png": "Truth",
  "val_3_pred_bird.png": "Prediction, from above",
  "train_12_error.png": "Error",
  "test_0_gaussian_bird.png": "Gaussians, from above",
  "val_1.png": "Key frame 1",
  "holiday.png": "holiday.png",
};
for (const [file, caption] of Object.entries(CAPTIONS)) {
  Deno.test(`${file} is captioned "${caption}"`, () => assertEquals(captionOf(file), caption));
}

Deno.test("times are told in seconds, minutes and hours", () => {
  const told = [0.04, 41.26, 125, 3600, 12_061, 360_000].map(spokenDuration);
  assertEquals(told, ["0.0 s", "41.3 s", "2 min 5 s", "1 h 0 min", "3 h 21 min", "100 h 0 min"]);
});

Deno.test("a pair stays in one figure, captions and file names are escaped", () => {
  const png = Uint8Array.of(1, 2, 3);
  const pair = htmlPair("View <1>", [["drawn", png], ["photographed", png]]).toString();
  assertEquals([pair.match(/<figure/g)?.length, pair.match(/<img /g)?.length], [1, 2]);
  assertEquals(/<1>/.test(pair), false);
  const one = htmlPicture("Truth", png, 'a".png').toString();
  assertEquals(one.includes('title="a&#34;.png"'), true);
});
