import { assertEquals, assertThrows } from "@std/assert";
import { blobDoor } from "../../../data/files/blob_door.ts";
import { isFile, isFolder } from "../../../data/files/path_kind.ts";
import { NotFound, openDoor, readText } from "../../../data/files/door.ts";
import { openSource } from "../../../data/formats/byte_source.ts";
import { readScene } from "../../../data/scenes/read_scene.ts";

/** What workers of browsers read blobs with; these keep their bytes beside them. */
const BYTES = new WeakMap<Blob, Uint8Array>();

class BytesBlob extends Blob {
  constructor(readonly all: Uint8Array<ArrayBuffer>) {
    super([all]);
    BYTES.set(this, all);
  }
  override slice(start = 0, end = this.size): Blob {
    return new BytesBlob(this.all.slice(start, end));
  }
}

function withDoor(files: Record<string, string>, body: () => void): void {
  const global = globalThis as { FileReaderSync?: unknown };
  global.FileReaderSync = class {
    readAsArrayBuffer = (blob: Blob) => BYTES.get(blob)!.slice().buffer;
  };
  const blobs = Object.entries(files).map(([path, text]) =>
    [path, new BytesBlob(new TextEncoder().encode(text))] as const
  );
  const before = openDoor(blobDoor(new Map(blobs)));
  try {
    body();
  } finally {
    openDoor(before);
    delete global.FileReaderSync;
  }
}

Deno.test("files that a page was given are found, listed and read in parts by their paths", () => {
  withDoor({ "scene/a.txt": "one two", "scene/deep/b.txt": "three" }, () => {
    assertEquals([isFile("/scene/a.txt"), isFile("scene/../scene//a.txt")], [true, true]);
    assertEquals([isFolder("/scene"), isFolder("/scene/deep"), isFolder("/")], [true, true, true]);
    assertEquals([isFile("/scene/deep"), isFile("/other"), isFolder("/a.txt")], [
      false,
      false,
      false,
    ]);
    assertEquals(readText("/scene/deep/b.txt"), "three");
    const source = openSource("/scene/a.txt");
    assertEquals(new TextDecoder().decode(source.read(4, 3)), "two");
    assertThrows(() => source.read(4, 4), SyntaxError, "1 of them are missing");
    assertThrows(() => openSource("/scene/c.txt"), NotFound, "there is no such file");
    assertThrows(() => openSource("/scene"), SyntaxError, "it is a folder");
  });
});

Deno.test("a folder that is no scene is refused as on disk", () => {
  withDoor({ "photos/a.jpg": "" }, () => {
    const said = assertThrows(() => readScene("/photos"), Error).message;
    assertEquals(said.includes("it has neither sparse/ of COLMAP"), true, said);
    assertThrows(() => readScene("/elsewhere"), Error, "there is no such folder");
  });
});
