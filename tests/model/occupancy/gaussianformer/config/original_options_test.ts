import { assertEquals } from "@std/assert";
import { describeAccount } from "../../../../../model/occupancy/config/original_config_file.ts";
import type { OccupancyTask } from "../../../../../data/occupancy/task.ts";
import { occ3d } from "../../../../../data/occ3d/task.ts";
import { presetTable as presets } from "../../../../../model/occupancy/gaussianformer/config/preset_table.ts";
import {
  aug,
  type Base,
  BASES,
  occ3dText,
  occupancy,
  pipelines,
  reading,
  STEPS,
} from "./changed_original.ts";

const { load, labels, crop, format } = STEPS;

/** Paths at which two values differ, with the second one's value. */
function* changes(a: unknown, b: unknown, path = ""): Generator<[string, unknown]> {
  const group = (value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!group(a) || !group(b)) {
    if (JSON.stringify(a) !== JSON.stringify(b)) yield [path, b];
    return;
  }
  const [left, right] = [a, b] as Record<string, unknown>[];
  for (const key of new Set([...Object.keys(left!), ...Object.keys(right!)])) {
    yield* changes(left![key], right![key], path ? `${path}.${key}` : key);
  }
}

// What a file changes, and which settings become different by that.
const USED: [base: Base, text: string, differs: Record<string, unknown>][] = [
  ["solid", "train_loader = dict(batch_size=3)", { "optim.batch": 3, "optim.steps": 23_440 }],
  ["solid", "optimizer = dict(optimizer=dict(betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1))", {
    "optim.betas": [0.8, 0.95],
    "optim.eps": 1e-6,
    "optim.weightDecay": 0.1,
  }],
  [
    "solid",
    "optimizer = dict(paramwise_cfg=dict(norm_decay_mult=0.0, bias_lr_mult=2, bias_decay_mult=0, flat_decay_mult=0.5, dcn_offset_lr_mult=0.1, custom_keys={'img_backbone': dict(lr_mult=0.2, decay_mult=0.5), 'encoder.layers.0': dict(lr_mult=3)}))",
    {
      "optim.backboneLr": 0.2,
      "optim.backboneDecay": 0.5,
      "optim.rules.keys": [{ key: "encoder.layers.0", lr: 3, decay: 1 }],
      "optim.rules.normDecay": 0,
      "optim.rules.biasLr": 2,
      "optim.rules.biasDecay": 0,
      "optim.rules.flatDecay": 0.5,
      "optim.rules.offsetLr": 0.1,
    },
  ],
  ["solid", "optimizer = dict(paramwise_cfg=None)", { "optim.backboneLr": 1 }],
  ["solid", "warmup_iters = 10; min_lr_ratio = 0.5; max_epochs = 10; grad_max_norm = 5", {
    "optim.clipNorm": 5,
    "optim.warmupSteps": 10,
    "optim.minLrRatio": 0.5,
    "optim.steps": 35_160,
  }],
  [
    "prob",
    "multisteplr = True\nmultisteplr_config = dict(decay_t=[100, 900], decay_rate=0.2, warmup_t=50, warmup_lr_init=1e-5, t_in_epochs=False)",
    {
      "optim.schedule": "multistep",
      "optim.milestones": [150, 950],
      "optim.decayRate": 0.2,
      "optim.warmupSteps": 50,
      "optim.warmupStart": 1e-5,
    },
  ],
  [
    "solid",
    "multisteplr = True\nmultisteplr_config = dict(decay_t=[7], warmup_prefix=False, t_in_epochs=False)",
    {
      "optim.schedule": "multistep",
      "optim.milestones": [7],
      "optim.decayRate": 1,
      "optim.warmupSteps": 0,
      "optim.warmupStart": 0,
    },
  ],
  [
    "solid",
    `${
      aug(
        "train",
        "resize_lim=(0.8, 1.2), rot_lim=(-3.0, 4.0), bot_pct_lim=(0.0, 0.2), rand_flip=False",
      )
    }\n${aug("val", "bot_pct_lim=(0.1, 0.1)")}`,
    {
      "image.resize": [0.8, 1.2],
      "image.rotate": [-3, 4],
      "image.bottom": [0, 0.2],
      "image.evalBottom": 0.1,
      "image.flip": false,
    },
  ],
  [
    // The size that just covers 800x432 is half of 1600x864.
    "solid",
    `a = dict(final_dim=(432, 800), resize_lim=(0.4, 0.6))\ntrain_dataset_config = dict(data_aug_conf=a)\nval_dataset_config = dict(data_aug_conf=a)`,
    { "image.width": 800, "image.height": 432, "image.resize": [0.8, 1.2] },
  ],
  [
    "solid",
    pipelines(
      load,
      labels,
      crop,
      "dict(type='NormalizeMultiviewImage', mean=[1, 2, 3], std=[4, 5, 6], to_rgb=False)",
      format,
    ),
    {
      "image.photometric": false,
      "image.channels": "bgr",
      "image.mean": [1, 2, 3],
      "image.deviation": [4, 5, 6],
    },
  ],
  ["solid", pipelines(load, labels, crop, format), {
    "image.photometric": false,
    "image.channels": "bgr",
    "image.mean": [0, 0, 0],
    "image.deviation": [1, 1, 1],
  }],
  ["solid", "model = dict(lifter=dict(anchor_grad=False, feat_grad=True))", {
    "lifter.trainAnchors": false,
    "lifter.trainFeatures": true,
  }],
  ["solid", "model = dict(freeze_lifter=True, freeze_img_neck=True, freeze_img_backbone=True)", {
    "backbone.frozenStages": 4,
    "neck.frozen": true,
    "lifter.trainAnchors": false,
  }],
  ["prob", "model = dict(freeze_lifter=False, lifter=dict(anchor_grad=True))", {
    "lifter.trainAnchors": true,
    "lifter.frozen": false,
  }],
  [
    "solid",
    "model = dict(img_backbone=dict(_delete_=True, type='ResNet', depth=50, num_stages=4, frozen_stages=-1, norm_cfg=dict(type='BN', requires_grad=True), norm_eval=False, style='pytorch'))",
    {
      "backbone.stageBlocks": [3, 4, 6, 3],
      "backbone.style": "pytorch",
      "backbone.deformable": [false, false, false, false],
      "backbone.frozenStages": -1,
      "backbone.frozenNorms": false,
      "backbone.recompute": false,
    },
  ],
  [
    "solid",
    occupancy(
      "use_focal_loss=True, focal_loss_args=dict(loss_weight=0.5), multi_loss_weights=dict(loss_voxel_ce_weight=4), use_lovasz_loss=False, use_sem_geo_scal_loss=False",
    ),
    {
      "loss.nll": 0,
      "loss.focal": 2,
      "loss.lovasz": 0,
      "loss.balance": "none",
    },
  ],
  ["solid", occupancy("weight=2, use_dice_loss=True, balance_cls_weight=True, lovasz_ignore=0"), {
    "loss.nll": 2,
    "loss.lovasz": 2,
    "loss.semScal": 2,
    "loss.geoScal": 2,
    "loss.dice": 4,
    "loss.lovaszIgnore": 0,
    "loss.balance": "frequency",
  }],
  [
    "solid",
    occupancy("balance_cls_weight=True, manual_class_weight=[1] * 17 + [0.5], lovasz_ignore=17"),
    {
      "task.weights": [...Array(17).fill(1), 0.5],
      "loss.nll": 1,
      "loss.semScal": 1,
      "loss.geoScal": 1,
    },
  ],
  ["solid", occupancy("use_sem_geo_scal_loss=False"), {
    "loss.nll": 1,
    "loss.lovaszIgnore": 255,
    "loss.balance": "none",
  }],
  [
    "prob",
    "loss = dict(loss_cfgs=_base_.loss.loss_cfgs[:1] + [dict(type='BinaryCrossEntropyLoss', weight=10.0, class_weights=[1.0, 2.0]), dict(type='OccDepthLoss', weight=0.5), dict(type='PixelDistributionLoss')])",
    { "loss.pixelSigmoid": true, "loss.depth": 0.5, "loss.binary": 10 },
  ],
  ["solid", "model = dict(head=dict(with_empty=False))", { "head.empty": null }],
  ["solid", "spconv_duplicates = 'gather_first'; legacy = True", {
    legacy: true,
    "encoder.duplicates": "gather",
  }],
  // Nothing of ours changes by these.
  ["solid", "tag = f'gs{1}'; H, W = 1, 2; custom = dict(a=[dict(b=1)])", {}],
  ["solid", "print_freq = 7; syncBN = False; val_loader = dict(batch_size=8)", {}],
  [
    "solid",
    "model = dict(encoder=dict(init_cfg=None, ffn=dict(num_fcs=2, act_cfg=dict(inplace=False))))",
    {},
  ],
];
for (const [base, text, differs] of USED) {
  Deno.test(`used: ${text.slice(0, 90).replaceAll("\n", "; ")}`, () => {
    const { config } = reading(base, text);
    assertEquals(Object.fromEntries(changes(BASES[base][1], config)), differs);
  });
}

Deno.test("a file whose pipelines load Occ3D's labels is one for Occ3D", () => {
  const { config } = reading("solid", occ3dText("train_mask_type='none', grid_size=0.4"));
  const { weights, ...task } = occ3d;
  assertEquals(weights, null);
  assertEquals(config.task, { ...task, weights: Array(18).fill(2) });
  assertEquals(config.occupancy, presets["occ3d/nuscenes_gs25600"].occupancy);
  assertEquals([config.loss.masked, config.loss.balance, config.loss.lovaszIgnore], [
    false,
    "manual",
    17,
  ]);
});

Deno.test("a file for as many classes as task.json has is one for those labels", () => {
  const task: OccupancyTask = {
    ...occ3d,
    name: "rooms",
    dataset: "own",
    classes: Array.from({ length: 13 }, (_, i) => `class ${i}`),
    palette: occ3d.palette.slice(0, 13),
    empty: 0,
    grid: { dims: [60, 60, 36], voxel: 0.08, min: [-2.4, -2.4, -1.44] },
    cameras: ["front"],
    around: [[0]],
  };
  const text = `r = [-2.4, -2.4, -1.44, 2.4, 2.4, 1.44]
${
    pipelines(
      STEPS.load,
      "dict(type='LoadOccupancyRooms', root='x')",
      STEPS.crop,
      "dict(type='DefaultFormatBundle'), dict(type='NuScenesAdaptor', num_cams=1)",
    )
  }
train_dataset_config.update(type='RoomsDataset')
val_dataset_config.update(type='RoomsDataset')
model = dict(
    lifter=dict(semantic_dim=12),
    encoder=dict(anchor_encoder=dict(semantic_dim=12),
        deformable_model=dict(num_cams=1, kps_generator=dict(pc_range=r)),
        refine_layer=dict(pc_range=r, semantic_dim=12), spconv_layer=dict(pc_range=r)),
    head=dict(num_classes=13, empty_label=0, dataset_type='rooms',
        cuda_kwargs=dict(H=60, W=60, D=36, pc_min=r[:3], grid_size=0.08)))
loss = dict(loss_cfgs=[dict(type='OccupancyLoss', num_classes=13, empty_label=0, lovasz_ignore=0)])`;
  const { config } = reading("solid", text, task);
  assertEquals(config.task, task);
  assertEquals(config.occupancy, { range: [-2.4, -2.4, -1.44, 2.4, 2.4, 1.44], voxel: 0.08 });
  assertEquals([config.gaussians.semantics, config.loss.lovaszIgnore], [12, 0]);
  // One for SurroundOcc is read as ever; it is put onto the task later.
  assertEquals(reading("solid", "", task).config.task.name, "SurroundOcc");
});

Deno.test("lines tell what of a file is used and what is not needed", () => {
  const told = (base: Base, text: string) => describeAccount("a.py", reading(base, text));
  const [line, ...more] = told("solid", "train_loader = dict(batch_size=2); spare = 3");
  assertEquals(
    line,
    '"a.py": 155 of its settings are used; not needed here: print_freq, work_dir, fallback_on_stride, ' +
      "relu_before_extra_convs, phi_activation, inplace, use_deformable_func, num_single_frame_decoder, " +
      "data_root (2), imageset (2), to_float32 (2), occ_path (2), " +
      "val_dataset_config.data_aug_conf.resize_lim, val_dataset_config.data_aug_conf.rot_lim, " +
      "val_dataset_config.data_aug_conf.rand_flip, num_workers (2), val_loader.batch_size, spare",
  );
  assertEquals(more, [
    "a batch of 2 key frames is their mean gradient, computed one after the other: exact, for all batch norms are frozen",
  ]);
  const [, sampled] = told("prob", "train_loader = dict(batch_size=2)");
  assertEquals(sampled!.endsWith("batch norms that are trained see one key frame at a time"), true);
});

Deno.test("weights of backbones are named with their options", () => {
  const weights = (base: Base, text: string) => reading(base, text).pretrained;
  assertEquals(weights("solid", ""), []);
  assertEquals(weights("solid", "model = dict(img_backbone=dict(pretrained='r101.pth'))"), [
    { option: "model.img_backbone.pretrained", file: "r101.pth", of: "model" },
  ]);
  const init = "init_cfg=dict(type='Pretrained', checkpoint='b.pth')";
  assertEquals(
    weights(
      "prob",
      `model = dict(img_backbone=dict(${init}), lifter=dict(initializer=dict(img_backbone_config=dict(${init}))))`,
    ),
    [
      { option: "model.img_backbone.init_cfg.checkpoint", file: "b.pth", of: "model" },
      {
        option: "model.lifter.initializer.img_backbone_config.init_cfg.checkpoint",
        file: "b.pth",
        of: "initializer",
      },
    ],
  );
});
