import { gatherValues, type Ranks } from "../../model/mod.ts";
import { describeGpu, gpusOf, showOnly } from "../gpus/show_only.ts";
import { type VulkanDevice, vulkanDevices } from "../gpus/vulkan_devices.ts";

const HINT =
  "Give each rank a GPU of its own (docs/many_gpus.md), or let them share with --share-gpu";

/**
 * Gives this rank its GPU, before WebGPU looks for one: of several, that of its number on the host, or the
 * one at its place in a list. Refused where two ranks of a host would get the same one, unless they are
 * to share. Processors that play GPU are always shared.
 */
export async function takeGpu(
  ranks: Ranks,
  { list, shareGpu }: { readonly list: readonly number[] | null; readonly shareGpu: boolean },
): Promise<void> {
  const { localRank, localSize } = ranks;
  const cards = gpusOf(vulkanDevices());
  let own: string | null = null;
  if (cards) {
    const chosen = chooseGpu(cards, { localRank, localSize, list, shareGpu });
    if (chosen && cards.length > 1) showOnly(chosen);
    own = chosen && (chosen.pci ?? chosen.name);
  } else if (Deno.build.os !== "linux") own = "the system's GPU";
  if (shareGpu) return;
  const mine = own && `"${own}" on ${Deno.hostname()}`;
  const all = await gatherValues(ranks, mine);
  const other = mine === null
    ? -1
    : all.findIndex((theirs, rank) => theirs === mine && rank !== ranks.rank);
  if (other < 0) return;
  throw Object.assign(
    new Error(`Cannot run ranks ${ranks.rank} and ${other} together: both would get ${mine}`),
    { hint: HINT },
  );
}

/** Which card a rank takes; null where there is none. */
export function chooseGpu(
  cards: readonly VulkanDevice[],
  { localRank, localSize, list, shareGpu }: {
    readonly localRank: number;
    readonly localSize: number;
    readonly list: readonly number[] | null;
    readonly shareGpu: boolean;
  },
): VulkanDevice | null {
  if (list && list.length < localSize) {
    throw new Error(
      `Cannot give ${localSize} ranks of a host their GPUs: --gpus names ${list.length}`,
    );
  }
  if (!cards.length) return null;
  // What shows each process one card has chosen already, as a container a rank does.
  if (cards.length === 1 && !list) return cards[0]!;
  const number = list ? list[localRank]! : shareGpu ? localRank % cards.length : localRank;
  if (number < cards.length) return cards[number]!;
  const names = cards.map(describeGpu);
  throw Object.assign(
    new Error(
      `Cannot give a rank GPU ${number}: this host has ${cards.length}, ${names.join(", ")}`,
    ),
    { hint: HINT },
  );
}
