/** Makes an element; attributes that are functions listen to the event of their name, null is left out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A button; with `pressed` one that stays in. */
export function button(text, click, { pressed = null, title = null } = {}) {
  return element("button", {
    type: "button",
    click,
    title,
    "aria-pressed": pressed === null ? null : String(pressed),
  }, text);
}

/** Buttons of which one is in; `choose` is called with the name of the one that was pressed. */
export function choice(names, chosen, choose) {
  const buttons = names.map((name) =>
    button(name, () => choose(name), { pressed: name === chosen })
  );
  const root = row(...buttons);
  return {
    root,
    buttons,
    set(name) {
      buttons.forEach((made, i) => made.setAttribute("aria-pressed", String(names[i] === name)));
    },
  };
}

/** A part of the panel under its heading. */
export function section(heading, ...children) {
  return element("section", {}, element("h2", {}, heading), ...children);
}

/** A part of the panel that opens with a click on its heading. */
export function folded(heading, ...children) {
  return element("details", {}, element("summary", {}, heading), ...children);
}

/** Elements in a line. */
export function row(...children) {
  return element("div", { class: "row" }, ...children);
}

/** A switch with its text. */
export function checkbox(text, checked, change) {
  const input = element("input", {
    type: "checkbox",
    checked,
    change: () => change(input.checked),
  });
  return element("label", {}, input, ` ${text}`);
}

/** A slider with its name and its value in words. */
export function slider(name, { min, max, step, value, write = String }, change) {
  const told = element("output", {}, write(value));
  const input = element("input", {
    type: "range",
    "aria-label": name,
    min,
    max,
    step,
    value,
    input: () => {
      told.textContent = write(Number(input.value));
      change(Number(input.value));
    },
  });
  const root = element("label", { class: "slider" }, element("span", {}, name), input, told);
  return {
    root,
    input,
    /** Puts the slider there, in a new range if one is given, and calls nobody. */
    set(to, range = {}) {
      Object.assign(input, range);
      input.value = to;
      told.textContent = write(to);
    },
  };
}

/** Gives the keys back to the scene after a choice, which takes letters to look for names. */
export function leaveKeys(select) {
  select.addEventListener("change", () => select.blur());
  return select;
}

/** Replaces a choice's options, `[value, text]`, only where they are others, so that an open list stays open. */
export function setOptions(select, options) {
  const text = JSON.stringify(options);
  if (select.dataset.options === text) return;
  select.dataset.options = text;
  select.replaceChildren(...options.map(([value, name]) => element("option", { value }, name)));
}

/** Replaces the content only where it is another one, so that what the user holds stays. */
export function replaceText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
