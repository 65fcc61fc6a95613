import { element, replaceText, section } from "../elements.js";

/** Figures of what is shown, and the curves of a training run. */
export class Charts {
  #figures = element("table");
  #curves = element("div", { class: "charts" });
  #drawn = "";
  root = section("Figures", this.#figures, this.#curves);

  /** Shows the figures and curves of a state; nothing where it has none. */
  update({ figures, charts }) {
    this.root.hidden = !figures.length && !charts.length;
    replaceText(this.root.firstChild, charts.length ? "Training" : "Figures");
    this.#figures.replaceChildren(
      ...figures.map(([name, value]) =>
        element("tr", {}, element("td", {}, name), element("td", {}, value))
      ),
    );
    const curves = charts.join("\n");
    if (curves === this.#drawn) return;
    this.#drawn = curves;
    this.#curves.innerHTML = curves; // SVG that our own server drew
  }
}
