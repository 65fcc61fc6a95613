/**
 * Where the page gets what it shows: `state(tag)` resolves to a tag and content, or null where the tag is
 * still that of the content; `item(item, ...part)` to a Response; `address(item, ...part)` is an address of
 * the same, or resolves to one; `ask(word)` asks something of the run. The viewer's server, until another door
 * is opened.
 */
let door = {
  async state(tag) {
    const headers = tag === null ? {} : { "if-none-match": tag };
    const response = await fetch("data/state", { headers, cache: "no-store" }).catch((cause) => {
      throw new Error("the viewer's server does not answer", { cause });
    });
    const text = await response.text();
    if (response.status === 304) return null;
    if (!response.ok) throw new Error(text);
    return { tag: response.headers.get("etag"), content: JSON.parse(text) };
  },
  ask: (word) =>
    fetch(`data/run/${word.replace(" ", "_")}`, {
      method: "POST",
      headers: { "x-voxsplat-page": "1" },
    }),
  item: (item, ...part) => fetch(door.address(item, ...part)),
  // Another version has another one.
  address({ id, version }, ...part) {
    const path = [id, ...part].map(encodeURIComponent).join("/");
    return `data/item/${path}?${encodeURIComponent(version)}`;
  },
};

/** Has the page get all of it elsewhere. */
export function openDoor(other) {
  door = other;
}

/** What there is to see, and its tag; null where the tag is that of the last one. */
export function askState(tag) {
  return door.state(tag);
}

/** An item's content, or a part of it; what is wrong with it is thrown as it is told. */
export async function fetchItem(item, ...part) {
  const response = await door.item(item, ...part);
  if (!response.ok) throw new Error(await response.text());
  return response;
}

/** Asks something of the run that is shown; why it cannot be is thrown as it is told. */
export async function askRun(word) {
  const response = await door.ask(word);
  if (!response.ok) throw new Error(await response.text());
}

/** Resolves to the address of an item's content, or of a part of it. */
export async function itemAddress(item, ...part) {
  return await door.address(item, ...part);
}
