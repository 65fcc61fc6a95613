import { element, section } from "../elements.js";

/** The settings in which several runs differ, a column a run. */
export const compare = {
  pages: ["splats", "occupancy"],
  make() {
    const table = element("table");
    const root = section("Settings that differ", element("div", { class: "wide" }, table));
    let drawn = "";
    return {
      root,
      update({ compared }) {
        root.hidden = !compared;
        const text = JSON.stringify(compared);
        if (!compared || text === drawn) return;
        drawn = text;
        const cells = (tag, values) => values.map((value) => element(tag, {}, value));
        table.replaceChildren(
          element("tr", {}, ...cells("th", ["", ...compared.runs])),
          ...compared.rows.map(([name, ...values]) =>
            element(
              "tr",
              {},
              element("td", { title: name }, name.split(".").at(-1)),
              ...cells("td", values),
            )
          ),
        );
        if (!compared.rows.length) table.append(element("tr", {}, element("td", {}, "none")));
      },
    };
  },
};
