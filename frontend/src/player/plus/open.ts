// Opens the plus player's stills on a source. This module and all that it needs is loaded when a room is open, not before.
import type { FrameTable } from "../../core/frame-table.ts";
import { browserClock } from "../browser-clock.ts";
import type { Fetch } from "../failures.ts";
import type { Stills, StillsEvents, StillSurface } from "../ports.ts";
import { RangedBytes } from "./bytes.ts";
import { keepCopy } from "./pictures.ts";
import { openPackets, type PacketSource } from "./packets.ts";
import { REACH } from "./plan.ts";
import { StillDecoder } from "./stills.ts";

const BYTE_BUDGET = 64 << 20;
const MIB = 1 << 20;
/** Up to this size software decodes a group of pictures about as soon as hardware is set up, and never stalls with
 *  pictures held. */
const SOFTWARE_PIXELS = 1920 * 1088;

/** Bytes of decoded pictures that may be held: 82 of 1080p at most, fewer where the device has little memory. */
export function frameBudget(gibibytes: number | undefined): number {
  if (gibibytes !== undefined && gibibytes <= 2) return 64 * MIB;
  if (gibibytes !== undefined && gibibytes <= 4) return 128 * MIB;
  return 256 * MIB;
}

export async function openStills(url: string, table: FrameTable, surface: StillSurface, events: StillsEvents, fetcher: Fetch): Promise<Stills | null> {
  const bytes = new RangedBytes(url, fetcher, BYTE_BUDGET);
  let packets: PacketSource | null = null;
  try {
    packets = await openPackets(bytes, table);
    const chosen = packets && (await decodable(packets.config, surface));
    if (!packets || !chosen) {
      packets?.close();
      bytes.close();
      return null;
    }
    bytes.expect(((await bytes.size()) / table.frameCount) * REACH);
    return new StillDecoder({ ...packets, config: chosen.config }, table, surface, browserClock, {
      frameBudget: frameBudget((navigator as Navigator & { deviceMemory?: number }).deviceMemory),
      copy: chosen.copy,
      copyPicture: keepCopy,
      makeDecoder: (output, error) => new VideoDecoder({ output, error }),
      makeChunk: (init) => new EncodedVideoChunk(init),
      bytesHeld: () => bytes.held,
      released: () => bytes.close(),
    }, events);
  } catch (error) {
    packets?.close();
    bytes.close();
    throw error;
  }
}

/** The configuration to decode with, and whether its pictures must be copied at once; null if there is none. */
async function decodable(base: VideoDecoderConfig, surface: StillSurface): Promise<{ config: VideoDecoderConfig; copy: boolean } | null> {
  const config: VideoDecoderConfig = { ...base, optimizeForLatency: true };
  // What the file says only half of its colours the video element guesses as a whole; the canvas must guess the same.
  const colours = surface.colours();
  if (colours) config.colorSpace = colours;
  const software: VideoDecoderConfig = { ...config, hardwareAcceleration: "prefer-software" };
  if ((base.codedWidth ?? 0) * (base.codedHeight ?? 0) <= SOFTWARE_PIXELS && (await supported(software))) return { config: software, copy: false };
  return (await supported(config)) ? { config, copy: true } : null;
}

async function supported(config: VideoDecoderConfig): Promise<boolean> {
  try {
    return (await VideoDecoder.isConfigSupported(config)).supported === true;
  } catch {
    return false;
  }
}
