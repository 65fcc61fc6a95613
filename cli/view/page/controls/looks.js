import { choice, element, folded, leaveKeys, replaceText, row, slider } from "../elements.js";
import { LOOKS } from "../splats/splat_look.js";
import { lengthText } from "../stage/length_text.js";

/** What is seen of Gaussians: colour, depth, normals, centres or ellipsoids; how opaque, how large, how detailed. */
export const looks = {
  pages: ["splats"],
  make(page) {
    const { look, stage } = page;
    const all = (change) => page.looks.forEach(change);
    const set = (name) => {
      all((look) => look.setLook(name));
      ways.set(name);
    };
    let chosen = false;
    const choose = (name) => {
      chosen = true;
      set(name);
    };
    const ways = choice(LOOKS, "colour", choose);
    const percent = (share) => `${Math.round(100 * share)} %`;
    const opacity = slider(
      "opacity",
      { min: 0.05, max: 1, step: 0.05, value: 1, write: percent },
      (value) => {
        if (page.current) page.current.mesh.opacity = value;
        stage.invalidate();
      },
    );
    const size = slider(
      "size",
      { min: 0.05, max: 2, step: 0.05, value: 1, write: (value) => `${value} x` },
      (value) => all((look) => look.setSize(value)),
    );
    const least = slider(
      "least opacity",
      { min: 0, max: 1, step: 0.01, value: 0, write: percent },
      (value) => all((look) => look.setLeast(value)),
    );
    const degrees = [0, 1, 2, 3].map((degree) =>
      element("option", { value: degree, selected: degree === 3 }, `up to degree ${degree}`)
    );
    const setDegree = () => {
      if (!page.current) return;
      page.current.mesh.maxSh = Number(harmonics.value);
      page.current.mesh.updateGenerator();
      stage.invalidate();
    };
    const harmonics = leaveKeys(
      element("select", { "aria-label": "harmonics", change: setDegree }, ...degrees),
    );
    const [near, far] = [element("span"), element("span")];
    const scale = element("div", { class: "depth_scale", hidden: true }, near, far);
    stage.overlay.append(scale);
    stage.listen("frame", () => {
      scale.hidden = look.look !== "depth";
      if (scale.hidden) return;
      const texts = look.depths.map((depth) =>
        lengthText(Number((depth * (page.lengthScale ?? 1)).toPrecision(3)), page)
      );
      [near, far].forEach((end, i) => replaceText(end, texts[i]));
    });
    const next = () => choose(LOOKS[(LOOKS.indexOf(look.look) + 1) % LOOKS.length]);
    return {
      root: folded(
        "Look",
        ways.root,
        opacity.root,
        size.root,
        least.root,
        row("harmonics", harmonics),
      ),
      keys: { KeyL: [next, "colour, depth, normals, centres, ellipsoids"] },
      shown() {
        if (!chosen) set(page.current.item.points ? "centres" : "colour");
        page.current.mesh.opacity = Number(opacity.input.value);
        setDegree();
      },
    };
  },
};
