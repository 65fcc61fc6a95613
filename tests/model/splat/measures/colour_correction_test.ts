import { assert } from "@std/assert";
import {
  correctAffine,
  correctQuadratic,
} from "../../../../model/splat/measures/colour_correction.ts";
import { noise } from "../../../support.ts";

const REFERENCE = noise(1, 300, 0.2, 0.8);

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((x, y) => Math.max(x, y), 0);
}

Deno.test("a change of colours that a fit can express is taken back", () => {
  const linear = REFERENCE.map((v, i) => 0.6 * v + [0.1, 0.2, 0][i % 3]!);
  assert(worst(correctAffine(linear, REFERENCE), REFERENCE) < 1e-12);
  assert(worst(correctQuadratic(linear, REFERENCE), REFERENCE) < 1e-9);
  // Reference = square of the picture: a quadratic form takes it back, a line does not.
  const rooted = REFERENCE.map(Math.sqrt);
  assert(worst(correctQuadratic(rooted, REFERENCE), REFERENCE) < 1e-9);
  assert(worst(correctAffine(rooted, REFERENCE), REFERENCE) > 1e-3);
});

Deno.test("pictures without any change to fit come out finite and in range", () => {
  for (const value of [0, 0.5, 1]) {
    const flat = new Float64Array(30).fill(value);
    for (const correct of [correctAffine, correctQuadratic]) {
      for (
        const [image, reference] of [[flat, REFERENCE.slice(0, 30)], [
          REFERENCE.slice(0, 30),
          flat,
        ]] as const
      ) {
        const result = correct(image, reference);
        assert(result.every((v) => v >= 0 && v <= 1), `${correct.name} of ${value}: ${result}`);
      }
    }
  }
});
