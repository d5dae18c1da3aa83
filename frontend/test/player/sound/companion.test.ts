import { beforeEach, describe, expect, it } from "vitest";
import { Companion, correction, type AudioPort } from "../../../src/player/sound/companion.ts";
import { tableWithKeys } from "../plus/tables.ts";
import { FakeClock, FakeVideo } from "../fakes.ts";

describe("how sound is led back to its picture", () => {
  it("leaves alone what nobody hears, plays faster or slower, and jumps when it is far off", () => {
    expect(correction(0.005)).toEqual({ jump: false, factor: 1 });
    expect(correction(0.02).factor).toBeCloseTo(0.96);
    expect(correction(-0.02).factor).toBeCloseTo(1.04);
    expect(correction(-0.07).factor).toBeCloseTo(1.05);
    expect(correction(0.2)).toEqual({ jump: true, factor: 1 });
  });
});

/** An <audio> whose seeks take a while, during which it stands still. */
class FakeAudio implements AudioPort {
  src = "";
  playbackRate = 1;
  volume = 1;
  muted = false;
  paused = true;
  seeking = false;
  seekMs = 60;
  jumps: number[] = [];
  private position = 0;
  private since = 0;
  private listeners: [string, () => void][] = [];
  constructor(private readonly clock: FakeClock) {}
  private fire(type: string): void {
    for (const [name, call] of this.listeners) if (name === type) call();
  }
  private moved(): number {
    return this.paused || this.seeking ? 0 : ((this.clock.now() - this.since) / 1000) * this.playbackRate;
  }
  get currentTime(): number {
    return this.position + this.moved();
  }
  set currentTime(time: number) {
    this.position = time;
    this.jumps.push(time);
    this.seeking = true;
    this.clock.after(this.seekMs, () => {
      this.seeking = false;
      this.since = this.clock.now();
      this.fire("seeked");
    });
  }
  play(): Promise<void> {
    this.since = this.clock.now();
    this.paused = false;
    return Promise.resolve();
  }
  pause(): void {
    this.position = this.currentTime;
    this.paused = true;
  }
  addEventListener(type: string, listener: () => void): void {
    this.listeners.push([type, listener]);
  }
}

describe("sound beside the silent video", () => {
  let clock: FakeClock;
  let video: FakeVideo & { at: number };
  let audio: FakeAudio;
  let companion: Companion;

  beforeEach(() => {
    clock = new FakeClock();
    // A video whose clock is the fake clock's own, so that the sound's can be held against it.
    let [from, since] = [0, 0];
    video = Object.defineProperties(new FakeVideo(clock, tableWithKeys(500, 12)), {
      currentTime: { get: () => from + (video.paused ? 0 : ((clock.now() - since) / 1000) * video.playbackRate) },
      at: { set: (time: number) => ([from, since] = [time, clock.now()]) },
    }) as typeof video;
    audio = new FakeAudio(clock);
    companion = new Companion(audio, video, clock);
  });

  const start = (): void => {
    video.at = video.currentTime;
    video.paused = false;
    video.fire("playing");
  };

  it("does nothing until a file is chosen, then waits on the same moment of it", async () => {
    start();
    await clock.pass(500);
    expect(audio.src).toBe("");
    video.paused = true;
    video.at = 7;
    companion.hear("/c", 3);
    await clock.pass(100);
    expect([audio.src, audio.currentTime, audio.paused]).toEqual(["/c", 4, true]);
  });

  it("plays along, at the video's speed and volume, and comes back into step within a second after a jump", async () => {
    companion.hear("/c", 0);
    video.playbackRate = 2;
    video.volume = 0.25;
    start();
    await clock.pass(1000);
    expect([audio.paused, audio.volume]).toEqual([false, 0.25]);
    expect(Math.abs(companion.drift)).toBeLessThan(0.02);
    video.at = 9;
    video.fire("seeked");
    await clock.pass(1000);
    expect(Math.abs(companion.drift)).toBeLessThan(0.02);
    expect(audio.jumps.length).toBeLessThan(6); // it does not chase the picture
    video.paused = true;
    video.at = 2;
    video.fire("pause");
    await clock.pass(100);
    expect([audio.paused, audio.currentTime]).toEqual([true, 2]);
  });

  it("waits while the video waits for its bytes, and stops when it is no longer wanted", async () => {
    companion.hear("/c", 0);
    start();
    await clock.pass(300);
    video.fire("waiting");
    expect(audio.paused).toBe(true);
    video.fire("playing");
    expect(audio.paused).toBe(false);
    companion.hear(null, 0);
    await clock.pass(300);
    expect(audio.paused).toBe(true);
  });
});
