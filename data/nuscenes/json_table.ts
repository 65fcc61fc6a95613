import { unreadable } from "../formats/unreadable.ts";

const OPEN = 0x7b, CLOSE = 0x7d, QUOTE = 0x22, ESCAPE = 0x5c;
const CHUNK = 1 << 20;

/**
 * Calls `visit` with each record of a JSON file that holds one list of objects, reading a megabyte at
 * a time: nuScenes' sample_data.json and ego_pose.json are larger than a JavaScript string may be.
 * `onBytes` is told of each piece read.
 */
export function forEachRecord(
  path: string,
  visit: (record: unknown) => void,
  onBytes: (count: number) => void = () => {},
): void {
  using file = Deno.openSync(path);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let held = new Uint8Array(0); // the start of a record that the last chunk cut
  let scanned = 0, depth = 0, start = -1, offset = 0;
  let inText = false, escaped = false;
  const chunk = new Uint8Array(CHUNK);
  for (let count = file.readSync(chunk); count !== null; count = file.readSync(chunk)) {
    const bytes = new Uint8Array(held.length + count);
    bytes.set(held);
    bytes.set(chunk.subarray(0, count), held.length);
    if (
      offset + held.length === 0 && !/^\s*\[/.test(new TextDecoder().decode(bytes.subarray(0, 64)))
    ) {
      throw unreadable(path, 0, `it does not start with "[", it must hold one list`);
    }
    let at = scanned;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === ESCAPE) escaped = true;
        else if (byte === QUOTE) inText = false;
      } else if (byte === QUOTE) inText = true;
      else if (byte === OPEN) {
        if (depth++ === 0) start = at;
      } else if (byte === CLOSE && depth > 0 && --depth === 0) {
        visit(parse(decoder, bytes.subarray(start, at + 1), { path, offset: offset + start }));
        start = -1;
      }
    }
    const keep = start < 0 ? bytes.length : start;
    offset += keep;
    held = bytes.slice(keep);
    scanned = held.length;
    if (start >= 0) start = 0;
    onBytes(count);
  }
  if (depth > 0 || inText) {
    throw unreadable(path, offset, "the file ends inside this record");
  }
}

function parse(
  decoder: TextDecoder,
  bytes: Uint8Array,
  { path, offset }: { path: string; offset: number },
): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw unreadable(path, offset, "this record is not JSON", cause);
  }
}
