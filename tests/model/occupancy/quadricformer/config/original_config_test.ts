import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import {
  describeAccount,
  readOriginalConfig,
} from "../../../../../model/occupancy/config/original_config_file.ts";
import { quadricFormerPresets } from "../../../../../model/occupancy/quadricformer/config/presets.ts";

/** A configuration file in the original's layout, with the values of the published ones. */
function configText(
  { anchors, scales, multiplier }: { anchors: number; scales: string; multiplier: number },
): string {
  const order = ["deformable", "ffn", "spconv", "ffn"]
    .flatMap((operation) => ["identity", operation, "add", "norm"]).concat("refine");
  return `
optimizer_wrapper = dict(
    optimizer=dict(type='AdamW', lr=4e-4, weight_decay=0.01),
    paramwise_cfg=dict(custom_keys={'backbone': dict(lr_mult=0.1)}))
grad_max_norm = 35
amp = False
seed = 1
print_freq = 50
eval_freq = 1
max_epochs = 20
load_from = None
find_unused_parameters = False
box = [-50.0, -50.0, -5.0, 50.0, 50.0, 3.0]
size = [864, 1600]
scales = ${scales}
freeze_perception = False
model = dict(
    type='GaussianSegmentor',
    backbone=dict(type='ResNet', depth=101, num_stages=4, out_indices=(0, 1, 2, 3), frozen_stages=1,
        norm_cfg=dict(type='BN2d', requires_grad=False), norm_eval=True, style='caffe', with_cp=True,
        dcn=dict(type='DCNv2', deform_groups=1, fallback_on_stride=False),
        stage_with_dcn=(False, False, True, True),
        init_cfg=dict(type='Pretrained', checkpoint='pretrain/r101.pth')),
    neck=dict(type='FPN', num_outs=4, start_level=1, out_channels=128, add_extra_convs='on_output',
        relu_before_extra_convs=True, in_channels=[256, 512, 1024, 2048]),
    lifter=dict(type='SuperQuadricLifter', embed_dims=128, num_anchor=${anchors}, anchor_grad=True,
        feat_grad=False, include_opa=True, semantic_dim=17),
    encoder=dict(
        type='GaussianEncoder', return_layer_idx=[2, 3], num_encoder=4,
        anchor_encoder=dict(type='SuperQuadric3DEncoder', embed_dims=128, include_opa=True, semantic_dim=17),
        norm_layer=dict(type='LN', normalized_shape=128),
        ffn=dict(type='AsymmetricFFN', in_channels=128, embed_dims=128, feedforward_channels=128 * 4,
            ffn_drop=0.1, add_identity=False),
        deformable_model=dict(
            type='DeformableFeatureAggregation', embed_dims=128, num_groups=4, num_levels=4, num_cams=6,
            attn_drop=0.15, use_deformable_func=True, use_camera_embed=True, residual_mode='none',
            kps_generator=dict(type='SparseGaussian3DKeyPointsGenerator', embed_dims=128,
                num_learnable_pts=6, learnable_scale=3, pc_range=box, scale_range=scales,
                fix_scale=[[0, 0, 0], [0.45, 0, 0], [-0.45, 0, 0], [0, 0.45, 0], [0, -0.45, 0],
                    [0, 0, 0.45], [0, 0, -0.45]])),
        refine_layer=dict(type='SuperQuadric3DRefinementModule', embed_dims=128, pc_range=box,
            scale_range=scales, unit_xyz=[4.0, 4.0, 1.0], semantic_dim=17, include_opa=True),
        spconv_layer=dict(type='SparseConv3DBlock', in_channels=128, embed_channels=128, pc_range=box,
            use_out_proj=True, grid_size=[1.0, 1.0, 1.0], kernel_size=[5, 5, 5], stride=[1, 1, 1],
            padding=[2, 2, 2], dilation=[1, 1, 1], spatial_shape=[100, 100, 8]),
        operation_order=${JSON.stringify(order)} * 4),
    head=dict(type='SuperQuadricOccHeadProb', empty_label=17, num_classes=18,
        cuda_kwargs=dict(scale_multiplier=${multiplier}, H=200, W=200, D=16, pc_min=[-50.0, -50.0, -5.0],
            grid_size=0.5),
        use_localaggprob=True, pc_range=box, scale_range=scales, u_range=[0.1, 2], v_range=[0.1, 2],
        include_opa=True, semantics_activation='identity'))
loss = dict(type='MultiLoss', loss_cfgs=[
    dict(type='CELoss', weight=10.0, ignore_label=0, use_softmax=False,
        cls_weight=[1.01552756, 1.06897009, 1.30013094, 1.07253735, 0.94637502, 1.10087012, 1.26960524,
            1.06258364, 1.189019, 1.06217292, 1.00595144, 0.85706115, 1.03923299, 0.90867526, 0.8936431,
            0.85486129, 0.8527829, 0.5],
        input_dict={'ce_input': 'ce_input', 'ce_label': 'ce_label'}),
    dict(type='LovaszLoss', weight=1.0, empty_idx=17, ignore_label=0, use_softmax=False,
        input_dict={'lovasz_input': 'ce_input', 'lovasz_label': 'ce_label'})])
train_dataset_config = dict(type='NuScenes_Scene_SurroundOcc_Dataset', data_path='data/surroundocc',
    num_frames=1, offset=0, empty_idx=17, imageset='data/nuscenes_temporal_infos_train.pkl')
val_dataset_config = dict(type='NuScenes_Scene_SurroundOcc_Dataset', data_path='data/surroundocc',
    num_frames=1, offset=0, empty_idx=17, imageset='data/nuscenes_temporal_infos_val.pkl')
train_wrapper_config = dict(type='NuScenes_Scene_Occ_DatasetWrapper', final_dim=size,
    resize_lim=[1.0, 1.0], flip=True, phase='train')
val_wrapper_config = dict(type='NuScenes_Scene_Occ_DatasetWrapper', final_dim=size,
    resize_lim=[1.0, 1.0], flip=True, phase='val')
train_loader_config = dict(batch_size=1, shuffle=True, num_workers=8)
val_loader_config = dict(batch_size=1, shuffle=False, num_workers=8)
`;
}

async function read(text: string) {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "sq.py");
    await Deno.writeTextFile(path, text);
    return readOriginalConfig(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const PUBLISHED = [
  ["sq1600", { anchors: 1600, scales: "[0.01, 3.2]", multiplier: 3 }],
  ["sq6400", { anchors: 6400, scales: "[0.01, 3.2]", multiplier: 5 }],
  ["sq12800", { anchors: 12800, scales: "[0.01, 2.5]", multiplier: 5 }],
] as const;

for (const [name, values] of PUBLISHED) {
  Deno.test(`the original's file for ${name} is the preset of that name`, async () => {
    const given = await read(configText(values));
    assertEquals(given.config, quadricFormerPresets[name]);
    assertEquals(given.pretrained.map(({ file }) => file), ["pretrain/r101.pth"]);
    const [line] = describeAccount("sq.py", given);
    assertEquals(line!.includes("num_workers (2)"), true, line);
  });
}

// What is changed, and what is said of it.
const REFUSED: readonly [change: readonly [string, string], said: RegExp][] = [
  [["'SuperQuadric3DEncoder'", "'OtherEncoder'"], /anchor_encoder\.type/],
  [["learnable_scale=3", "learnable_scales=3"], /learnable_scales.*no such option/],
  [["spatial_shape=[100, 100, 8]", "spatial_shape=[50, 50, 8]"], /spatial_shape/],
  [["'spconv'", "'norm'"], /operation_order/],
  [[
    "resize_lim=[1.0, 1.0], flip=True, phase='train'",
    "resize_lim=[0.5, 1.0], flip=True, phase='train'",
  ], /resize_lim/],
  [["use_softmax=False,\n        cls", "use_softmax=True,\n        cls"], /use_softmax/],
];

for (const [[from, to], said] of REFUSED) {
  Deno.test(`${to.slice(0, 40)} is refused`, async () => {
    const text = configText(PUBLISHED[0][1]);
    const changed = from === "'spconv'"
      ? text.replace('"spconv"', '"norm"')
      : text.replace(from, to);
    assertEquals(changed === text, false);
    const error = await assertRejects(() => read(changed), SyntaxError);
    assertMatch((error.cause as Error).message, said);
  });
}
