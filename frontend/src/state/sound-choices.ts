// What of a version's sound can be heard by itself: its tracks, and their channels.
import { channelNames } from "../core/channel-names.ts";
import { t } from "../language/translate.ts";
import type { MediaStatus } from "../net/types.ts";
import { trackName } from "./sound-and-times.ts";

export interface Heard {
  /** null: all tracks together. */
  readonly track: number | null;
  /** 0-based; null: the whole track. */
  readonly channel: number | null;
}

export interface SoundChoice extends Heard {
  readonly name: string;
  /** File to be heard in place of the video's own sound; null: the video's. */
  readonly url: string | null;
  /** Which side of that sound, if only one. */
  readonly side: number | null;
  /** Channel of the track whose level stands beside the choice; null for a mix of several. */
  readonly metered: number | null;
}

export interface SoundGroup {
  /** Of the track; empty where there is only one. */
  readonly name: string;
  readonly choices: readonly SoundChoice[];
}

export const ALL: Heard = { track: 0, channel: null };
const PAIR = 2;

/** All tracks together where there are several, then choices by track, in the file's order: the whole track first, then its
 *  channels. What has no file yet is left out. */
export function soundChoices(media: MediaStatus | null): SoundGroup[] {
  const tracks = media?.audio_tracks ?? [];
  const fileOf = (track: number | null, channel: number | null): string | undefined => media?.sounds.find((one) => one.track === track && one.channel === channel)?.url;
  const together = tracks.length > 1 ? fileOf(null, null) : undefined;
  const sum: SoundGroup[] = together === undefined ? [] : [{ name: t("All tracks together"), choices: [{ track: null, channel: null, name: t("All"), url: together, side: null, metered: null }] }];
  return [...sum, ...tracks.flatMap((track, position): SoundGroup[] => {
    const whole = position === 0 ? null : fileOf(track.index, null);
    if (whole === undefined) return [];
    const name = tracks.length > 1 ? trackName(track, tracks.length) : "";
    const choices: SoundChoice[] = [{ track: track.index, channel: null, name: t("All"), url: whole, side: null, metered: track.channels === 1 ? 0 : null }];
    if (track.channels === 1) return [{ name, choices }];
    channelNames(track.layout, track.channels).forEach((channelName, channel) => {
      const url = track.channels === PAIR ? whole : fileOf(track.index, channel);
      if (url !== undefined) choices.push({ track: track.index, channel, name: channelName, url, side: track.channels === PAIR ? channel : null, metered: channel });
    });
    return [{ name, choices }];
  })];
}

/** The choice that is meant; null when this version does not have it. */
export function choiceOf(groups: readonly SoundGroup[], heard: Heard): SoundChoice | null {
  for (const { choices } of groups) {
    const found = choices.find((choice) => choice.track === heard.track && choice.channel === heard.channel);
    if (found) return found;
  }
  return null;
}
