import { type FileDoor, type FolderEntry, NotFound } from "./door.ts";

// Only workers have it, and Deno's types do not know it.
declare const FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };

/**
 * The files that a page was given, by their paths below "/": as a folder that is dropped names them.
 * Bytes are read when they are asked for, which only a worker may do.
 */
export function blobDoor(files: ReadonlyMap<string, Blob>): FileDoor {
  const folders = new Map<string, Map<string, FolderEntry>>([["", new Map()]]);
  const folderOf = (path: string): Map<string, FolderEntry> => {
    let folder = folders.get(path);
    if (folder === undefined) {
      const [parent, name] = split(path);
      folders.set(path, folder = new Map());
      folderOf(parent).set(name, { name, isFile: false, isDirectory: true });
    }
    return folder;
  };
  const byPath = new Map<string, Blob>();
  for (const [path, blob] of files) {
    const at = plain(path);
    const [parent, name] = split(at);
    byPath.set(at, blob);
    folderOf(parent).set(name, { name, isFile: true, isDirectory: false });
  }
  return {
    stat(path) {
      const at = plain(path);
      const blob = byPath.get(at);
      if (blob) return { isFile: true, isDirectory: false, size: blob.size };
      return folders.has(at) ? { isFile: false, isDirectory: true, size: 0 } : null;
    },
    list(path) {
      const folder = folders.get(plain(path));
      if (!folder) throw new NotFound(`Cannot list "${path}": there is no such folder`);
      return [...folder.values()];
    },
    read(path, offset, length, told) {
      const blob = byPath.get(plain(path));
      if (!blob) throw new NotFound(`Cannot read "${path}": there is no such file`);
      const bytes = new FileReaderSync().readAsArrayBuffer(blob.slice(offset, offset + length));
      told?.(bytes.byteLength);
      return new Uint8Array(bytes);
    },
  };
}

/** A path from the root: no "." and "..", one slash between names and none around them. */
function plain(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function split(path: string): readonly [parent: string, name: string] {
  const slash = path.lastIndexOf("/");
  return [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)];
}
