import type { F64 } from "../../support.ts";

/** x M or M x for each batch, with M among the numbers of a row of `packed`, in doubles. */
export function packedMatmul(
  x: F64,
  packed: F64,
  { side, size, start }: { side: "left" | "right"; size: number; start: number },
): F64 {
  const [batches, rows, columns] = x.shape as [number, number, number];
  const width = packed.shape[1]!;
  const right = side === "right";
  const [high, wide, depth] = right ? [rows, size, columns] : [size, columns, rows];
  const data = new Float64Array(batches * high * wide);
  for (let b = 0; b < batches; b++) {
    const X = (r: number, c: number) => x.data[(b * rows + r) * columns + c]!;
    const M = (r: number, c: number) =>
      packed.data[b * width + start + r * (right ? size : rows) + c]!;
    for (let r = 0; r < high; r++) {
      for (let c = 0; c < wide; c++) {
        let sum = 0;
        for (let k = 0; k < depth; k++) sum += right ? X(r, k) * M(k, c) : M(r, k) * X(k, c);
        data[(b * high + r) * wide + c] = sum;
      }
    }
  }
  return { shape: [batches, high, wide], data };
}
