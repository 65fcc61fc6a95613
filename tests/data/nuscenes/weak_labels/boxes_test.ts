import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { readPickle } from "../../../../data/formats/pickle.ts";
import { CLASS } from "../../../../data/nuscenes/classes.ts";
import { Field } from "../../../../data/nuscenes/fields.ts";
import { readInfos } from "../../../../data/nuscenes/infos.ts";
import { readSweep } from "../../../../data/nuscenes/sweep.ts";
import { boxesFromMmdet3d, hasBoxes } from "../../../../data/nuscenes/weak_labels/boxes.ts";
import { labelOfCategory } from "../../../../data/nuscenes/weak_labels/categories.ts";
import { NUSCENES_RULE } from "../../../../data/nuscenes/weak_labels/rule.ts";
import { type Box, holds } from "../../../../data/weak_labels/boxes.ts";
import { sortSweep } from "../../../../data/weak_labels/cloud.ts";

const SHARED = new URL("../../../../../shared/data/", import.meta.url);
const haveShared = await Deno.stat(SHARED).then(() => true, () => false);
if (!haveShared) console.log("skipping the tests on real boxes: ../shared/data is absent");

const YAW = 0.4;
// A car 4 m long and 2 m wide at (10, 20), its nose along (cos yaw, sin yaw).
const nose = (box: Box) => {
  const at = (ahead: number, left: number) =>
    [
      10 + ahead * Math.cos(YAW) - left * Math.sin(YAW),
      20 + ahead * Math.sin(YAW) + left * Math.cos(YAW),
      1,
    ] as const;
  return [holds(box, at(1.9, 0), 0), holds(box, at(0, 1.9), 0), holds(box, at(-1.9, 0.9), 0)];
};
const fields = (value: unknown) => new Field(value, "i.pkl", "");

Deno.test("boxes of all of mmdet3d's versions are the same car", () => {
  const current = [10, 20, 1, 4, 2, 1.5, YAW], old = [10, 20, 1, 2, 4, 1.5, -YAW - Math.PI / 2];
  const person = (values: number[]) => [...values.slice(0, 3), 0.7, 0.6, 1.8, values[6]!];
  const version0 = (car: number[]) => ({
    infos: [
      { token: "a", gt_names: ["car", "pedestrian"], gt_boxes: [car, person(car)] },
      { token: "b", gt_names: [], gt_boxes: [] },
    ],
  });
  const version1 = (car: number[], metainfo: unknown) => ({
    metainfo,
    data_list: [{
      token: "a",
      instances: [
        { bbox_label_3d: 0, bbox_3d: car },
        { bbox_label_3d: 1, bbox_3d: person(car) },
        { bbox_label_3d: -1, bbox_3d: person(car) },
      ],
    }, { token: "b", instances: [] }],
  });
  for (
    const infos of [
      version0(old),
      version0(current), // mmdet3d 1.0 kept the layout and changed the boxes
      version1(current, { info_version: "1.1", categories: { car: 0, pedestrian: 1 } }),
      version1(old, { CLASSES: ["car", "pedestrian"] }),
    ]
  ) {
    assert(hasBoxes(fields(infos)));
    const boxes = boxesFromMmdet3d(fields(infos));
    assertEquals([...boxes.keys()], ["a", "b"]);
    assertEquals(boxes.get("b"), []);
    const [car, pedestrian, ...rest] = boxes.get("a")!;
    assertEquals([car!.label, pedestrian!.label], [CLASS.car, CLASS.pedestrian]);
    assertEquals(rest.map(({ label }) => label), rest.map(() => 0));
    assertEquals(car!.half, [2, 1, 0.75]);
    assertEquals(nose(car!), [true, false, true]);
  }
  assertEquals(hasBoxes(fields({ infos: { scene: [] }, metadata: [] })), false);
});

Deno.test("categories of nuScenes become SurroundOcc's labels, everything else noise", () => {
  const expected = {
    "vehicle.bus.bendy": CLASS.bus,
    "movable_object.trafficcone": CLASS.traffic_cone,
    "traffic_cone": CLASS.traffic_cone,
    "human.pedestrian.police_officer": CLASS.pedestrian,
    "human.pedestrian.stroller": 0,
    "flat.sidewalk": CLASS.sidewalk,
    "static.vegetation": CLASS.vegetation,
    "vehicle.emergency.police": 0,
    "toString": 0,
    "": 0,
  };
  for (const [name, label] of Object.entries(expected)) assertEquals(labelOfCategory(name), label);
});

Deno.test({
  name: "real boxes hold the lidar points that their annotation counts",
  ignore: !haveShared,
  fn() {
    const read = (name: string) => Deno.readFileSync(new URL(name, SHARED));
    const infos = fields(readPickle(read("nuscenes_extra/scene0061_mmdet3d_v1.1.pkl")));
    const [frame] = readInfos(read("nuscenes_cam/nuscenes_infos_train_sweeps_occ.pkl"));
    const boxes = boxesFromMmdet3d(infos).get(frame!.token)!;
    const counted = infos.get("data_list").get(0).get("instances").items()
      .map((instance) => instance.get("num_lidar_pts").number());
    const sweep = readSweep(read(`nuscenes/${frame!.lidar.file}`));
    const { hits } = sortSweep(sweep, frame!.lidar, {
      boxes,
      labels: null,
      rule: NUSCENES_RULE,
      stride: 5,
    });
    const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
    // Ours are grown by 0.15 m, so that they hold a little more.
    assert(counted.every((count, i) => hits[i]! >= count));
    assertAlmostEquals(sum(hits) / sum(counted), 1.1, 0.12);

    const old = boxesFromMmdet3d(
      fields(readPickle(read("nuscenes_cam/mmdet3d_nuscenes_infos_val_mini.pkl"))),
    );
    assertEquals(old.size, 81);
    const cars = [...old.values()].flat().filter(({ label }) => label === CLASS.car);
    assert(cars.length > 100 && cars.every(({ half }) => half[0] > half[1]));
  },
});
