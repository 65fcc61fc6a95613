import { correctAffine, correctQuadratic } from "../../splat/measures/colour_correction.ts";
import type { HostArray, Operator } from "../operator.ts";

const PICTURE = ["height", "width", 3];

/** A picture with the colours of a reference, and how near each comes to it. */
export const colorCorrect: Operator = {
  name: "color_correct",
  summary:
    "colours of a picture fitted to a reference's by a line and by a quadratic form, with PSNR",
  inputs: { image: { axes: PICTURE }, reference: { axes: PICTURE } },
  run(_gpu, inputs) {
    const { image, reference } = inputs as Record<string, HostArray>;
    const affine = correctAffine(image!.data, reference!.data);
    const quadratic = correctQuadratic(image!.data, reference!.data);
    const psnr = [image!.data, affine, quadratic].map((picture) => {
      let sum = 0;
      for (let i = 0; i < picture.length; i++) sum += (picture[i]! - reference!.data[i]!) ** 2;
      return -10 * Math.log10(sum / picture.length);
    });
    const like = (data: Float64Array) => ({ shape: image!.shape, data: Float32Array.from(data) });
    return Promise.resolve({
      affine: like(affine),
      quadratic: like(quadratic),
      psnr: { shape: [3], data: Float32Array.from(psnr) },
    });
  },
};
