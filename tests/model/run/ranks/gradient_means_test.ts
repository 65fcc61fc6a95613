import { assert, assertEquals } from "@std/assert";
import { Parameter } from "../../../../gpu/parameter.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { GradientMeans } from "../../../../model/run/ranks/gradient_means.ts";
import type { Ranks } from "../../../../model/run/ranks/ranks.ts";
import { assertClose, gpuTest, noise } from "../../../support.ts";
import { ranksInProcess } from "./in_process.ts";

/** From the last on: one larger than a bucket of 1 MiB, a small one, one that fills a bucket, none, a small one. */
const SIZES = [3, 0, (1 << 18) - 1, 5, (1 << 18) + 7];

gpuTest(
  "gradients are means over ranks, sent as soon as a bucket of them is whole",
  async (gpu) => {
    for (const words of ["f32", "f16"] as const) {
      const gradients = [0, 1].map((rank) =>
        SIZES.map((size, i) => Float32Array.from(noise(10 * rank + i, size)))
      );
      const all = await Promise.all(
        ranksInProcess(2).map(async (inProcess, rank) => {
          const sent: number[] = [];
          const ranks: Ranks = {
            ...inProcess,
            sumAside: (values) => {
              sent.push(values.length);
              return inProcess.sumAside(values);
            },
          };
          const parameters = SIZES.map((size) => new Parameter(gpu, [size]));
          const means = new GradientMeans(gpu, ranks, { parameters, words });
          const finish = async (...done: number[]) => {
            for (const i of done) {
              parameters[i]!.value.gradient = Tensor.from(gpu, gradients[rank]![i]!);
            }
            await means.note(done.map((i) => parameters[i]!.value));
            return sent.length;
          };
          const told: number[] = [];
          // A step and another: the ranks finish in different orders, and one leaves a parameter out.
          for (let step = 0; step < 2; step++) {
            for (const parameter of parameters) parameter.zeroGradient();
            sent.length = 0;
            told.length = 0;
            told.push(await finish(rank ? 0 : 3), await finish(4), await finish(rank ? 3 : 2));
            if (rank) await finish(2);
            const loss = Tensor.from(gpu, [rank + step]);
            await means.finish([loss]);
            assertEquals(await loss.read(), Float32Array.of(step + 0.5));
            loss.release();
          }
          if (words === "f32") {
            // The largest one's first bucket went before anything else was whole.
            assertEquals([told[1]! >= 1, sent.length], [true, 4]);
            assertEquals(sent.reduce((a, b) => a + b), SIZES.reduce((a, b) => a + b));
          } else assertEquals(sent, []);
          const read = await Promise.all(parameters.map(({ gradient }) => gradient!.read("f32")));
          parameters.forEach((parameter) => parameter.release());
          return read;
        }),
      );
      assertEquals(all[0], all[1]);
      // What one rank alone has comes from it and zeros.
      all[0]!.forEach((mean, i) => {
        const theirs = gradients.map((own, rank) =>
          i === 0 && rank === 0 ? own[i]!.fill(0) : own[i]!
        );
        const expected = theirs[0]!.map((value, j) => Math.fround(value + theirs[1]![j]!) / 2);
        if (words === "f32") assertEquals(mean, expected);
        else assertClose(mean, expected, { atol: 2 ** -10, rtol: 2 ** -10 });
      });
      assert(all[0]!.flatMap((mean) => [...mean.subarray(0, 9)]).some((value) => value !== 0));
    }
  },
);
