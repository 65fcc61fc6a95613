import { assertEquals } from "@std/assert";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { GaussianFormerConfig } from "../../../../model/occupancy/gaussianformer/config/config.ts";
import type { HeadConfig } from "../../../../model/occupancy/config/anchor_config.ts";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import { classesOf } from "../../../../model/occupancy/network/classes.ts";
import { gpuTest } from "../../../support.ts";

const { head, task } = presets["prob/nuscenes_gs6400"] as GaussianFormerConfig;

gpuTest("a head that keeps occupancy apart gives classes above its threshold only", async (gpu) => {
  const below = (value: number) => value - 2 ** -25;
  const occupied = [0, below(0.5), 0.5, 0.5 + 2 ** -24, 1, NaN].map(Math.fround);
  // Every voxel's likeliest class is its number plus 3; class 17 has no score.
  const scores = new Float32Array(18 * occupied.length);
  occupied.forEach((_, voxel) => scores[(voxel + 3) * occupied.length + voxel] = 0.9);
  const aggregated = {
    scores: Tensor.from(gpu, scores, [18, occupied.length]),
    occupied: Tensor.from(gpu, occupied.slice(0, 6)),
  };
  const classes = async (head: HeadConfig) => [
    ...await classesOf(aggregated, { head, task }).read("u32"),
  ];
  assertEquals((await classes(head)).slice(0, 5), [17, 17, 17, 6, 7]);
  const lower = { ...head, threshold: 0.25 } as HeadConfig;
  assertEquals((await classes(lower)).slice(0, 5), [17, 4, 5, 6, 7]);
  // Settings of before it could be chosen.
  const { threshold: _, ...before } = head as Extract<HeadConfig, { kind: "probabilistic" }>;
  assertEquals((await classes(before)).slice(0, 5), [17, 17, 17, 6, 7]);
  const together = { ...aggregated, occupied: null };
  assertEquals([...await classesOf(together, { head, task }).read("u32")], [3, 4, 5, 6, 7, 8]);
});
