import { openTemporary } from "../files/temporary_files.ts";

/**
 * Makes an MP4 of numbered pictures (`frame_%05d.png`) with an installed ffmpeg; false where there is
 * none. H.264, or MPEG-4 where that encoder is missing. The path holds the whole film or nothing.
 */
export async function encodeMp4(
  frames: string,
  out: string,
  { fps, program = "ffmpeg" }: { readonly fps: number; readonly program?: string },
): Promise<boolean> {
  const { path: temporary, file } = openTemporary(out);
  file.close();
  const run = async (codec: readonly string[]) => {
    // H.264 wants even sides.
    const even = "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white";
    const { success, stderr } = await new Deno.Command(program, {
      args: [
        ...["-y", "-loglevel", "error", "-framerate", String(fps), "-i", frames, "-vf", even],
        ...codec,
        ...["-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", temporary],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    return success ? "" : new TextDecoder().decode(stderr).trim() || "nothing";
  };
  try {
    let message = await run(["-c:v", "libx264", "-crf", "20"]);
    if (/encoder/i.test(message)) message = await run(["-c:v", "mpeg4", "-q:v", "3"]);
    if (message) {
      throw new Error(
        `Cannot write "${out}": ffmpeg says "${message.replace(/\s*\n\s*/g, "; ")}"`,
      );
    }
    await Deno.rename(temporary, out);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  } finally {
    await Deno.remove(temporary).catch(() => {});
  }
}
