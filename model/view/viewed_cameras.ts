import type { ViewedCamera } from "./viewed.ts";

/** Cameras of a model's `cameras.json`; what is wrong with the file, if it cannot be read. */
export function readViewedCameras(
  path: string,
): { readonly cameras: readonly ViewedCamera[]; readonly problem: string | null } {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { cameras: [], problem: null };
    throw error;
  }
  try {
    return { cameras: (JSON.parse(text) as unknown[]).map(cameraOf), problem: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { cameras: [], problem: `Cannot read "${path}": ${reason}` };
  }
}

function cameraOf(entry: unknown, index: number): ViewedCamera {
  const { img_name, width, height, fx, fy, position, rotation } = entry as Record<string, unknown>;
  const camera = {
    name: String(img_name ?? index),
    width: Number(width),
    height: Number(height),
    fx: Number(fx),
    fy: Number(fy),
    position: numbers(position),
    rotation: Array.isArray(rotation) ? rotation.map(numbers) : [],
  };
  const finite = [camera.width, camera.height, camera.fx, camera.fy]
    .every((value) => Number.isFinite(value) && value > 0);
  const shaped = camera.position.length === 3 && camera.rotation.length === 3 &&
    camera.rotation.every((row) => row.length === 3);
  if (!finite || !shaped) {
    throw new SyntaxError(
      `camera ${index} needs width, height, fx, fy above 0, a position of 3 and a rotation of 3 x 3 numbers`,
    );
  }
  return camera;
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number).filter(Number.isFinite) : [];
}
