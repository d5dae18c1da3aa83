// Runs inside the review room: measures how long a frame takes from the request until it is painted, and reads which picture
// that is (the number in its upper left quarter). Ours by the room's own requests; the naive player is a <video> beside it.
(() => {
  const WIDTH = 320, HEIGHT = 180;
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const view = () => document.querySelector("tp-player");
  const picture = () => view().querySelector("canvas.still:not([hidden])") ?? view().querySelector("video");
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));

  function number(source) {
    const width = source.videoWidth ?? source.width, height = source.videoHeight ?? source.height;
    context.drawImage(source, 0, 0, width / 2, height / 2, 0, 0, WIDTH, HEIGHT);
    return window.frameNumbers.readPixels(context.getImageData(0, 0, WIDTH, HEIGHT).data, WIDTH, HEIGHT);
  }

  const ours = {
    async go(frame) {
      const arrived = new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`frame ${frame} did not come`)), 20_000);
        const watcher = new MutationObserver(() => {
          if (view().dataset.confirmed !== "true" || Number(view().dataset.frame) !== frame) return;
          watcher.disconnect();
          clearTimeout(late);
          resolve();
        });
        watcher.observe(view(), { attributes: true });
      });
      const started = performance.now();
      view().dispatchEvent(new CustomEvent("tp-request", { detail: { kind: "seek", frame }, bubbles: true }));
      await arrived;
      const took = (await painted()) - started;
      const shown = number(picture());
      const reported = Number(view().dataset.frame);
      let sharp = took;
      if (view().dataset.sharp !== "true") {
        while (view().dataset.sharp !== "true") await sleep(1);
        sharp = (await painted()) - started;
        const again = number(picture());
        if (again !== shown) return { took, sharp, reported, shown: again };
      }
      return { took, sharp, reported, shown };
    },
  };

  const naive = {
    async open(url, num, den) {
      this.fps = num / den;
      this.video = Object.assign(document.createElement("video"), { src: url, muted: true, preload: "auto" });
      Object.assign(this.video.style, { position: "fixed", left: 0, top: 0, width: "640px", zIndex: 9 });
      document.body.append(this.video);
      await new Promise((resolve) => this.video.addEventListener("canplay", resolve, { once: true }));
    },
    async go(frame) {
      const { video, fps } = this;
      const started = performance.now();
      const shown = new Promise((resolve) => video.requestVideoFrameCallback(() => resolve(performance.now())));
      const seeked = new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
      video.currentTime = frame / fps;
      await seeked; // a seek within the same picture calls nothing back
      const at = await Promise.race([shown, sleep(300).then(() => performance.now())]);
      return { took: at - started, reported: Math.round(video.currentTime * fps), shown: number(video) };
    },
  };

  window.playerSeek = {
    open: (url, num, den) => naive.open(url, num, den),
    close: () => naive.video.remove(),
    /** Go to each frame, with a pause of no fixed length between: neither in step with the display nor with itself. */
    async run(which, frames, pause) {
      const player = which === "naive" ? naive : ours;
      const out = [];
      for (const frame of frames) {
        await sleep(pause + Math.random() * 17);
        out.push({ asked: frame, ...(await player.go(frame)) });
      }
      return out;
    },
    usage: () => document.querySelector("tp-room").player.usage,
  };
})();
