import { dyno } from "@sparkjsdev/spark";
import * as THREE from "three";
import { marksWidth } from "./splat_marks.js";

/** How Gaussians may be shown, by the number that the shader knows. */
export const LOOKS = ["colour", "depth", "normals", "centres", "ellipsoids"];

// As they are trained: out to where alpha falls below 1/255.
const TRAINED_REACH = Math.sqrt(2 * Math.log(255));
/** Deviations out to which an ellipsoid is drawn: half of what is dense lies inside, as in other viewers' rings. */
const ELLIPSOID_REACH = 1.5;
/** Pixels from the middle of a centre's dot to its edge. */
const DOT = 1.6;

const GLSL = `
vec3 lookOfDepth(float t) {
  // Near is bright: four stops of viridis, from its end to its start.
  vec3 a = vec3(0.993, 0.906, 0.144), b = vec3(0.208, 0.719, 0.473);
  vec3 c = vec3(0.191, 0.407, 0.556), d = vec3(0.267, 0.005, 0.329);
  float s = 3.0 * clamp(t, 0.0, 1.0);
  return s < 1.0 ? mix(a, b, s) : s < 2.0 ? mix(b, c, s - 1.0) : mix(c, d, s - 2.0);
}
vec3 lookOfNormal(Gsplat g, vec3 eye) {
  float least = min(g.scales.x, min(g.scales.y, g.scales.z));
  vec3 axis = g.scales.z == least ? vec3(0.0, 0.0, 1.0)
    : g.scales.y == least ? vec3(0.0, 1.0, 0.0) : vec3(1.0, 0.0, 0.0);
  vec3 normal = quatVec(g.quaternion, axis);
  return 0.5 + 0.5 * (dot(normal, g.center - eye) > 0.0 ? -normal : normal);
}`;

/**
 * What is changed of Gaussians as they are drawn: colours by depth or normal, dots or solid ellipsoids in place
 * of them, their size, a least opacity, a box that they are cropped to, and the marks of single ones.
 */
export class SplatLook {
  look = "colour";
  /** Low and high corner of the box that is left; null for all. */
  box = null;
  #mesh = null;
  #uniforms = {
    look: dyno.dynoInt(0),
    size: dyno.dynoFloat(1),
    least: dyno.dynoFloat(0),
    near: dyno.dynoFloat(0),
    far: dyno.dynoFloat(1),
    pixel: dyno.dynoFloat(1),
    low: dyno.dynoVec3(new THREE.Vector3()),
    high: dyno.dynoVec3(new THREE.Vector3()),
  };

  /** `spark` draws; `page` knows how far away the scene is. */
  constructor(page, spark) {
    Object.assign(this, { page, spark });
    this.#box();
    page.stage.listen("before", () => this.#follow());
  }

  /** Shows a mesh so; `marks` are those of its Gaussians. */
  attach(mesh, marks) {
    this.#mesh = mesh;
    mesh.objectModifier = this.#modifier(mesh, marks);
    mesh.enableViewToObject = this.#watchesEye;
  }

  /** Another look, by its name. */
  setLook(look) {
    this.look = look;
    this.#uniforms.look.value = LOOKS.indexOf(look);
    const solid = look === "centres" || look === "ellipsoids";
    Object.assign(this.spark, {
      falloff: solid ? 0 : 1,
      maxStdDev: look === "centres" ? 1 : look === "ellipsoids" ? ELLIPSOID_REACH : TRAINED_REACH,
    });
    this.spark.uniforms.rim.value = look === "ellipsoids" ? 1 : 0;
    if (this.#mesh) this.#mesh.enableViewToObject = this.#watchesEye;
    this.touch();
  }

  /** Gaussians of another size, as a factor. */
  setSize(size) {
    this.#uniforms.size.value = size;
    this.touch();
  }

  /** Only those at least so opaque. */
  setLeast(least) {
    this.#uniforms.least.value = least;
    this.touch();
  }

  /** Only those whose centres lie in a box. */
  setBox(box) {
    this.box = box;
    this.#box();
    this.touch();
  }

  /** Shows all as another one does. */
  follow(other) {
    this.setSize(other.#uniforms.size.value);
    this.setLeast(other.least);
    this.setLook(other.look);
  }

  get least() {
    return this.#uniforms.least.value;
  }

  /** Whether a centre lies in the box. */
  isInBox(x, y, z) {
    const { low, high } = this.#uniforms;
    return x >= low.value.x && y >= low.value.y && z >= low.value.z &&
      x <= high.value.x && y <= high.value.y && z <= high.value.z;
  }

  /** Nearest and farthest depth of the colours. */
  get depths() {
    return [this.#uniforms.near.value, this.#uniforms.far.value];
  }

  /** Has the Gaussians made anew, since something of this is another. */
  touch() {
    this.#mesh?.updateVersion();
    this.page.stage.invalidate();
  }

  get #watchesEye() {
    return this.look === "depth" || this.look === "normals" || this.look === "centres";
  }

  #box() {
    const { low, high } = this.#uniforms;
    low.value = this.box ? this.box[0] : new THREE.Vector3().setScalar(-1e30);
    high.value = this.box ? this.box[1] : new THREE.Vector3().setScalar(1e30);
  }

  /** Depth's colours span the scene, from wherever it is seen; dots are as large on the screen everywhere. */
  #follow() {
    const { extent, stage: { camera, view } } = this.page;
    if (!extent || !this.#watchesEye) return;
    const { near, far, pixel } = this.#uniforms;
    const ahead = camera.getWorldDirection(new THREE.Vector3());
    const middle = extent.centre.clone().sub(camera.position).dot(ahead);
    near.value = Math.max(0, middle - extent.radius);
    far.value = Math.max(middle + extent.radius, near.value + 1e-6);
    pixel.value = DOT * 2 * Math.tan(camera.fov * Math.PI / 360) / view.clientHeight;
  }

  #modifier({ context }, marks) {
    const { Gsplat, dynoBlock, Dyno } = dyno;
    const floats = ["size", "least", "near", "far", "pixel"];
    return dynoBlock({ gsplat: Gsplat }, { gsplat: Gsplat }, ({ gsplat }) => {
      const { look, low, high } = this.#uniforms;
      const made = new Dyno({
        inTypes: {
          gsplat: Gsplat,
          look: "int",
          ...Object.fromEntries(floats.map((name) => [name, "float"])),
          low: "vec3",
          high: "vec3",
          eye: "vec3",
          turn: "vec4",
          marks: "usampler2D",
        },
        outTypes: { gsplat: Gsplat },
        inputs: {
          gsplat,
          look,
          ...Object.fromEntries(floats.map((name) => [name, this.#uniforms[name]])),
          low,
          high,
          eye: context.viewToObject.translate,
          turn: context.viewToObject.rotate,
          marks: dyno.dynoUsampler2D(marks.texture),
        },
        globals: () => [dyno.defineGsplat, GLSL],
        statements: ({ inputs, outputs }) =>
          dyno.unindentLines(statements({ ...inputs, g: outputs.gsplat, given: inputs.gsplat })),
      });
      return { gsplat: made.outputs.gsplat };
    });
  }
}

function statements(
  { g, given, look, size, least, near, far, pixel, low, high, eye, turn, marks },
) {
  return `
    ${g} = ${given};
    if (isGsplatActive(${g}.flags)) {
      uint mark = texelFetch(${marks}, ivec2(${g}.index % ${marksWidth}, ${g}.index / ${marksWidth}), 0).r;
      bool outside = any(lessThan(${g}.center, ${low})) || any(greaterThan(${g}.center, ${high}));
      if ((mark & 1u) != 0u || outside || ${g}.rgba.a < ${least}) {
        ${g}.rgba.a = 0.0;
      } else {
        ${g}.scales *= ${size};
        vec3 away = ${g}.center - ${eye};
        float depth = dot(away, quatVec(${turn}, vec3(0.0, 0.0, -1.0)));
        if (${look} == 1) ${g}.rgba.rgb = lookOfDepth((depth - ${near}) / (${far} - ${near}));
        if (${look} == 2) ${g}.rgba.rgb = lookOfNormal(${g}, ${eye});
        if (${look} == 3) ${g}.scales = vec3(max(depth, 0.0) * ${pixel} * ${size});
        // What hardly shows would hide all that is behind it; points begin with 0.1.
        if (${look} >= 3) ${g}.rgba.a = ${g}.rgba.a < 0.05 ? 0.0 : 1.0;
        if ((mark & 2u) != 0u) ${g}.rgba.rgb = mix(${g}.rgba.rgb, vec3(1.0, 0.7, 0.1), 0.65);
      }
    }`;
}
