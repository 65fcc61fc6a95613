import { readSplatSource } from "../../data/splats/read_splats.ts";
import { encodeSplats } from "../../data/splats/write_splats.ts";
import type { Viewed, ViewedItem, ViewResource, ViewState } from "./viewed.ts";

/** A part of what is looked at, by its name's parts, to be kept without a server. */
export interface KeptPart {
  /** As `Viewed.resource` takes it. */
  readonly name: readonly string[];
  /** Media type, or "spz" for Gaussians as a file of that kind. */
  readonly type: string;
  /** All of it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * What is to be seen at this moment, and all parts of it: of scenes of Gaussians the newest one as SPZ, of key
 * frames every one. Photos and the run itself stay behind.
 */
export function keptParts(
  viewed: Viewed,
): { readonly state: ViewState; readonly parts: AsyncIterable<KeptPart> } {
  const now = viewed.state();
  const items = now.kind === "splats" ? now.items.slice(-1) : now.items;
  if (!items.length) {
    throw Object.assign(new Error(`Cannot keep "${now.title}": there is no scene yet`), {
      hint: "a run has one as soon as it has saved",
    });
  }
  const state = { ...now, items, photos: null, run: null };
  return { state, parts: now.kind === "splats" ? scenes(viewed, items) : keyFrames(viewed, items) };
}

async function* scenes(viewed: Viewed, items: readonly ViewedItem[]): AsyncGenerator<KeptPart> {
  for (const { id, label } of items) {
    const ply = bytesOf(await found(viewed, [id]));
    const { splats } = await readSplatSource({
      file: label,
      size: ply.length,
      read: (offset, length) => ply.subarray(offset, offset + length),
    });
    yield { name: [id], type: "spz", bytes: joined(Array.from(await encodeSplats(splats, "spz"))) };
  }
}

async function* keyFrames(viewed: Viewed, items: readonly ViewedItem[]): AsyncGenerator<KeptPart> {
  for (const { id } of items) {
    const about = await part(viewed, [id, "about"]);
    yield about;
    const { truth, gaussians, cameras } = JSON.parse(new TextDecoder().decode(about.bytes));
    const names = [
      ["prediction"],
      ...truth ? [["truth"], ["error"]] : [],
      ...gaussians ? [["gaussians"]] : [],
      ...cameras.map((name: string) => ["camera", name]),
    ];
    for (const name of names) yield await part(viewed, [id, ...name]);
  }
}

async function part(viewed: Viewed, name: readonly string[]): Promise<KeptPart> {
  const resource = await found(viewed, name);
  return { name, type: resource.type, bytes: bytesOf(resource) };
}

async function found(viewed: Viewed, name: readonly string[]): Promise<ViewResource> {
  const resource = await viewed.resource(name);
  if (!resource) throw new Error(`Cannot keep "${name.join("/")}": it is gone`);
  return resource;
}

function bytesOf({ body }: ViewResource): Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array ? body.slice() : joined(Array.from<Uint8Array>(body));
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
