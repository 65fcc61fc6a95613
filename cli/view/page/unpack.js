// Starts a page that holds all it needs: its scripts lie packed in elements of the page itself.

async function unpacked({ textContent }) {
  const packed = await fetch(`data:application/octet-stream;base64,${textContent.trim()}`);
  return await new Response(packed.body.pipeThrough(new DecompressionStream("gzip"))).text();
}

const imports = {};
for (const script of document.querySelectorAll("script[data-script]")) {
  const blob = new Blob([await unpacked(script)], { type: "text/javascript" });
  imports[script.dataset.script] = URL.createObjectURL(blob);
  script.remove();
}
const map = document.createElement("script");
map.type = "importmap";
map.nonce = "voxsplat";
map.textContent = JSON.stringify({ imports });
document.head.append(map);
await import("page/kept.js");
