import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../../../gpu/device.ts";
import {
  checkGaussians,
  checkPairs,
  checkPictures,
  mostGaussians,
} from "../../../../model/splat/plan/limits.ts";
import { gpuTest } from "../../../support.ts";

/** Asserts that something is refused with this text, and with a hint. */
function refused(work: () => void, ...texts: string[]): void {
  const error = assertThrows(work, RangeError) as RangeError & { hint?: string };
  for (const text of texts) assert(error.message.includes(text), error.message);
  assert(error.hint, "there is no hint");
}

const shot = (name: string, width: number, height: number) => ({ name, camera: { width, height } });

gpuTest("limits of Gaussians, pictures and pairs at 128 MiB a binding", (gpu) => {
  assertEquals(mostGaussians(gpu, 0), 2 ** 23);
  checkGaussians(gpu, 3, 2 ** 23);
  refused(
    () => checkGaussians(gpu, 3, 9_000_000),
    "Cannot train 9000000 Gaussians of degree 3: this adapter holds 8388608",
    "(180 bytes each)",
  );
  checkPictures(gpu, [shot("a.jpg", 3840, 2160), shot("b.jpg", 100, 100)]);
  refused(
    () => checkPictures(gpu, [shot("b.jpg", 100, 100), shot("c.jpg", 7680, 4320)]),
    'Cannot train on "c.jpg": 7680 x 4320 pixels take 379.7 MiB as numbers',
    "128.0 MiB at most",
  );
  checkPairs(gpu, { view: "a", pairs: 2 ** 25, views: 1 }, { gaussians: 10 });
  refused(
    () => checkPairs(gpu, { view: "r_12.png", pairs: 2 ** 25 + 1, views: 8 }, { gaussians: 4000 }),
    'Cannot train on view "r_12.png": 4000 Gaussians make 33554433 pairs of Gaussian and tile there',
    "this adapter lists 33554432 at most",
  );
}, { tuning: { mostBound: 2 ** 27 } });

Deno.test("harmonics in one buffer are the limit where much can be bound", () => {
  const gpu = { limits: { maxBufferSize: 2 ** 31 - 4 }, tuning: { mostBound: 2 ** 31 - 4 } } as Gpu;
  assertEquals(mostGaussians(gpu, 3), 11_930_464);
  assertEquals(mostGaussians(gpu, 0), 134_217_727);
});
