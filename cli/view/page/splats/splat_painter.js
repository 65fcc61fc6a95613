import { SparkRenderer } from "@sparkjsdev/spark";

/** Pixels by which Gaussians were widened in training. */
export const BLUR = 0.3;

// As Spark's own for plain Gaussians; with `rim` they are shaded like balls.
const FRAGMENT = `
precision highp float;
precision highp int;
#include <splatDefines>
uniform bool encodeLinear;
uniform float minAlpha;
uniform float falloff;
uniform float rim;
in vec4 vRgba;
in vec2 vSplatUv;
flat in float adjustedStdDev;
out vec4 fragColor;
void main() {
  float square = dot(vSplatUv, vSplatUv);
  float reach = adjustedStdDev * adjustedStdDev;
  if (square > reach) discard;
  vec4 rgba = vRgba;
  rgba.a = mix(rgba.a, rgba.a * exp(-0.5 * square), falloff);
  if (rgba.a < minAlpha) discard;
  rgba.rgb *= mix(1.0, 0.25 + 0.75 * sqrt(1.0 - square / reach), rim);
  if (encodeLinear) rgba.rgb = srgbToLinear(rgba.rgb);
#ifdef PREMULTIPLIED_ALPHA
  fragColor = vec4(rgba.rgb * rgba.a, rgba.a);
#else
  fragColor = rgba;
#endif
}`;

/** Draws Gaussians as they are trained: sorted by depth on a worker, wider by a little, seen down to 1/255. */
export function splatPainter(stage) {
  return new SparkRenderer({
    renderer: stage.renderer,
    onDirty: () => stage.invalidate(),
    sortRadial: false,
    preBlurAmount: BLUR,
    blurAmount: 0,
    maxStdDev: Math.sqrt(2 * Math.log(255)),
    minAlpha: 1 / 255,
    maxPixelRadius: 4096,
    accumExtSplats: true,
    fragmentShader: FRAGMENT,
    extraUniforms: { rim: { value: 0 } },
  });
}

/** Whether a painter has still something to sort, or shows the mesh otherwise than it is now. */
export function isPainting(spark, mesh) {
  const isShown = spark.display.mapping.some(({ node, version }) =>
    node === mesh && version === mesh.version
  );
  return spark.sorting || spark.sortDirty || !isShown;
}
