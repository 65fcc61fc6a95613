import { gatherValues, type Ranks } from "../../model/mod.ts";
import { type VulkanDevice, vulkanDevices } from "./vulkan_devices.ts";

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
  const names = cards.map(({ name, pci }, i) => `${i} "${name}"${pci ? ` at ${pci}` : ""}`);
  throw Object.assign(
    new Error(
      `Cannot give a rank GPU ${number}: this host has ${cards.length}, ${names.join(", ")}`,
    ),
    { hint: HINT },
  );
}

/** Cards, in the order of their places; null where Vulkan is not asked. */
export function gpusOf(devices: readonly VulkanDevice[] | null): VulkanDevice[] | null {
  return devices &&
    devices.filter(({ software }) => !software)
      .sort((a, b) => (a.pci ?? "") < (b.pci ?? "") ? -1 : 1);
}

/** Has Vulkan show this process one card: Mesa's selection layer does that for all drivers. */
function showOnly({ name, pci }: VulkanDevice): void {
  if (pci !== null) {
    Deno.env.set("DRI_PRIME", `pci-${pci.replace(/[:.]/g, "_")}`);
    Deno.env.set("MESA_VK_DEVICE_SELECT_FORCE_DEFAULT_DEVICE", "1");
    const shown = gpusOf(vulkanDevices());
    if (shown?.length === 1 && shown[0]!.pci === pci) return;
  }
  throw Object.assign(
    new Error(`Cannot take "${name}" alone: Vulkan goes on showing this process other GPUs`),
    {
      hint:
        "Mesa's device selection layer does it for all drivers (on Debian or Ubuntu: apt-get install mesa-vulkan-drivers)",
    },
  );
}
