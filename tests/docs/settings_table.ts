import { join } from "@std/path";
import { readPythonConfig } from "../../data/formats/python_config.ts";
import { readOptions } from "../../model/occupancy/config/original_config.ts";
import {
  described,
  type OptionRule,
  OptionsLedger,
} from "../../model/occupancy/config/original/options_ledger.ts";
import { UNNEEDED } from "../../model/occupancy/gaussianformer/config/original/unneeded.ts";
import {
  ORIGINAL_TEXTS,
  writeTexts,
} from "../model/occupancy/gaussianformer/config/original_texts.ts";

// Configurations that together have every option asked for.
const READ = [
  `_base_ = './nuscenes_gs25600_solid.py'
model = dict(img_backbone=dict(init_cfg=dict(type='Pretrained', checkpoint='a.pth')))
loss = dict(loss_cfgs=[dict(type='OccupancyLoss', use_focal_loss=True, balance_cls_weight=True,
    focal_loss_args=dict(gamma=2.0), multi_loss_weights=dict(), manual_class_weight=_base_.loss.loss_cfgs[0].manual_class_weight)])
optimizer = dict(paramwise_cfg=dict(norm_decay_mult=1, bias_lr_mult=1, bias_decay_mult=1, flat_decay_mult=1,
    dcn_offset_lr_mult=1))
multisteplr = True
multisteplr_config = dict(decay_t=[1], t_in_epochs=False)
`,
  `_base_ = './nuscenes_gs25600_solid.py'
train_dataset_config = dict(pipeline=_base_.train_pipeline)
model = dict(img_backbone=dict(pretrained='a.pth'))
`,
  `_base_ = './nuscenes_gs25600_solid.py'
p = [dict(type='LoadMultiViewImageFromFiles'), dict(type='LoadOccupancyOcc3D', semantic=True),
    dict(type='ResizeCropFlipImage'), dict(type='DefaultFormatBundle'),
    dict(type='NuScenesAdaptor', use_ego=True, num_cams=6)]
train_dataset_config = dict(pipeline=p)
val_dataset_config = dict(pipeline=p)
`,
  `_base_ = './prob/nuscenes_gs6400.py'
loss = dict(loss_cfgs=_base_.loss.loss_cfgs + [dict(type='BinaryCrossEntropyLoss'), dict(type='OccDepthLoss')])
loss_input_convertion = dict(sampled_xyz="sampled_xyz", bin_logits="bin_logits", density="density",
    pixel_logits="pixel_logits", pixel_gt="pixel_gt")
`,
];

/** Two tables in Markdown: what is done with each option that is read, and which change nothing and why. */
export async function settingsTables(): Promise<string> {
  const rules = new Map<string, OptionRule>();
  const folder = await Deno.makeTempDir();
  try {
    await writeTexts(folder, ORIGINAL_TEXTS);
    for (const text of READ) {
      const path = join(folder, "read.py");
      await Deno.writeTextFile(path, text);
      const ledger = new OptionsLedger(UNNEEDED);
      readOptions(readPythonConfig(path).values, { ledger });
      for (const [path, rule] of ledger.rules) {
        const name = general(path);
        if (rule.kind !== "used" || !rules.has(name)) rules.set(name, rule);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return `${readTable(rules)}\n\n${unneededTable()}`;
}

/** A path with `*` for places in lists and for words of custom_keys. */
function general(path: string): string {
  return path.replace(/\.\d+(?=\.|$)/g, ".*").replace(
    /custom_keys\..*\.(?=\w+$)/,
    "custom_keys.*.",
  );
}

function readTable(rules: ReadonlyMap<string, OptionRule>): string {
  const groups = Map.groupBy([...rules], ([path]) => path.split(".").slice(0, -1).join("."));
  const rows = [...groups].sort(([a], [b]) => a < b ? -1 : 1).map(([group, options]) => {
    const of = (kind: OptionRule["kind"]) =>
      options.filter(([, rule]) => rule.kind === kind).sort().map(([path, rule]) => {
        const name = `\`${path.split(".").at(-1)}\``;
        return rule.kind === "only" ? `${name} ${valueOf(rule.value)}` : name;
      }).join(", ");
    return `| ${group ? `\`${group}\`` : "(top)"} | ${of("used")} | ${of("only")} | ${
      of("agrees")
    } |`;
  });
  return [
    "| group | used | one value known | must agree with another |",
    "| --- | --- | --- | --- |",
    ...rows,
  ]
    .join("\n");
}

function valueOf(value: unknown): string {
  const text = described(value);
  return text.length > 40 ? "(that of the published files)" : text;
}

function unneededTable(): string {
  const rows = Object.entries(UNNEEDED).map(([path, reason]) => `| \`${path}\` | ${reason} |`);
  return ["| changes nothing | why |", "| --- | --- |", ...rows].join("\n");
}

if (import.meta.main) console.log(await settingsTables());
