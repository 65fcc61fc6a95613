/** Fetches an item's content, or a part of it; what is wrong with it is thrown as the server says it. */
export async function fetchItem({ id, version }, ...part) {
  const response = await fetch(itemAddress({ id, version }, ...part));
  if (!response.ok) throw new Error(await response.text());
  return response;
}

/** The address of an item's content, or of a part of it; another version has another one. */
export function itemAddress({ id, version }, ...part) {
  const path = [id, ...part].map(encodeURIComponent).join("/");
  return `/data/item/${path}?${encodeURIComponent(version)}`;
}
