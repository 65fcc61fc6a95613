import { cases as fmaPeak } from "./fma_peak_bench.ts";
import { cases as batchNorm } from "./gpu/ops/nn/batch_norm_bench.ts";
import { cases as conv2d } from "./gpu/ops/nn/conv2d_bench.ts";
import { cases as convTranspose2d } from "./gpu/ops/nn/conv_transpose2d_bench.ts";
import { cases as layerNorm } from "./gpu/ops/nn/layer_norm_bench.ts";
import { cases as linear } from "./gpu/ops/nn/linear_bench.ts";
import { cases as matmul } from "./gpu/ops/nn/matmul_bench.ts";
import { cases as maxPool2d } from "./gpu/ops/nn/max_pool2d_bench.ts";
import { cases as resize2d } from "./gpu/ops/nn/resize2d_bench.ts";
import { cases as sparseConv3d } from "./gpu/ops/sparse/sparse_conv3d_bench.ts";
import { cases as sparseRules } from "./gpu/ops/sparse/sparse_rules_bench.ts";
import { cases as copy } from "./gpu/parallel/copy_bench.ts";
import { cases as radixSort } from "./gpu/parallel/radix_sort_bench.ts";
import { cases as scan } from "./gpu/parallel/scan_bench.ts";
import { cases as segments } from "./gpu/parallel/segments_bench.ts";
import type { BenchCase } from "./harness.ts";

/** What the adapter can do at most; every run begins with these. */
export const references: readonly BenchCase[] = [...fmaPeak, ...copy];

/** All benches; a new one is a file and a line here. */
export const benches: readonly BenchCase[] = [
  matmul,
  linear,
  conv2d,
  convTranspose2d,
  batchNorm,
  layerNorm,
  maxPool2d,
  resize2d,
  sparseConv3d,
  sparseRules,
  radixSort,
  scan,
  segments,
].flat();
