import { button, element, row } from "../elements.js";
import { ENDINGS, givenItem } from "../splats/given_file.js";

/** Shows a file of Gaussians that is dropped on the page or chosen; nothing of it leaves the browser. */
export const drop = {
  pages: ["splats"],
  make(page) {
    const { parentElement } = page.stage.view;
    const take = async (file) => {
      if (!file) return;
      page.say(`reading ${file.name}`);
      try {
        await page.give(await givenItem(file));
      } catch (error) {
        page.complain(error.message);
      }
    };
    const over = (is) => (event) => {
      event.preventDefault();
      parentElement.classList.toggle("over", is);
    };
    parentElement.addEventListener("dragover", over(true));
    parentElement.addEventListener("dragleave", over(false));
    parentElement.addEventListener("drop", (event) => {
      over(false)(event);
      take(event.dataTransfer.files[0]);
    });
    // A file that misses its place must not take the page's.
    for (const type of ["dragover", "drop"]) {
      addEventListener(type, (event) => event.preventDefault());
    }
    const input = element("input", {
      type: "file",
      "aria-label": "another file",
      accept: ENDINGS.join(","),
      hidden: true,
      change: () => take(input.files[0]),
    });
    return {
      root: row(button("open a file", () => input.click()), "or drop one on the scene", input),
    };
  },
};
