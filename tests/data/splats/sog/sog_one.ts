import type { ZipMember } from "../../../../data/formats/zip/zip_write.ts";
import { sogMembers } from "../../../../data/splats/sog/sog_write.ts";
import type { Splats } from "../../../../data/splats/splats.ts";

/** Bounds that the bytes of a scene of version 1 stand between. */
export const BOUNDS = {
  scale: [-9, 0],
  color: [-2, 2],
  opacity: [-6, 6],
  harmonic: [-1, 1],
} as const;

/** The files of a scene whose meta data are of version 1, its pictures those of version 2. */
export async function sogOneMembers(splats: Splats): Promise<ZipMember[]> {
  const [first, ...pictures] = await sogMembers(splats);
  const { means, scales, quats, sh0, shN, count } = JSON.parse(
    new TextDecoder().decode(first!.bytes),
  );
  const bounds = ([min, max]: readonly [number, number], channels: number) => ({
    mins: Array(channels).fill(min),
    maxs: Array(channels).fill(max),
  });
  const { mins, maxs } = bounds(BOUNDS.color, 3);
  const meta = {
    means: { shape: [count, 3], dtype: "float32", ...means },
    scales: { shape: [count, 3], ...bounds(BOUNDS.scale, 3), files: scales.files },
    quats: { shape: [count, 3], encoding: "quaternion_packed", files: quats.files },
    sh0: {
      shape: [count, 1, 4],
      mins: [...mins, BOUNDS.opacity[0]],
      maxs: [...maxs, BOUNDS.opacity[1]],
      files: sh0.files,
    },
    ...(shN && {
      shN: {
        mins: BOUNDS.harmonic[0],
        maxs: BOUNDS.harmonic[1],
        quantization: 8,
        files: shN.files,
      },
    }),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(meta));
  return [{ name: "meta.json", bytes }, ...pictures];
}
