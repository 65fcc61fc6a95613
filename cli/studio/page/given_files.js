/** All files of what was dropped, by their paths; folders are gone through. */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = [];
  for (const entry of entries) await collect(entry, entry.name, files);
  return files;
}

async function collect(entry, path, files) {
  if (entry.isFile) {
    files.push([path, await new Promise((resolve, reject) => entry.file(resolve, reject))]);
    return;
  }
  const reader = entry.createReader();
  // A reader gives some at a time, and none at its end.
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const inner of some) await collect(inner, `${path}/${inner.name}`, files);
  }
}

/** The files of a folder or of single files that were chosen. */
export function chosenFiles(input) {
  return [...input.files].map((file) => [file.webkitRelativePath || file.name, file]);
}
