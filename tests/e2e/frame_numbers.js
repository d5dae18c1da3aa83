// Runs inside the review page: does what a person does (types positions, presses keys) as fast as the page answers, and
// reads which numbered picture is on screen (geometry: tests/media.py). Knows the page only by its elements' attributes.
(() => {
  const COLUMNS = 8, ROWS = 4, WHITE = [0, 31], BLACK = [7, 24], WIDTH = 320, HEIGHT = 180;
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d", { willReadFrequently: true });

  function crc8(number) {
    let crc = 0xff;
    for (const byte of [number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff]) {
      crc ^= byte;
      for (let i = 0; i < 8; i += 1) crc = crc & 0x80 ? (crc << 1 ^ 0x07) & 0xff : crc << 1;
    }
    return crc;
  }

  /** The number that RGBA pixels carry, null if none that can be trusted. */
  function readPixels(pixels, width, height) {
    const mean = (k) => {
      const row = Math.floor(k / COLUMNS), column = k % COLUMNS;
      let sum = 0, count = 0;
      for (let y = Math.floor((4 * row + 1) * height / (4 * ROWS)); y < (4 * row + 3) * height / (4 * ROWS); y += 2)
        for (let x = Math.floor((4 * column + 1) * width / (4 * COLUMNS)); x < (4 * column + 3) * width / (4 * COLUMNS); x += 2) {
          sum += pixels[4 * (y * width + x) + 1];
          count += 1;
        }
      return sum / count;
    };
    const white = (mean(WHITE[0]) + mean(WHITE[1])) / 2, black = (mean(BLACK[0]) + mean(BLACK[1])) / 2;
    if (white - black < 40) return null;
    let number = 0, crc = 0, position = 0;
    for (let k = 0; k < COLUMNS * ROWS; k += 1) {
      if (WHITE.includes(k) || BLACK.includes(k)) continue;
      const bit = mean(k) > (white + black) / 2 ? 1 : 0;
      if (position < 20) number = number << 1 | bit;
      else crc = crc << 1 | bit;
      position += 1;
    }
    return crc8(number) === crc ? number : null;
  }

  const player = () => document.querySelector("tp-player");

  /** What is visible: the still held over the video while it is shown, else the video. */
  function shown() {
    const picture = player().querySelector("canvas.still:not([hidden])") ?? player().querySelector("video");
    context.drawImage(picture, 0, 0, WIDTH, HEIGHT);
    return readPixels(context.getImageData(0, 0, WIDTH, HEIGHT).data, WIDTH, HEIGHT);
  }

  const settledNow = () => player().dataset.confirmed === "true" && player().dataset.playing === "false";

  /** Wait until the player says that its frame is final (and is `wanted`, if given). Rejects after ten seconds. */
  function settled(wanted = null) {
    const good = () => settledNow() && (wanted === null || Number(player().dataset.frame) === wanted);
    return new Promise((resolve, reject) => {
      if (good()) return resolve();
      const watcher = new MutationObserver(() => {
        if (!good()) return;
        watcher.disconnect();
        clearTimeout(timer);
        resolve();
      });
      const timer = setTimeout(() => {
        watcher.disconnect();
        reject(new Error(`asked ${wanted}, stands at ${player().dataset.frame} (confirmed: ${player().dataset.confirmed})`));
      }, 10_000);
      watcher.observe(player(), { attributes: true });
    });
  }

  function typePosition(text) {
    const field = document.querySelector(".position-field");
    field.focus();
    field.value = text;
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  }

  /** Down and up again: a key that stays down means something else. */
  function press(key, shiftKey = false) {
    const event = { key, code: key.length === 1 ? `Key${key.toUpperCase()}` : key, shiftKey, bubbles: true, cancelable: true };
    for (const type of ["keydown", "keyup"]) document.body.dispatchEvent(new KeyboardEvent(type, event));
  }

  async function outcome(asked) {
    try {
      await settled(asked);
    } catch (error) {
      return { asked, reported: Number(player().dataset.frame), shown: shown(), error: String(error) };
    }
    return { asked, reported: Number(player().dataset.frame), shown: shown() };
  }

  window.frameNumbers = {
    readPixels,
    settled,
    /** Type each frame number; answers {asked, reported, shown} for each. */
    async seeks(frames) {
      const out = [];
      for (const frame of frames) {
        typePosition(`f${frame}`);
        out.push(await outcome(frame));
      }
      return out;
    },
    /** Type each frame number; the picture of each as it came first, and as it stands at full size in the end. */
    async jumps(frames) {
      const out = [];
      for (const frame of frames) {
        typePosition(`f${frame}`);
        const first = { ...(await outcome(frame)), sharp: player().dataset.sharp === "true" };
        while (player().dataset.sharp !== "true") await new Promise((resolve) => setTimeout(resolve, 2));
        out.push({ first, last: { asked: frame, reported: Number(player().dataset.frame), shown: shown() } });
      }
      return out;
    },
    /** From `start` press the arrow key `count` times, waiting for each. */
    async steps(start, count, direction) {
      typePosition(`f${start}`);
      const out = [await outcome(start)];
      for (let i = 1; i <= count; i += 1) {
        press(direction > 0 ? "ArrowRight" : "ArrowLeft");
        out.push(await outcome(start + i * direction));
      }
      return out;
    },
    /** Many presses faster than any answer; only the last one counts. */
    async burst(start, count, direction) {
      typePosition(`f${start}`);
      await settled(start);
      for (let i = 0; i < count; i += 1) press(direction > 0 ? "ArrowRight" : "ArrowLeft");
      return outcome(start + count * direction);
    },
    /** From `start` play for `milliseconds`, press pause: what was reported and what is shown. */
    async pause(start, milliseconds) {
      typePosition(`f${start}`);
      await settled(start);
      press("l");
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      press("k");
      const { reported, shown: number, error } = await outcome(null);
      return { asked: reported, reported, shown: number, ...(error ? { error } : {}) };
    },
    /** Of the film strip, close up: the number that each picture in full view carries, by the frame under which it stands. */
    film() {
      const timeline = document.querySelector("tp-timeline"), strip = timeline.querySelector(".lanes canvas");
      const lane = timeline.painter.layout.film, lanes = strip.getBoundingClientRect(), scale = strip.width / lanes.width;
      const cell = timeline.querySelector(".frame-cell").getBoundingClientRect(), video = player().querySelector("video");
      const high = lane.height - 4, wide = high * video.videoWidth / video.videoHeight, found = {};
      const first = Number(player().dataset.frame);
      for (let away = -first; away * cell.width + cell.left + cell.width <= lanes.right; away += 1) {
        const left = cell.left - lanes.left + away * cell.width + (cell.width - wide) / 2;
        if (left < 0) continue;
        const part = [left * scale, (lane.top + 2) * scale, (wide - 1) * scale, high * scale].map(Math.round);
        found[first + away] = readPixels(strip.getContext("2d").getImageData(...part).data, part[2], part[3]);
      }
      return found;
    },
    where: () => ({ reported: Number(player().dataset.frame), shown: shown() }),
  };
})();
