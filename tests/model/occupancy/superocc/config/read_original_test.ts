import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readOriginalConfig } from "../../../../../model/occupancy/config/original_config_file.ts";
import { superOccPresets } from "../../../../../model/occupancy/superocc/config/presets.ts";
import { checkConfig } from "../../../../../model/occupancy/table.ts";
import type { SuperOccConfig } from "../../../../../model/occupancy/superocc/config/config.ts";

/** What the original's files begin with, shortened: they name data that is read elsewhere here. */
const BASES: Readonly<Record<string, string>> = {
  "nus-3d.py": `
dataset_type = 'NuScenesDataset'
data_root = 'data/nuscenes/'
input_modality = dict(use_lidar=True, use_camera=False)
file_client_args = dict(backend='disk')
train_pipeline = [dict(type='LoadPointsFromFile', load_dim=5, file_client_args=file_client_args)]
data = dict(samples_per_gpu=4, workers_per_gpu=4,
    train=dict(type=dataset_type, data_root=data_root, pipeline=train_pipeline, modality=input_modality, test_mode=False),
    val=dict(type=dataset_type, pipeline=train_pipeline))
evaluation = dict(interval=24, pipeline=train_pipeline)
`,
  "default_runtime.py": `
checkpoint_config = dict(interval=1)
log_config = dict(interval=50, hooks=[dict(type='TextLoggerHook'), dict(type='TensorboardLoggerHook')])
dist_params = dict(backend='nccl')
log_level = 'INFO'
work_dir = None
load_from = None
resume_from = None
workflow = [('train', 1)]
opencv_num_threads = 0
mp_start_method = 'fork'
`,
};

interface Text {
  readonly occ3d: boolean;
  readonly queries: number;
  readonly kept: number;
  readonly points: number;
  readonly refines: string;
}

/** A file with the option names and values of the published ones. */
function text({ occ3d, queries, kept, points, refines }: Text): string {
  const weights = occ3d
    ? `nusc_class_frequencies=[2082349, 3012970, 234046, 5385402, 34146494, 2044124, 325765, 3330253, 543815,
        5785079, 13521112, 198278651, 4895895, 56540471, 66504617, 227803562, 252374615, 17126390780],
        score_thres=0.25`
    : `manual_class_weight=[1.01552756, 1.06897009, 1.30013094, 1.07253735, 0.94637502, 1.10087012, 1.26960524,
        1.06258364, 1.189019, 1.06217292, 1.00595144, 0.85706115, 1.03923299, 0.90867526, 0.8936431,
        0.85486129, 0.8527829, 0.5], ignore_label=0`;
  return `
_base_ = ['./nus-3d.py', './default_runtime.py']
plugin = True
plugin_dir = 'projects/plugin/'
point_cloud_range = ${
    occ3d ? "[-40.0, -40.0, -1.0, 40.0, 40.0, 5.4]" : "[-50.0, -50.0, -5.0, 50.0, 50.0, 3.0]"
  }
voxel_size = [${Array(3).fill(occ3d ? 0.4 : 0.5)}]
num_gpus = 4
batch_size = 2
per_epoch = 28130 // (num_gpus * batch_size)
epochs = ${occ3d ? 48 : 24}
names = ['n%d' % i for i in range(17)]
model = dict(type='SuperOCC', seq_mode=True, stop_prev_grad=0,
    data_aug=dict(img_color_aug=False, img_pad_cfg=dict(size_divisor=32),
        img_norm_cfg=dict(mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=True)),
    img_backbone=dict(init_cfg=dict(type='Pretrained', checkpoint='r50.pth', prefix='backbone.'), type='ResNet',
        depth=50, num_stages=4, out_indices=(0, 1, 2, 3), frozen_stages=1,
        norm_cfg=dict(type='BN2d', requires_grad=True), norm_eval=True, with_cp=True, style='pytorch'),
    img_neck=dict(type='FPN', in_channels=[256, 512, 1024, 2048], out_channels=256, num_outs=4),
    pts_bbox_head=dict(type='StreamOccHead', num_classes=len(names), in_channels=256, num_query=${queries},
        memory_len=${kept}, topk_proposals=${kept}, num_propagated=${kept}, prop_query=True, temp_fusion=True,
        with_ego_pos=True, scale_range=[0.01, 3.2], u_range=[0.1, 2], v_range=[0.1, 2],
        pc_range=point_cloud_range, voxel_size=voxel_size, ${weights},
        transformer=dict(type='StreamOccTransformer', embed_dims=256, num_frames=8, num_points=${points},
            num_layers=6, num_levels=4, num_classes=len(names), num_refines=[${refines}],
            pc_range=point_cloud_range${occ3d ? "" : ", use_ego=False"}),
        loss_occ=dict(type='CELoss', activated=True, loss_weight=10.0),
        loss_pts=dict(type='SmoothL1Loss', beta=0.2, loss_weight=0.5)))
draws = {"resize_lim": (0.38, 0.55), "final_dim": (256, 704), "bot_pct_lim": (0.0, 0.0), "rot_lim": (0.0, 0.0),
    "H": 900, "W": 1600, "rand_flip": True}
train_pipeline = [dict(type='LoadMultiViewImageFromFiles', to_float32=False, color_type='color'),
    dict(type='RandomTransformImage', ida_aug_conf=draws, training=True),
    dict(type='Collect3D', keys=['img', 'voxel_semantics'], meta_keys=('filename', 'scene_token'))]
test_pipeline = [dict(type='MultiScaleFlipAug3D', img_scale=(1333, 800), flip=False,
    transforms=[dict(type='CustomFormatBundle3D', class_names=names, with_label=False)])]
kind = '${occ3d ? "NuScenesDatasetOcc3D" : "NuScenesDatasetSurroundOcc"}'
data = dict(samples_per_gpu=batch_size,
    train=dict(type=kind, ann_file='train_sweep.pkl', seq_split_num=1, seq_mode=True, pipeline=train_pipeline),
    val=dict(type=kind, pipeline=test_pipeline), test=dict(type=kind, pipeline=test_pipeline),
    shuffler_sampler=dict(type='InfiniteGroupEachSampleInBatchSampler', seq_split_num=2, random_drop=0.0),
    nonshuffler_sampler=dict(type='DistributedSampler'))
optimizer = dict(type='AdamW', lr=2e-4, weight_decay=0.01, paramwise_cfg=dict(custom_keys={
    'img_backbone': dict(lr_mult=0.1), 'sampling_offset': dict(lr_mult=0.1)}))
optimizer_config = dict(type='Fp16OptimizerHook', loss_scale=512.0, grad_clip=dict(max_norm=35, norm_type=2))
lr_config = dict(policy='CosineAnnealing', warmup='linear', warmup_iters=500, warmup_ratio=1.0 / 3, min_lr_ratio=1e-3)
evaluation = dict(interval=per_epoch * epochs, pipeline=test_pipeline)
find_unused_parameters = False
checkpoint_config = dict(interval=per_epoch, max_keep_ckpts=3)
runner = dict(type='IterBasedRunner', max_iters=epochs * per_epoch)
`;
}

const SIZES = {
  t: { queries: 600, kept: 500, points: 4, refines: "2, 2, 4, 4, 8, 8" },
  s: { queries: 1200, kept: 1000, points: 2, refines: "2, 2, 4, 4, 8, 8" },
  m: { queries: 2400, kept: 2000, points: 2, refines: "1, 1, 2, 2, 4, 4" },
  l: { queries: 3600, kept: 3000, points: 2, refines: "1, 1, 2, 2, 4, 4" },
} as const;

async function read<T>(source: string, body: (path: string) => T): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, base] of Object.entries(BASES)) {
      await Deno.writeTextFile(join(folder, name), base);
    }
    const path = join(folder, "superocc.py");
    await Deno.writeTextFile(path, source);
    return body(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Numbers to twelve digits, for quotients of the same numbers may round apart. */
function rounded(config: unknown): unknown {
  return JSON.parse(
    JSON.stringify(
      config,
      (_, value) => typeof value === "number" ? Number(value.toPrecision(12)) : value,
    ),
  );
}

for (const [size, numbers] of Object.entries(SIZES)) {
  for (const occ3d of [false, true]) {
    const name = `${occ3d ? "occ3d/" : ""}superocc_${size}` as keyof typeof superOccPresets;
    Deno.test(`SuperOcc's file of ${name} is its preset`, async () => {
      const { config, pretrained, account } = await read(
        text({ occ3d, ...numbers }),
        (path) => readOriginalConfig(path),
      );
      checkConfig(config, { labelled: true });
      assertEquals(rounded(config), rounded(superOccPresets[name]));
      assertEquals(pretrained.map(({ file }) => file), ["r50.pth"]);
      assert(account.used.length > 60);
    });
  }
}

Deno.test("options of SuperOcc's files that cannot be used are refused by path and value", async () => {
  const wrong = text({ occ3d: false, ...SIZES.t })
    .replace("memory_len=500", "memory_len=1000").replace("temp_fusion=True", "temp_fusion=False")
    .replace("num_layers=6", "num_layers=4").replace("type='CELoss'", "type='FocalLoss'")
    .replace("u_range=[0.1, 2]", "u_rang=[0.1, 2], u_range=[0.1, 2]");
  const error = await read(wrong, (path) => assertThrows(() => readOriginalConfig(path)));
  const cause = (error as Error).cause as Error;
  for (
    const part of [
      '"model.pts_bbox_head.memory_len" is 1000',
      '"model.pts_bbox_head.temp_fusion" is false',
      '"model.pts_bbox_head.transformer.num_layers" is 4',
      '"model.pts_bbox_head.loss_occ.type" is "FocalLoss"',
      '"model.pts_bbox_head.u_rang" is [0.1,2], there is no such option',
    ]
  ) assertStringIncludes(cause.message, part);
});

Deno.test("settings with which no SuperOcc can be made are named together", () => {
  const preset: SuperOccConfig = superOccPresets.superocc_t;
  const wrong = {
    ...preset,
    gaussians: { ...preset.gaussians, count: 100 },
    queries: { ...preset.queries, propagated: 601 },
    decoder: { ...preset.decoder, heads: 7, groups: 3 },
    head: { ...preset.head, cut: 400 },
    optim: { ...preset.optim, batch: 2 },
  };
  const { message } = assertThrows(() => checkConfig(wrong), RangeError) as Error;
  for (
    const path of [
      "gaussians.count",
      "queries.propagated",
      "decoder.heads",
      "decoder.groups",
      "head.cut",
      "optim.batch",
    ]
  ) assertStringIncludes(message, `"${path}"`);
});
