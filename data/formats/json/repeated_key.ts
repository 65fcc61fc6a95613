/**
 * The first key that an object of a JSON text has twice, or null. JSON.parse keeps the last of them and
 * says nothing. Texts that are no JSON may give null.
 */
export function repeatedKey(text: string): string | null {
  // Keys of the objects that are open; null for a list.
  const open: (Set<string> | null)[] = [];
  let string: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const mark = text[at]!;
    if (mark === '"') {
      const end = stringEnd(text, at);
      string = text.slice(at, end);
      at = end - 1;
      continue;
    }
    if (mark === "{") open.push(new Set());
    else if (mark === "[") open.push(null);
    else if (mark === "}" || mark === "]") open.pop();
    else if (mark === ":" && string !== null) {
      const keys = open.at(-1);
      const key = unescaped(string);
      if (keys?.has(key)) return key;
      keys?.add(key);
    } else if (mark === " " || mark === "\n" || mark === "\r" || mark === "\t") continue;
    string = null;
  }
  return null;
}

/** The place behind the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function unescaped(string: string): string {
  try {
    return JSON.parse(string);
  } catch {
    return string;
  }
}
