import { element, replaceText, section } from "../elements.js";

/** Figures of what is shown, and the curves of a training run. */
export class Charts {
  #figures = element("table");
  #curves = element("div", { class: "charts" });
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
    this.#curves.innerHTML = charts.join("\n"); // SVG that our own server drew
  }
}
