import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readOriginalConfig } from "../../../../../model/occupancy/config/original_config_file.ts";
import { presets } from "../../../../../model/occupancy/gaussianformer/config/presets.ts";
import { ORIGINAL_TEXTS, writeTexts } from "./original_texts.ts";

async function inFolder(body: (folder: string) => void | Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await writeTexts(folder, ORIGINAL_TEXTS);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const { demo: _, ...published } = presets;
for (const [name, preset] of Object.entries(published)) {
  Deno.test(`a file in the original's style gives the preset ${name}`, () =>
    inFolder((folder) => {
      const read = readOriginalConfig(join(folder, `${name}.py`));
      assertEquals<unknown>(read.config, preset);
      assertEquals(read.name, name.replace("prob/", ""));
      assertEquals(read.loadFrom, "ckpts/r101_dcn_fcos3d_pretrain.pth");
    }));
}

Deno.test("what cannot be done here is refused, with file and setting", () =>
  inFolder(async (folder) => {
    const path = join(folder, "polar.py");
    await Deno.writeTextFile(
      path,
      `_base_ = ['nuscenes_gs25600_solid.py']\nmodel = dict(img_neck=dict(start_level=0))\n`,
    );
    const { message, cause } = assertThrows(() => readOriginalConfig(path), SyntaxError);
    assertEquals(message, `Cannot use "${path}": it is read, but not all of it can be done here`);
    assertEquals(
      (cause as Error).message,
      'Cannot use the configuration: "model.img_neck.start_level" is 0, only 1 is known here',
    );
  }));
